package io.synod.client;

import io.synod.learner.LearnerSettings;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionLimits;

/**
 * What a client is told at its start.
 *
 * @param layout the cluster
 * @param learner the settings of the learner inside the client
 * @param proposer the id of the proposer to begin with
 * @param lanes how many sessions to hold at once; each has its own order and its own window
 * @param window how many values a lane may have in blocks and not delivered, up to
 *     {@link SessionLimits#FLOOR}
 * @param windowBytes how many bytes a lane may have in blocks and not delivered; one block may exceed it
 * @param queueValuesMax how many values a lane may have waiting for room in the window
 * @param queueBytesMax how many bytes a lane may have waiting; one value may exceed it
 * @param blockBytesMax how long a block of several values may be, so that a submit fits into a datagram
 * @param valueBytesMax how long a value may be
 * @param deadlineNanos after how long a value gets its outcome at the latest; {@link Long#MAX_VALUE} for never
 * @param idleNanos after how long without a value the client leaves; {@link Long#MAX_VALUE} for never
 * @param resendNanosMin the least time before something is sent again
 * @param resendNanosMax the longest
 * @param locates whether learners are asked for an index that the client cannot know; the outcome waits for their answer
 * @param leaderTimeoutNanos after how long without a leader's heartbeat the proposers elect another
 */
public record ClientSettings(
        ClusterLayout layout,
        LearnerSettings learner,
        int proposer,
        int lanes,
        int window,
        long windowBytes,
        int queueValuesMax,
        long queueBytesMax,
        int blockBytesMax,
        int valueBytesMax,
        long deadlineNanos,
        long idleNanos,
        long resendNanosMin,
        long resendNanosMax,
        boolean locates,
        long leaderTimeoutNanos) {

    /** What a datagram needs at most beside the block of a submit: header, framing, checksum, and room to spare. */
    public static final int DATAGRAM_OVERHEAD_BYTES = 256;

    private static final long MILLIS = 1_000_000L;

    public ClientSettings {
        if (proposer < 0 || proposer >= layout.proposers()) {
            throw new IllegalArgumentException(
                    "the proposer is " + proposer + "; allowed are 0 to " + (layout.proposers() - 1));
        }
        requireBetween("the number of lanes", lanes, 1, SessionLimits.SESSIONS_FLOOR / 2);
        requireBetween("the window in values", window, 1, SessionLimits.FLOOR.windowMax());
        requireBetween("the window in bytes", windowBytes, 1, Integer.MAX_VALUE);
        requireBetween("the queue in values", queueValuesMax, 1, Integer.MAX_VALUE / 2);
        requireBetween("the queue in bytes", queueBytesMax, 1, Long.MAX_VALUE / 2);
        requireBetween("the block in bytes", blockBytesMax, 64, ProtocolLimits.DATAGRAM_BYTES_MAX);
        requireBetween("the largest value in bytes", valueBytesMax, 1, ProtocolLimits.VALUE_BYTES_MAX);
        requireBetween("the deadline in nanoseconds", deadlineNanos, 1, Long.MAX_VALUE);
        requireBetween("the idle time in nanoseconds", idleNanos, 1, Long.MAX_VALUE);
        requireBetween("the least resend time in nanoseconds", resendNanosMin, 1, Long.MAX_VALUE / 8);
        requireBetween("the leader timeout in nanoseconds", leaderTimeoutNanos, 1, Long.MAX_VALUE / 8);
        requireBetween("the longest resend time in nanoseconds", resendNanosMax, resendNanosMin, Long.MAX_VALUE / 8);
    }

    private static void requireBetween(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " is " + value + "; allowed are " + min + " to " + max);
        }
    }

    /** One session, a window of 8,192 values, a deadline of 10 s, never idle, resending after 20 ms to 1 s. */
    public static ClientSettings of(ClusterLayout layout, Quorums quorums) {
        return new ClientSettings(
                layout,
                LearnerSettings.ofClient(layout, quorums),
                0,
                1,
                8_192,
                8L << 20,
                65_536,
                32L << 20,
                ProtocolLimits.DATAGRAM_BYTES_MAX - DATAGRAM_OVERHEAD_BYTES,
                ProtocolLimits.VALUE_BYTES_USUAL,
                10_000 * MILLIS,
                Long.MAX_VALUE,
                20 * MILLIS,
                1_000 * MILLIS,
                true,
                300 * MILLIS);
    }

    public ClientSettings withLearner(LearnerSettings value) {
        return new ClientSettings(layout, value, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    /** The proposer to begin with. */
    public ClientSettings withProposer(int value) {
        return new ClientSettings(layout, learner, value, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    /** How many sessions to hold at once. */
    public ClientSettings withLanes(int value) {
        return new ClientSettings(layout, learner, proposer, value, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    /** How much may be sent and not delivered, in each lane. */
    public ClientSettings withWindow(int values, long bytes) {
        return new ClientSettings(layout, learner, proposer, lanes, values, bytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    /** How much may wait, in each lane. */
    public ClientSettings withQueue(int valuesMax, long bytesMax) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, valuesMax, bytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    /** Blocks of several values as long as a datagram of this size carries. */
    public ClientSettings withDatagramBytesMax(int value) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                Math.max(64, value - DATAGRAM_OVERHEAD_BYTES), valueBytesMax, deadlineNanos, idleNanos, resendNanosMin,
                resendNanosMax, locates, leaderTimeoutNanos);
    }

    public ClientSettings withValueBytesMax(int value) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, value, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    public ClientSettings withDeadlineNanos(long value) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, value, idleNanos, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    public ClientSettings withIdleNanos(long value) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, value, resendNanosMin, resendNanosMax, locates,
                leaderTimeoutNanos);
    }

    public ClientSettings withResendNanos(long min, long max) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, min, max, locates, leaderTimeoutNanos);
    }

    public ClientSettings withLocates(boolean value) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, value,
                leaderTimeoutNanos);
    }

    public ClientSettings withLeaderTimeoutNanos(long value) {
        return new ClientSettings(layout, learner, proposer, lanes, window, windowBytes, queueValuesMax, queueBytesMax,
                blockBytesMax, valueBytesMax, deadlineNanos, idleNanos, resendNanosMin, resendNanosMax, locates, value);
    }
}
