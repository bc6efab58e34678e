package io.synod.client.cli;

import io.synod.client.ClientOutput;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * What a load does, as it happens. The loop's thread writes, or for stamped values that of a lane's feed; another one reads.
 * Each lane's tickets must get their outcomes in order and once; what comes twice, or is skipped, is counted here rather than
 * taken on trust.
 */
final class LoadStatistics {

    private final Pulse pulse = new Pulse();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final long[] nextTicket;
    private final long[] nextSequence;

    LoadStatistics(int lanes) {
        nextTicket = new long[lanes];
        Arrays.fill(nextTicket, 1);
        nextSequence = new long[lanes];
        Arrays.fill(nextSequence, 1);
    }

    /**
     * Values got their outcome. What came in while a round went on has that round's beginning for its time, which may lie
     * before it was decided; so the time since then is added to its latency, which is never less than the truth.
     *
     * @param roundNanos when the loop's round began that told of it
     * @param nowNanos now, by the same clock
     */
    void decided(ClientOutput.Decided decided, long roundNanos, long nowNanos) {
        int fresh = check(decided.lane(), decided.firstTicket(), decided.count());
        delivered.add(fresh);
        pulse.delivered(decided.count(), decided.latencyNanos() + nowNanos - roundNanos, nowNanos);
    }

    /** A stamped value came back; returns whether for the first time. Of a lane, one thread at a time tells. */
    boolean cameBack(LoadValues.Stamp stamp, long nowNanos) {
        if (stamp.sequence() < nextSequence[stamp.lane()]) {
            duplicates.increment();
            return false;
        }
        nextSequence[stamp.lane()] = stamp.sequence() + 1;
        delivered.increment();
        pulse.delivered(1, nowNanos - stamp.submittedNanos(), nowNanos);
        return true;
    }

    void refused(ClientOutput.Refused outcome) {
        refused.add(check(outcome.lane(), outcome.firstTicket(), outcome.count()));
    }

    void unknown(ClientOutput.Unknown outcome) {
        unknown.add(check(outcome.lane(), outcome.firstTicket(), outcome.count()));
    }

    /** Returns how many of the tickets are new. */
    private int check(int lane, long firstTicket, int count) {
        long expected = nextTicket[lane];
        if (firstTicket > expected) {
            skipped.add(firstTicket - expected);
        }
        int again = Math.clamp(expected - firstTicket, 0, count);
        duplicates.add(again);
        nextTicket[lane] = Math.max(expected, firstTicket + count);
        return count - again;
    }

    /** Values decided and delivered so far. */
    long delivered() {
        return delivered.sum();
    }

    /** Values that were delivered more than once. */
    long duplicates() {
        return duplicates.sum();
    }

    /** Values refused: certainly not in the log. */
    long refused() {
        return refused.sum();
    }

    /** Values without a delivery: those that were called unknown, and those that never got an outcome in their turn. */
    long lost() {
        return unknown.sum() + skipped.sum();
    }

    /** Returns the latencies in nanoseconds since this was last called. */
    Histogram takeLatency() {
        return pulse.takeLatency();
    }

    /** Returns the longest time without a delivery since this was last called, in nanoseconds. */
    long takeLongestPauseNanos() {
        return pulse.takeLongestNanos();
    }
}
