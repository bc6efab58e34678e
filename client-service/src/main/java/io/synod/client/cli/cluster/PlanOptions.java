package io.synod.client.cli.cluster;

import io.synod.client.cli.ClusterTiming;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import io.synod.config.ConfigurationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a new cluster consists of. */
final class PlanOptions {

    private static final int NAME_BYTES = 4;

    @Option(names = "--acceptors", paramLabel = "N", description = "how many acceptors (default: 3)")
    private @Nullable Integer acceptors;

    @Option(names = "--proposers", paramLabel = "N", description = "how many proposers (default: 1)")
    private @Nullable Integer proposers;

    @Option(names = "--learners", paramLabel = "N", description = "how many learners (default: 1)")
    private @Nullable Integer learners;

    @Option(names = "--replicas", paramLabel = "N",
            description = "replicas instead, each an acceptor, a proposer and a learner in one process")
    private @Nullable Integer replicas;

    @Option(names = "--phase1", paramLabel = "N", description = "acceptors in a phase-1 quorum (default: a majority)")
    private @Nullable Integer phase1;

    @Option(names = "--phase2", paramLabel = "N",
            description = "acceptors in a phase-2 quorum; the two are more than there are acceptors (default: a majority)")
    private @Nullable Integer phase2;

    @Option(names = "--trimmer", paramLabel = "ID", defaultValue = "0",
            description = "the learner (or replica) that asks for trims; -1 for none (default: 0)")
    private int trimmer;

    @Option(names = "--port-offset", paramLabel = "N", defaultValue = "0",
            description = "added to every usual port, so that several clusters can run beside each other (default: 0)")
    private int portOffset;

    /** Returns whether a size of the cluster or of a quorum was given. */
    boolean anySize() {
        return acceptors != null || proposers != null || learners != null || replicas != null || phase1 != null
                || phase2 != null;
    }

    /** Returns the plan of a new cluster, under a new name: no datagram of an earlier one is heard in it. */
    ClusterPlan newPlan() {
        String name = "local-" + LocalCluster.randomHex(NAME_BYTES);
        if (replicas != null) {
            if (acceptors != null || proposers != null || learners != null) {
                throw new CommandFailure(ExitStatus.USAGE,
                        "--replicas stands for acceptors, proposers and learners; give either");
            }
            return new ClusterPlan(name, 0, 0, 0, replicas, portOffset, trimmer,
                    ClusterPlan.quorums(replicas, phase1, phase2), timing());
        }
        return new ClusterPlan(name, or(acceptors, 3), or(proposers, 1), or(learners, 1), 0, portOffset, trimmer,
                ClusterPlan.quorums(or(acceptors, 3), phase1, phase2), timing());
    }

    /** As {@link #newPlan()}; where the number of a role is not given as an option it is {@code count}. */
    ClusterPlan newPlan(ServiceKind kind, int count) {
        switch (kind) {
            case REPLICA -> replicas = or(replicas, count);
            case ACCEPTOR -> acceptors = or(acceptors, count);
            case PROPOSER -> proposers = or(proposers, count);
            case LEARNER -> learners = or(learners, count);
            case CLIENT -> {}
        }
        return newPlan();
    }

    private static ClusterTiming timing() {
        try {
            return ClusterTiming.ofEnvironment();
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static int or(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
