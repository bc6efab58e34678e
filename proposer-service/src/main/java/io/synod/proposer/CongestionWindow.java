package io.synod.proposer;

/**
 * How many bytes may be undecided: grows by one batch a window's worth of decisions while it is the bound, and shrinks by
 * a third, at most once a round trip, when something must be repeated (additive increase, multiplicative decrease).
 */
final class CongestionWindow {

    private final int bytesMin;
    private final int bytesMax;
    private final int stepBytes;
    private long bytes;
    private long shrunkNanos = Time.NEVER;

    CongestionWindow(int bytesMin, int bytesMax, int stepBytes) {
        this.bytesMin = bytesMin;
        this.bytesMax = bytesMax;
        this.stepBytes = stepBytes;
        this.bytes = Math.max(bytesMin, bytesMax / 4);
    }

    long bytes() {
        return bytes;
    }

    /** Returns the share of {@code instancesMax} that the window has of its own largest size, at least 8. */
    int instances(int instancesMax) {
        return (int) Math.min(instancesMax, Math.max(8, instancesMax * bytes / bytesMax));
    }

    /** Takes note of decided bytes; {@code limited} tells whether the window was what held proposals back. */
    void onDecided(int decidedBytes, boolean limited) {
        if (limited) {
            bytes = Math.min(bytesMax, bytes + Math.max(1, (long) stepBytes * decidedBytes / bytes));
        }
    }

    void onLoss(long nowNanos, long roundTripNanos) {
        if (!Time.within(shrunkNanos, nowNanos, roundTripNanos)) {
            bytes = Math.max(bytesMin, bytes * 2 / 3);
            shrunkNanos = nowNanos;
        }
    }
}
