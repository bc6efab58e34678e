package io.synod.simulation;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorSettings;
import io.synod.client.ClientSettings;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSettings;
import io.synod.proposer.ProposerSettings;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.runtime.NodeSettings;
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
    /** For how long acceptors remember a learner that is silent. */
    static final long LEASE_NANOS = 3_000_000_000L;
    private static final long LEARNER_WINDOW_BYTES = 1 << 20;
    private static final int CLIENT_QUEUE_MAX = 1_000;
    private static final int CLIENT_QUEUE_TIGHT_MAX = 50;
    private static final int PROPOSER_QUEUE_TIGHT_MAX = 12;
    private static final int WAITING_TIGHT_MAX = 200;
    private static final int UNSTORED_MAX = 4_096;
    private static final int UNSTORED_TIGHT_MAX = 8;

    private final Options options;
    private final ClusterOptions cluster;
    private final Roles roles;

    Household(Options options, Roles roles) {
        this.options = options;
        this.cluster = options.cluster();
        this.roles = roles;
    }

    /** How much a node holds. */
    NodeSettings.Bounds bounds() {
        NodeSettings.Bounds usual = NodeSettings.Bounds.DEFAULT;
        return cluster.tight()
                ? new NodeSettings.Bounds(
                        2 * cluster.clients() + 2,
                        16,
                        usual.reassemblyBytesMax(),
                        usual.localMessagesMax(),
                        WAITING_TIGHT_MAX,
                        64 << 10,
                        4)
                : usual;
    }

    /** How many values wait in a lane of a client at most. */
    int clientQueueMax() {
        return cluster.tight() ? CLIENT_QUEUE_TIGHT_MAX : CLIENT_QUEUE_MAX;
    }

    /** How many bytes wait in a learner at most. */
    long learnerWindowBytesMax() {
        return LEARNER_WINDOW_BYTES + ProtocolLimits.MESSAGE_BYTES_MAX;
    }

    /** The roles of a configured node. */
    Inhabitants configured(
            NodeType type, int id, long incarnation, AcceptorRecovery recovery, LearnerRecovery remembered,
            SeededRandom random) {
        boolean replica = type == NodeType.REPLICA;
        return new Inhabitants(
                replica || type == NodeType.ACCEPTOR
                        ? roles.acceptor(acceptor(id), recovery, random.fork("acceptor"))
                        : null,
                replica || type == NodeType.PROPOSER
                        ? roles.proposer(proposer(id), incarnation, random.fork("proposer"))
                        : null,
                replica || type == NodeType.LEARNER
                        ? roles.learner(learner(id), remembered, random.fork("learner"))
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
                .withQueue(
                        cluster.tight()
                                ? new ProposerSettings.Queue(PROPOSER_QUEUE_TIGHT_MAX, 2 * cluster.valueBytesMax(), 4)
                                : settings.queue())
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
                                        true, cluster.trimEvery(), Long.MAX_VALUE, cluster.trimSlack(),
                                        Math.max(1, cluster.excludeNanos()))
                                : LearnerSettings.Trim.NEVER)
                .withCatchUp(cluster.layout().learners() > 1)
                .withStoring(new LearnerSettings.Storing(
                        !cluster.learnerMemory(),
                        cluster.snapshotInstances(),
                        Long.MAX_VALUE,
                        cluster.tight() ? UNSTORED_TIGHT_MAX : UNSTORED_MAX,
                        LEARNER_WINDOW_BYTES));
    }

    private ClientSettings client(int index) {
        return ClientSettings.of(cluster.layout(), cluster.quorums())
                .withLearner(LearnerSettings.ofClient(cluster.layout(), cluster.quorums())
                        .withSessionFloor(cluster.sessionFloor())
                        .withLeaseNanos(LEASE_NANOS)
                        .withWindow(cluster.learnerWindow(), LEARNER_WINDOW_BYTES))
                .withProposer(index % cluster.layout().proposers())
                .withQueue(clientQueueMax(), 8 << 20)
                .withLanes(cluster.lanes())
                .withWindow(cluster.clientWindow(), 1 << 20)
                .withDatagramBytesMax(cluster.datagramBytesMax())
                .withValueBytesMax(cluster.valueBytesMax())
                .withDeadlineNanos(options.load().deadlineNanos())
                .withIdleNanos(options.load().idleNanos());
    }
}
