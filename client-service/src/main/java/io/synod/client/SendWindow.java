package io.synod.client;

import java.util.random.RandomGenerator;

/**
 * How many values of a lane may be on their way, and when not to send at all: additive increase, multiplicative decrease
 * (Chiu and Jain, 1989), with a growing wait while refusals go on.
 */
final class SendWindow {

    private static final long WAIT_NANOS_MIN = 1_000_000L;
    private static final long WAIT_NANOS_MAX = 200_000_000L;

    private final int valuesMax;
    private final RandomGenerator random;
    private int values;
    private long waitNanos = WAIT_NANOS_MIN;
    private long closedUntilNanos = Long.MIN_VALUE;
    private long lastCutNanos = Long.MIN_VALUE;

    SendWindow(int valuesMax, RandomGenerator random) {
        this.valuesMax = valuesMax;
        this.random = random;
        this.values = valuesMax;
    }

    /** How many values may be on their way. */
    int values() {
        return values;
    }

    boolean isOpen(long nowNanos) {
        return nowNanos >= closedUntilNanos;
    }

    /** When sending may go on. */
    long closedUntilNanos() {
        return closedUntilNanos;
    }

    void onDelivered(int count) {
        values = Math.min(valuesMax, values + Math.max(1, count / 8));
        waitNanos = WAIT_NANOS_MIN;
    }

    /** A send was refused: all that is refused within one round trip counts once. */
    void onRefused(long nowNanos, long roundTripNanos, boolean overloaded) {
        if (lastCutNanos != Long.MIN_VALUE && nowNanos - lastCutNanos < Math.max(roundTripNanos, waitNanos / 2)) {
            return;
        }
        lastCutNanos = nowNanos;
        if (overloaded) {
            values = Math.max(1, values / 2);
        }
        waitNanos = Math.min(WAIT_NANOS_MAX, waitNanos * 2);
        closedUntilNanos = nowNanos + waitNanos / 2 + random.nextLong(waitNanos / 2);
    }

    /** Another proposer was chosen: whatever the old one refused, the new one is asked at once. */
    void reopen() {
        closedUntilNanos = Long.MIN_VALUE;
    }
}
