package io.synod.client;

/**
 * The resend timeout, from measured times between a send and its delivery: smoothed mean and deviation as in RFC 6298,
 * held between two bounds. What was sent more than once is not measured (Karn and Partridge, 1987).
 */
final class RoundTripTime {

    private static final int DOUBLINGS_MAX = 20;
    private static final int PROBES = 20;
    private static final long PROBE_NANOS = 100_000_000L;

    private final long timeoutNanosMin;
    private final long timeoutNanosMax;
    private long smoothedNanos;
    private long deviationNanos;
    private boolean measured;

    RoundTripTime(long timeoutNanosMin, long timeoutNanosMax) {
        this.timeoutNanosMin = timeoutNanosMin;
        this.timeoutNanosMax = timeoutNanosMax;
    }

    void sample(long nanos) {
        if (measured) {
            deviationNanos += (Math.abs(nanos - smoothedNanos) - deviationNanos) / 4;
            smoothedNanos += (nanos - smoothedNanos) / 8;
        } else {
            smoothedNanos = nanos;
            deviationNanos = nanos / 2;
            measured = true;
        }
    }

    /** The smoothed time from a send to its delivery, in nanoseconds; 0 before the first sample. */
    long smoothedNanos() {
        return smoothedNanos;
    }

    /**
     * How long to wait before sending again, after {@code timeouts} timeouts in a row. Silence is taken for loss at first, since who is
     * overloaded says so: after the first timeout the waits are short. Only when that has gone on for seconds do they double, up to the
     * upper bound.
     */
    long timeoutNanos(int timeouts) {
        // Before anything was measured the first send may meet an echo, a cold start or a far network.
        long base = measured ? smoothedNanos + 4 * deviationNanos : 4 * timeoutNanosMin;
        long bounded = Math.clamp(base, timeoutNanosMin, timeoutNanosMax);
        if (timeouts > 0 && timeouts <= PROBES) {
            return Math.min(bounded << Math.min(timeouts, DOUBLINGS_MAX), Math.max(PROBE_NANOS, timeoutNanosMin));
        }
        return Math.min(timeoutNanosMax, bounded << Math.clamp(timeouts - PROBES, 0, DOUBLINGS_MAX));
    }
}
