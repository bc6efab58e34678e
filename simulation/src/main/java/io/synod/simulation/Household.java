package io.synod.simulation;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorSettings;
import io.synod.client.ClientSettings;
import io.synod.learner.LearnerSettings;
import io.synod.proposer.ProposerSettings;
import io.synod.protocol.NodeType;
import io.synod.protocol.StorageId;
import io.synod.simulation.option.ClusterOptions;
import io.synod.simulation.option.Options;
import io.synod.simulation.world.SeededRandom;

/** Settles hosts with roles, configured as the options of the run say. */
final class Household {

    /** How many bytes of values an acceptor stores. */
    static final long STORED_BYTES_MAX = 64L << 20;

    /** How many heartbeat intervals a leader may be silent, as by default. */
    private static final int LEADER_TIMEOUT_BEATS = 6;

    private static final int CANDIDACY_BEATS = 120;
    private static final long LEASE_NANOS = 3_000_000_000L;
    private static final long LEARNER_WINDOW_BYTES = 1 << 20;

    private final Options options;
    private final ClusterOptions cluster;
    private final Roles roles;

    Household(Options options, Roles roles) {
        this.options = options;
        this.cluster = options.cluster();
        this.roles = roles;
    }

    /** The roles of a configured node. */
    Inhabitants configured(
            NodeType type, int id, long incarnation, AcceptorRecovery recovery, SeededRandom random) {
        boolean replica = type == NodeType.REPLICA;
        return new Inhabitants(
                replica || type == NodeType.ACCEPTOR
                        ? roles.acceptor(acceptor(id), recovery, random.fork("acceptor"))
                        : null,
                replica || type == NodeType.PROPOSER
                        ? roles.proposer(proposer(id), incarnation, random.fork("proposer"))
                        : null,
                replica || type == NodeType.LEARNER
                        ? roles.learner(learner(id), new StorageId(1, random.nextLong()), random.fork("learner"))
                        : null,
                null);
    }

    /** The roles of a client. */
    Inhabitants client(int index, long incarnation, SeededRandom random) {
        return new Inhabitants(
                null, null, null, roles.client(client(index), incarnation, random.fork("client")));
    }

    AcceptorSettings acceptor(int id) {
        return AcceptorSettings.of(id, cluster.layout(), cluster.quorums())
                .withTrimQuorum(cluster.trimQuorum())
                .withTiming(cluster.heartbeatNanos(), LEASE_NANOS)
                .withDatagramBytesMax(cluster.datagramBytesMax())
                .withStored(cluster.storedInstancesMax(), STORED_BYTES_MAX);
    }

    ProposerSettings proposer(int id) {
        ProposerSettings settings = ProposerSettings.of(id, cluster.layout(), cluster.quorums());
        long beat = cluster.heartbeatNanos();
        return settings.withSessionLimits(cluster.sessionLimits())
                .withTiming(new ProposerSettings.Timing(
                        beat,
                        LEADER_TIMEOUT_BEATS * beat,
                        CANDIDACY_BEATS * beat,
                        settings.timing().retryNanosMin(),
                        settings.timing().retryNanosMax()))
                .withBatching(new ProposerSettings.Batching(
                        cluster.valueBytesMax(),
                        ProposerSettings.Batching.batchBytes(cluster.datagramBytesMax()),
                        cluster.valuesPerInstanceMax()))
                .withWindow(settings.window().withInstancesMax(cluster.inFlightMax()));
    }

    private LearnerSettings learner(int id) {
        boolean trims = cluster.trimEvery() > 0 && id == 0;
        return LearnerSettings.of(id, cluster.layout(), cluster.quorums())
                .withSessionFloor(cluster.sessionFloor())
                .withLeaseNanos(LEASE_NANOS)
                .withWindow(cluster.learnerWindow(), LEARNER_WINDOW_BYTES)
                .withTrim(
                        trims
                                ? new LearnerSettings.Trim(
                                        true, cluster.trimEvery(), Long.MAX_VALUE, cluster.trimSlack())
                                : LearnerSettings.Trim.NEVER);
    }

    private ClientSettings client(int index) {
        return ClientSettings.of(cluster.layout(), cluster.quorums())
                .withLearner(LearnerSettings.ofClient(cluster.layout(), cluster.quorums())
                        .withSessionFloor(cluster.sessionFloor())
                        .withLeaseNanos(LEASE_NANOS)
                        .withWindow(cluster.learnerWindow(), LEARNER_WINDOW_BYTES))
                .withProposer(index % cluster.layout().proposers())
                .withLanes(cluster.lanes())
                .withWindow(cluster.clientWindow(), 1 << 20)
                .withDatagramBytesMax(cluster.datagramBytesMax())
                .withValueBytesMax(cluster.valueBytesMax())
                .withDeadlineNanos(options.load().deadlineNanos())
                .withIdleNanos(options.load().idleNanos());
    }
}
