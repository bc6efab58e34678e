package io.synod.runtime;

/** Something that may be done so often at once, and again after a time each (a token bucket). */
final class Allowance {

    private final int max;
    private final long nanosEach;
    private int left;
    private long refilledNanos = Long.MIN_VALUE;

    /**
     * @param max how often at once
     * @param nanosEach after how long it may be done once more
     */
    Allowance(int max, long nanosEach) {
        this.max = max;
        this.nanosEach = nanosEach;
        this.left = max;
    }

    /** Returns whether it may be done now, and counts it as done. */
    boolean take(long nowNanos) {
        if (left == max) {
            refilledNanos = nowNanos;
        } else {
            long more = (nowNanos - refilledNanos) / nanosEach;
            left = (int) Math.min(max, left + more);
            refilledNanos += more * nanosEach;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
