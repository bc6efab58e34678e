package io.synod.learner;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * What a learner is told at its start.
 *
 * @param id the learner's configured id; 0 for the learner inside a client
 * @param ownSessions whether it lives in a client: it starts at the present and follows only sessions it is told of
 * @param layout the cluster
 * @param quorums the quorums of the cluster
 * @param sessionFloor the smallest session limits a cluster may be formed with; with {@code ownSessions} all that is
 *     taken for granted, otherwise not used
 * @param leaseNanos how long an acceptor remembers a hi; it is said again after a third of this
 * @param sourceSilentNanos after how long without a word, or without a vote while others vote, an acceptor is no longer
 *     the one asked for values
 * @param windowInstances how many undelivered instances are kept, a power of two
 * @param windowBytesMax how many bytes of undelivered values are kept, beside the one delivered next
 * @param repeatInstancesMax how many instances are asked for at once
 * @param repairNanosMin the least time that a gap may close by itself before it is asked for
 * @param repairNanosMax the longest wait between two requests for the same gap
 * @param reportNanos how often what is held is reported while it changes
 * @param trim when, and whether, this learner asks acceptors to trim
 * @param catchUp whether it takes from another learner what acceptors have trimmed; otherwise it stops there
 * @param storing what it hands over to be stored, and when it counts as held
 */
public record LearnerSettings(
        int id,
        boolean ownSessions,
        ClusterLayout layout,
        Quorums quorums,
        SessionLimits sessionFloor,
        long leaseNanos,
        long sourceSilentNanos,
        int windowInstances,
        long windowBytesMax,
        int repeatInstancesMax,
        long repairNanosMin,
        long repairNanosMax,
        long reportNanos,
        Trim trim,
        boolean catchUp,
        Storing storing) {

    /**
     * When a learner asks acceptors to trim.
     *
     * @param allowed whether this learner may ask at all
     * @param everyInstances after how many delivered instances it asks by itself
     * @param everyBytes after how many delivered bytes it asks by itself, if that comes first
     * @param slackInstances how many of the newest instances it leaves, so that clients' learners are not cut off
     * @param goneNanos how long another learner must have been silent to be excluded
     */
    public record Trim(
            boolean allowed, long everyInstances, long everyBytes, long slackInstances, long goneNanos) {

        public static final Trim NEVER = new Trim(false, 100_000, 64L << 20, 8_192, 600_000 * MILLIS);

        public Trim {
            requirePositive("trim every instances", everyInstances);
            requirePositive("trim every bytes", everyBytes);
            if (slackInstances < 0) {
                throw new IllegalArgumentException(
                        "trim slack instances is " + slackInstances + "; allowed is 0 or more");
            }
        }

        public Trim withAllowed(boolean value) {
            return new Trim(value, everyInstances, everyBytes, slackInstances, goneNanos);
        }
    }

    /**
     * What becomes of what is delivered.
     *
     * @param durable whether it is held only when the service has said that it is stored; else it is when it is delivered
     * @param snapshotInstances after how many delivered instances there is a snapshot
     * @param snapshotBytes after how many delivered bytes there is one, if that comes first
     * @param unstoredInstancesMax with so many instances delivered and not stored, delivery waits
     * @param unstoredBytesMax with so many bytes delivered and not stored, delivery waits
     */
    public record Storing(
            boolean durable,
            long snapshotInstances,
            long snapshotBytes,
            int unstoredInstancesMax,
            long unstoredBytesMax) {

        public static final Storing MEMORY = new Storing(false, 8_192, 32L << 20, 65_536, 32L << 20);

        public Storing {
            requirePositive("snapshot instances", snapshotInstances);
            requirePositive("snapshot bytes", snapshotBytes);
            requirePositive("unstored instances", unstoredInstancesMax);
            requirePositive("unstored bytes", unstoredBytesMax);
        }

        public Storing withDurable(boolean value) {
            return new Storing(value, snapshotInstances, snapshotBytes, unstoredInstancesMax, unstoredBytesMax);
        }

        public Storing withSnapshots(long instances, long bytes) {
            return new Storing(durable, instances, bytes, unstoredInstancesMax, unstoredBytesMax);
        }
    }

    private static final long SILENT_HEARTBEATS = 4;
    private static final long MILLIS = 1_000_000;

    public LearnerSettings {
        if (layout.acceptors() != quorums.acceptors()) {
            throw new IllegalArgumentException("the layout has " + layout.acceptors() + " acceptors, the quorums have "
                    + quorums.acceptors());
        }
        if (!ownSessions && (id < 0 || id >= layout.learners())) {
            throw new IllegalArgumentException(
                    "the learner's id is " + id + "; allowed are 0 to " + (layout.learners() - 1));
        }
        if (windowInstances < 2 || Integer.bitCount(windowInstances) != 1) {
            throw new IllegalArgumentException(
                    "the window is " + windowInstances + " instances; allowed are powers of two from 2");
        }
        requirePositive("lease nanos", leaseNanos);
        requirePositive("source silent nanos", sourceSilentNanos);
        requirePositive("window bytes", windowBytesMax);
        requirePositive("repeat instances", repeatInstancesMax);
        requirePositive("repair nanos", repairNanosMin);
        requirePositive("report nanos", reportNanos);
        if (repairNanosMax < repairNanosMin) {
            throw new IllegalArgumentException(
                    "repair waits at most " + repairNanosMax + " ns, at least " + repairNanosMin + " ns");
        }
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is " + value + "; allowed is 1 or more");
        }
    }

    /** The settings of a configured learner. */
    public static LearnerSettings of(int id, ClusterLayout layout, Quorums quorums) {
        return defaults(id, false, layout, quorums);
    }

    /** The settings of the learner inside a client. */
    public static LearnerSettings ofClient(ClusterLayout layout, Quorums quorums) {
        return defaults(0, true, layout, quorums);
    }

    private static LearnerSettings defaults(int id, boolean ownSessions, ClusterLayout layout, Quorums quorums) {
        return new LearnerSettings(
                id,
                ownSessions,
                layout,
                quorums,
                SessionLimits.FLOOR,
                3_000 * MILLIS,
                200 * MILLIS,
                8_192,
                64L << 20,
                1_024,
                MILLIS,
                100 * MILLIS,
                100 * MILLIS,
                Trim.NEVER,
                false,
                Storing.MEMORY);
    }

    public LearnerSettings withSessionFloor(SessionLimits value) {
        return copy(value, leaseNanos, sourceSilentNanos, windowInstances, windowBytesMax, trim, catchUp, storing);
    }

    public LearnerSettings withLeaseNanos(long value) {
        return copy(sessionFloor, value, sourceSilentNanos, windowInstances, windowBytesMax, trim, catchUp, storing);
    }

    /**
     * The times of the cluster, as {@code paxos.timing} says them: the lease, and an acceptor counts as silent
     * after four missing beacons.
     */
    public LearnerSettings withTiming(long heartbeatNanos, long newLeaseNanos) {
        return withLeaseNanos(newLeaseNanos).withSourceSilentNanos(SILENT_HEARTBEATS * heartbeatNanos);
    }

    public LearnerSettings withSourceSilentNanos(long value) {
        return copy(sessionFloor, leaseNanos, value, windowInstances, windowBytesMax, trim, catchUp, storing);
    }

    public LearnerSettings withWindow(int instances, long bytesMax) {
        return copy(sessionFloor, leaseNanos, sourceSilentNanos, instances, bytesMax, trim, catchUp, storing);
    }

    public LearnerSettings withTrim(Trim value) {
        return copy(sessionFloor, leaseNanos, sourceSilentNanos, windowInstances, windowBytesMax, value, catchUp,
                storing);
    }

    public LearnerSettings withStoring(Storing value) {
        return copy(sessionFloor, leaseNanos, sourceSilentNanos, windowInstances, windowBytesMax, trim, catchUp, value);
    }

    public LearnerSettings withCatchUp(boolean value) {
        return copy(sessionFloor, leaseNanos, sourceSilentNanos, windowInstances, windowBytesMax, trim, value, storing);
    }

    private LearnerSettings copy(SessionLimits newFloor, long newLeaseNanos, long newSourceSilentNanos,
            int newWindowInstances, long newWindowBytesMax, Trim newTrim, boolean newCatchUp, Storing newStoring) {
        return new LearnerSettings(id, ownSessions, layout, quorums, newFloor, newLeaseNanos, newSourceSilentNanos,
                newWindowInstances, newWindowBytesMax, Math.min(repeatInstancesMax, newWindowInstances),
                repairNanosMin, repairNanosMax, reportNanos, newTrim, newCatchUp, newStoring);
    }

    /** The nodes a report goes to: all acceptors and the other learners, each node once. */
    List<NodeId> reportTargets() {
        if (layout.replicas()) {
            return layout.acceptorNodes();
        }
        List<NodeId> nodes = new ArrayList<>(layout.acceptorNodes());
        for (int other = 0; other < layout.learners(); other++) {
            if (other != id) {
                nodes.add(layout.learner(other));
            }
        }
        return List.copyOf(nodes);
    }
}
