package io.synod.simulation.world;

/**
 * A host's own monotonic clock: of another origin than virtual time, and a little faster or slower.
 *
 * @param originNanos what it shows at virtual time 0
 * @param drift by how much of its progress it is too fast; below 0 if too slow
 */
public record HostClock(long originNanos, double drift) {

    /** What the clock shows at a virtual time. */
    public long shownAt(long virtualNanos) {
        return originNanos + virtualNanos + (long) (virtualNanos * drift);
    }

    /** The first virtual time at which the clock shows at least {@code shownNanos}. */
    public long whenShown(long shownNanos) {
        if (shownNanos == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long virtual = (long) ((shownNanos - originNanos) / (1 + drift));
        while (shownAt(virtual) < shownNanos) {
            virtual++;
        }
        return virtual;
    }
}
