package io.synod.client.cli;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long values took to be delivered, and the longest time in which none was. Safe for use by several threads. */
public final class Pulse {

    private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

    private final Recorder latency = new Recorder(LATENCY_NANOS_MAX, 3);
    private long lastNanos = System.nanoTime();
    private long longestNanos;

    /**
     * Values were delivered.
     *
     * @param latencyNanos what each of them took
     * @param nowNanos the time, by {@link System#nanoTime}
     */
    public void delivered(int count, long latencyNanos, long nowNanos) {
        latency.recordValueWithCount(Math.clamp(latencyNanos, 0, LATENCY_NANOS_MAX), count);
        synchronized (this) {
            longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
            lastNanos = nowNanos;
        }
    }

    /** Returns the longest time without a delivery, up to now, in nanoseconds, and begins anew. */
    public synchronized long takeLongestNanos() {
        long longest = Math.max(longestNanos, System.nanoTime() - lastNanos);
        longestNanos = 0;
        return longest;
    }

    /** Returns the latencies in nanoseconds since this was last called. */
    public Histogram takeLatency() {
        return latency.getIntervalHistogram();
    }
}
