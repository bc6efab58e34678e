package io.synod.proposer;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionLimits;
import java.util.concurrent.TimeUnit;

/**
 * What a proposer is set to. Immutable.
 *
 * @param id the proposer's id, from 0
 * @param layout which roles the cluster has
 * @param quorums the quorum sizes
 * @param sessionLimits the bounds that the genesis entry holds, where this proposer forms the log's first batch
 * @param timing intervals and timeouts
 * @param batching how large an instance's batch may be
 * @param window how much may be in flight
 * @param queue how much may wait
 */
public record ProposerSettings(
        int id,
        ClusterLayout layout,
        Quorums quorums,
        SessionLimits sessionLimits,
        Timing timing,
        Batching batching,
        Window window,
        Queue queue) {

    /**
     * Intervals and timeouts, in nanoseconds.
     *
     * @param heartbeatNanos how often the leader says that it leads
     * @param leaderTimeoutNanos for how long a leader must be silent before it is replaced
     * @param candidateNanosMax after how long a candidate without a phase-1 quorum gives its ballot up
     * @param retryNanosMin the shortest wait before an accept is repeated
     * @param retryNanosMax the longest wait before a prepare or an accept is repeated
     */
    public record Timing(
            long heartbeatNanos,
            long leaderTimeoutNanos,
            long candidateNanosMax,
            long retryNanosMin,
            long retryNanosMax) {

        public static final Timing DEFAULT = new Timing(millis(50), millis(300), millis(6_000), millis(2), millis(250));

        public Timing {
            requireAtLeast("heartbeat interval, ns,", heartbeatNanos, 1);
            requireAtLeast("leader timeout, ns,", leaderTimeoutNanos, 2 * heartbeatNanos);
            requireAtLeast("longest candidacy, ns,", candidateNanosMax, leaderTimeoutNanos);
            requireAtLeast("shortest retry wait, ns,", retryNanosMin, 1);
            requireAtLeast("longest retry wait, ns,", retryNanosMax, retryNanosMin);
        }

        /** Returns these with another heartbeat interval and leader timeout, and the longest candidacy in proportion. */
        public Timing withIntervals(long heartbeat, long leaderTimeout) {
            return new Timing(heartbeat, leaderTimeout, 20 * leaderTimeout, retryNanosMin, retryNanosMax);
        }

        private static long millis(long millis) {
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }
    }

    /**
     * How large a batch may be.
     *
     * @param valueBytesMax the largest value, in bytes; a larger one is refused
     * @param batchBytesMax the most bytes that a batch of several values has, so that its accept fits a datagram; one
     *     larger value goes alone
     * @param valuesMax the most values in an instance, 1 or more; an entry that holds no value counts as one
     */
    public record Batching(int valueBytesMax, int batchBytesMax, int valuesMax) {

        /** What a datagram needs beside the batch of its accept, rounded up generously. */
        public static final int DATAGRAM_OVERHEAD_BYTES = 256;

        public static final Batching DEFAULT =
                new Batching(1 << 20, batchBytes(ProtocolLimits.DATAGRAM_BYTES_MAX), ProtocolLimits.VALUES_MAX);

        public Batching {
            requireAtLeast("largest value, bytes,", valueBytesMax, 1);
            requireAtMost("largest value, bytes,", valueBytesMax, ProtocolLimits.VALUE_BYTES_MAX);
            requireAtLeast("batch size, bytes,", batchBytesMax, 64);
            requireAtLeast("values an instance", valuesMax, 1);
            requireAtMost("values an instance", valuesMax, ProtocolLimits.VALUES_MAX);
        }

        /** Returns the largest batch whose accept fits a datagram of {@code datagramBytesMax} bytes. */
        public static int batchBytes(int datagramBytesMax) {
            return datagramBytesMax - DATAGRAM_OVERHEAD_BYTES;
        }

        public Batching withBatchBytesMax(int bytes) {
            return new Batching(valueBytesMax, bytes, valuesMax);
        }

        public Batching withValuesMax(int values) {
            return new Batching(valueBytesMax, batchBytesMax, values);
        }
    }

    /**
     * How much may be in flight.
     *
     * @param instancesMax the most undecided instances
     * @param partialInstancesMax with as many undecided, a batch that is not full waits for more: so load alone makes
     *     batches large, and an idle proposer sends a value at once
     * @param bytesMin the least that loss shrinks the window to, in bytes
     * @param bytesMax the most bytes in undecided instances; one instance may exceed it
     * @param stragglersMax the most decided instances that are kept because an acceptor has not accepted them
     * @param stragglerBytesMax the most bytes in those
     */
    public record Window(
            int instancesMax,
            int partialInstancesMax,
            int bytesMin,
            int bytesMax,
            int stragglersMax,
            int stragglerBytesMax) {

        public static final Window DEFAULT = new Window(512, 4, 128 << 10, 2 << 20, 1_536, 8 << 20);

        public Window {
            requireAtLeast("instances in flight", instancesMax, 1);
            requireAtMost("instances in flight", instancesMax, 1 << 20);
            requireAtLeast("partly filled instances in flight", partialInstancesMax, 1);
            requireAtLeast("smallest window, bytes,", bytesMin, 1);
            requireAtLeast("largest window, bytes,", bytesMax, bytesMin);
            requireAtLeast("instances kept for stragglers", stragglersMax, 0);
            requireAtMost("instances kept for stragglers", stragglersMax, 1 << 20);
            requireAtLeast("bytes kept for stragglers", stragglerBytesMax, 0);
        }

        public Window withInstancesMax(int instances) {
            return new Window(
                    instances, partialInstancesMax, bytesMin, bytesMax, stragglersMax, stragglerBytesMax);
        }

        public Window withPartialInstancesMax(int instances) {
            return new Window(instancesMax, instances, bytesMin, bytesMax, stragglersMax, stragglerBytesMax);
        }

        public Window withBytes(int min, int max) {
            return new Window(instancesMax, partialInstancesMax, min, max, stragglersMax, stragglerBytesMax);
        }

        public Window withStragglers(int instances, int bytes) {
            return new Window(instancesMax, partialInstancesMax, bytesMin, bytesMax, instances, bytes);
        }
    }

    /**
     * How much may wait to be proposed.
     *
     * @param entriesMax the most entries
     * @param bytesMax the most bytes of entries
     * @param sessionsMax for how many sessions the leader remembers which numbers it has taken
     */
    public record Queue(int entriesMax, int bytesMax, int sessionsMax) {

        public static final Queue DEFAULT = new Queue(65_536, 32 << 20, 8_192);

        public Queue {
            requireAtLeast("queued entries", entriesMax, 1);
            requireAtLeast("queued bytes", bytesMax, 1);
            requireAtLeast("remembered sessions", sessionsMax, 1);
        }

        public Queue with(int entries, int bytes) {
            return new Queue(entries, bytes, sessionsMax);
        }
    }

    public ProposerSettings {
        if (id < 0 || id >= layout.proposers()) {
            throw new IllegalArgumentException(
                    "the proposer's id is " + id + "; allowed are 0 to " + (layout.proposers() - 1));
        }
        if (quorums.acceptors() != layout.acceptors()) {
            throw new IllegalArgumentException(
                    "quorums are of " + quorums.acceptors() + " acceptors, but the layout has "
                            + layout.acceptors());
        }
        if (queue.bytesMax() < batching.valueBytesMax()) {
            throw new IllegalArgumentException("the queue of " + queue.bytesMax()
                    + " bytes has no room for one value of " + batching.valueBytesMax() + " bytes");
        }
    }

    /** Returns the default settings of a proposer. */
    public static ProposerSettings of(int id, ClusterLayout layout, Quorums quorums) {
        return new ProposerSettings(
                id, layout, quorums, SessionLimits.DEFAULT, Timing.DEFAULT, Batching.DEFAULT, Window.DEFAULT,
                Queue.DEFAULT);
    }

    public ProposerSettings withSessionLimits(SessionLimits limits) {
        return new ProposerSettings(id, layout, quorums, limits, timing, batching, window, queue);
    }

    public ProposerSettings withTiming(Timing newTiming) {
        return new ProposerSettings(id, layout, quorums, sessionLimits, newTiming, batching, window, queue);
    }

    public ProposerSettings withBatching(Batching newBatching) {
        return new ProposerSettings(id, layout, quorums, sessionLimits, timing, newBatching, window, queue);
    }

    public ProposerSettings withWindow(Window newWindow) {
        return new ProposerSettings(id, layout, quorums, sessionLimits, timing, batching, newWindow, queue);
    }

    public ProposerSettings withQueue(Queue newQueue) {
        return new ProposerSettings(id, layout, quorums, sessionLimits, timing, batching, window, newQueue);
    }

    private static void requireAtLeast(String what, long is, long least) {
        if (is < least) {
            throw new IllegalArgumentException("the " + what + " is " + is + "; the least allowed is " + least);
        }
    }

    private static void requireAtMost(String what, long is, long most) {
        if (is > most) {
            throw new IllegalArgumentException("the " + what + " is " + is + "; the most allowed is " + most);
        }
    }
}
