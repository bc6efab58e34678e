package io.synod.client.cli;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How a load went.
 *
 * @param seconds how long it was measured
 * @param valueBytes the size of a value
 * @param delivered values delivered while measured
 * @param duplicates values delivered more than once
 * @param lost values that were submitted and not delivered, and not refused either
 * @param refused values that were refused
 * @param resent values sent again
 * @param latencyNanos from submission to delivery
 */
record LoadReport(
        double seconds,
        int valueBytes,
        long delivered,
        long duplicates,
        long lost,
        long refused,
        long resent,
        Histogram latencyNanos) {

    double valuesPerSecond() {
        return seconds <= 0 ? 0 : delivered / seconds;
    }

    /** Megabits of values in a second, without envelopes. */
    double mbps() {
        return valuesPerSecond() * valueBytes * 8 / 1e6;
    }

    /** One line for a second under way. */
    String toLine(long second) {
        return String.format(
                Locale.ROOT,
                "%4d s  %,11.0f values/s  %9.2f Mbit/s  latency us  min %,8.0f  mean %,8.0f  p50 %,8.0f  p99 %,8.0f  max %,9.0f",
                second,
                valuesPerSecond(),
                mbps(),
                micros(latencyNanos.getTotalCount() == 0 ? 0 : latencyNanos.getMinValue()),
                latencyNanos.getMean() / 1e3,
                micros(latencyNanos.getValueAtPercentile(50)),
                micros(latencyNanos.getValueAtPercentile(99)),
                micros(latencyNanos.getMaxValue()));
    }

    /** The table at the end. */
    String toTable() {
        return String.format(
                Locale.ROOT,
                """
                values/s   %,15.0f    over %.1f s
                Mbit/s     %,15.2f    values of %d bytes
                latency us %,15.0f    min
                           %,15.0f    mean
                           %,15.0f    p50
                           %,15.0f    p99
                           %,15.0f    p99.9
                           %,15.0f    max
                delivered  %,15d
                duplicates %,15d
                lost       %,15d
                refused    %,15d
                resent     %,15d
                """,
                valuesPerSecond(),
                seconds,
                mbps(),
                valueBytes,
                micros(min()),
                latencyNanos.getMean() / 1e3,
                micros(latencyNanos.getValueAtPercentile(50)),
                micros(latencyNanos.getValueAtPercentile(99)),
                micros(latencyNanos.getValueAtPercentile(99.9)),
                micros(latencyNanos.getMaxValue()),
                delivered,
                duplicates,
                lost,
                refused,
                resent);
    }

    /** One JSON object on one line. */
    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"valuesPerSecond\":%.1f,\"mbps\":%.3f,\"latencyMicros\":{\"min\":%.1f,\"mean\":%.1f,\"p50\":%.1f,"
                        + "\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f},\"delivered\":%d,\"duplicates\":%d,\"lost\":%d,"
                        + "\"refused\":%d,\"resent\":%d,\"seconds\":%.3f,\"valueBytes\":%d}",
                valuesPerSecond(),
                mbps(),
                micros(min()),
                latencyNanos.getMean() / 1e3,
                micros(latencyNanos.getValueAtPercentile(50)),
                micros(latencyNanos.getValueAtPercentile(99)),
                micros(latencyNanos.getValueAtPercentile(99.9)),
                micros(latencyNanos.getMaxValue()),
                delivered,
                duplicates,
                lost,
                refused,
                resent,
                seconds,
                valueBytes);
    }

    private long min() {
        return latencyNanos.getTotalCount() == 0 ? 0 : latencyNanos.getMinValue();
    }

    private static double micros(long nanos) {
        return nanos / 1e3;
    }
}
