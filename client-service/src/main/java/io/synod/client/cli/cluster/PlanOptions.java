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

    @Option(names = "--trimmer", paramLabel = "ID",
            description = "the learner (or replica) that asks for trims; -1 for none (default: 0)")
    private @Nullable Integer trimmer;

    @Option(names = "--port-offset", paramLabel = "N",
            description = "added to every usual port, so that several clusters can run beside each other (default: 0)")
    private @Nullable Integer portOffset;

    @Option(names = "--memory", description = {
            "acceptors and learners remember in memory alone: faster, and an acceptor that ends has forgotten what it promised,",
            "so it stays out until it rejoins (./synod rejoin); the log is lost when a majority of them ends"})
    private boolean memory;

    @Option(names = "--plain",
            description = "datagrams are neither encrypted nor authenticated, as to measure what sealing them costs")
    private boolean plain;

    /** Returns whether a size of the cluster or of a quorum, its storage, or that it be plain, was given. */
    boolean anyLasting() {
        return plain || acceptors != null || proposers != null || learners != null || replicas != null || phase1 != null
                || phase2 != null || memory;
    }

    /** Returns the plan of a new cluster, under a new name: no datagram of an earlier one is heard in it. */
    ClusterPlan newPlan() {
        String name = "local-" + LocalCluster.randomHex(NAME_BYTES);
        requireEither();
        return replicas != null
                ? new ClusterPlan(name, 0, 0, 0, replicas, or(portOffset, 0), or(trimmer, 0),
                        ClusterPlan.quorums(replicas, phase1, phase2), timing(), memory, !plain)
                : new ClusterPlan(name, or(acceptors, 3), or(proposers, 1), or(learners, 1), 0, or(portOffset, 0),
                        or(trimmer, 0), ClusterPlan.quorums(or(acceptors, 3), phase1, phase2), timing(), memory,
                        !plain);
    }

    private void requireEither() {
        if (replicas != null && (acceptors != null || proposers != null || learners != null)) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "--replicas stands for acceptors, proposers and learners; give either");
        }
    }

    /**
     * Returns the plan of a cluster whose acceptors have stores: what is not given stays as it was, but that its datagrams are
     * sealed, also if they were not, since none of it runs.
     *
     * @throws CommandFailure if what was given does not go with the stores
     */
    ClusterPlan planOf(ClusterPlan stopped, DataDirectory directory) {
        requireEither();
        String beginAnew = "; leave the option out, or begin a new cluster with another --data, or delete "
                + directory.path();
        if (memory) {
            throw new CommandFailure(ExitStatus.USAGE, "--memory is given, but the acceptors of the cluster in "
                    + directory.path() + " have stores" + beginAnew);
        }
        requireSame("--acceptors", acceptors, stopped.acceptors(), beginAnew);
        requireSame("--replicas", replicas, stopped.replicas(), beginAnew);
        // A quorum of another size need not meet those that have decided.
        requireSame("--phase1", phase1, stopped.quorums().phase1(), beginAnew);
        requireSame("--phase2", phase2, stopped.quorums().phase2(), beginAnew);
        if (stopped.replicas() > 0 && (proposers != null || learners != null)) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "--proposers or --learners is given, but the cluster is one of replicas" + beginAnew);
        }
        return new ClusterPlan(stopped.name(), stopped.acceptors(), or(proposers, stopped.proposers()),
                or(learners, stopped.learners()), stopped.replicas(), or(portOffset, stopped.portOffset()),
                or(trimmer, stopped.trimmer()), stopped.quorums(), timing(), false,
                !plain);
    }

    private static void requireSame(String option, @Nullable Integer given, int formedWith, String beginAnew) {
        if (given != null && given != formedWith) {
            throw new CommandFailure(ExitStatus.USAGE,
                    option + " is " + given + ", but the cluster's log was formed with " + formedWith + beginAnew);
        }
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
