package io.synod.client;

/** When a lane sends again: after a measured time, longer with each timeout in a row. */
final class ResendTimer {

    /** As a count of timeouts: the timer stands for a first send. */
    private static final int NOTHING_SENT = -1;

    private static final long NEVER = Long.MAX_VALUE;

    private final RoundTripTime roundTripTime;
    private int timeouts;
    private long dueNanos = NEVER;

    ResendTimer(RoundTripTime roundTripTime) {
        this.roundTripTime = roundTripTime;
    }

    /** When it is due; {@link Long#MAX_VALUE} while it stands still. */
    long dueNanos() {
        return dueNanos;
    }

    boolean isDue(long nowNanos) {
        return nowNanos >= dueNanos;
    }

    void stop() {
        dueNanos = NEVER;
    }

    /** Something is to be sent for the first time, at once. */
    void sendFirst(long nowNanos) {
        timeouts = NOTHING_SENT;
        dueNanos = nowNanos;
    }

    /** What was sent has arrived: timeouts are counted anew, and go on if more is on its way. */
    void progress(boolean moreOnTheWay, long nowNanos) {
        timeouts = 0;
        dueNanos = moreOnTheWay ? nowNanos + roundTripTime.timeoutNanos(0) : NEVER;
    }

    /** Something was sent: the timer runs, if it does not already. */
    void sent(long nowNanos) {
        if (dueNanos == NEVER) {
            dueNanos = nowNanos + roundTripTime.timeoutNanos(timeouts);
        }
    }

    /** It is due at this time at the latest. */
    void dueBy(long latestNanos) {
        dueNanos = Math.min(dueNanos, latestNanos);
    }

    /**
     * Whether it is time to send everything again, and not the oldest alone: by the second timeout in a row, and then after twice as many
     * each time.
     */
    boolean isTimeForAll() {
        return timeouts <= 0 || timeouts > 1 && Integer.bitCount(timeouts) == 1;
    }

    /** Counts a timeout; returns false if it was the time for a first send. */
    boolean timedOut() {
        timeouts++;
        return timeouts > 0;
    }

    /** Counts timeouts anew, as for another receiver. */
    void startOver() {
        timeouts = 0;
    }

    /** Runs from now on, or stands still. */
    void restart(boolean needed, long nowNanos) {
        dueNanos = needed ? nowNanos + roundTripTime.timeoutNanos(timeouts) : NEVER;
    }
}
