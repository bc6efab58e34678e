package io.synod.client.cli;

import io.synod.client.ClientOutput;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What a load does, as it happens. The loop's thread writes, another one reads. Each lane's tickets must get their outcomes in
 * order and once; what comes twice, or is skipped, is counted here rather than taken on trust.
 */
final class LoadStatistics {

    private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Recorder latency = new Recorder(LATENCY_NANOS_MAX, SIGNIFICANT_DIGITS);
    private final LongAdder delivered = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final long[] nextTicket;

    LoadStatistics(int lanes) {
        nextTicket = new long[lanes];
        Arrays.fill(nextTicket, 1);
    }

    void decided(ClientOutput.Decided decided) {
        int fresh = check(decided.lane(), decided.firstTicket(), decided.count());
        delivered.add(fresh);
        latency.recordValueWithCount(Math.clamp(decided.latencyNanos(), 0, LATENCY_NANOS_MAX), decided.count());
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
        return latency.getIntervalHistogram();
    }
}
