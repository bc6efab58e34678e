package io.synod.proposer;

/** Points in monotonic time, in nanoseconds, and the two that stand outside of it. */
final class Time {

    /** A deadline that does not come. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Something that has not happened yet. */
    static final long NEVER = Long.MIN_VALUE;

    private Time() {}

    /** Returns whether {@code since} lies less than {@code spanNanos} before {@code nowNanos}. */
    static boolean within(long since, long nowNanos, long spanNanos) {
        return since != NEVER && nowNanos - since < spanNanos;
    }
}
