package io.synod.udp;

import java.util.concurrent.TimeUnit;

/**
 * Decides when datagrams that are refused come in such a flood that strangers are read for a small share of the time
 * alone, and how much of it they get. A flood is found by what is refused, and is over when strangers were kept up with
 * for a while. Between the two the sources of what was acted on get {@link Lanes}; at first all is read as ever, so that
 * they are found. Reads no clock. Not thread-safe.
 */
final class FloodControl {

    /** How many datagrams are refused within {@link #WINDOW_NANOS} in a flood: five thousand a second. */
    static final int REFUSED_MIN = 500;

    static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** For how long in a flood all is still read as ever; heartbeats come ten times as often. */
    static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Strangers get one part of so many of the time. */
    static final int SHARE = 50;

    /** For how long strangers must have been kept up with until the flood is over. */
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long PAUSE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

    private boolean flooded;
    private boolean begun;
    private long windowNanos;
    private int refusedInWindow;
    private long limitedFromNanos;
    private long nextReadNanos;
    private long quietSinceNanos;

    /** Whether a flood is on. */
    boolean isFlooded() {
        return flooded;
    }

    /** Whether strangers are read for a share of the time alone. */
    boolean isLimited(long nowNanos) {
        return flooded && nowNanos - limitedFromNanos >= 0;
    }

    /** Ends a flood, whatever comes. */
    void end() {
        flooded = false;
        refusedInWindow = 0;
    }

    /** When strangers may be read again, if they are limited. */
    long nextReadNanos() {
        return nextReadNanos;
    }

    /**
     * Takes what became of datagrams of strangers that were read together; of all datagrams while there is no flood.
     *
     * @param read how many there were
     * @param refused how many of them were not acted on
     * @param all whether these were all that waited
     * @param spentNanos how long it took to receive and to judge them
     */
    void judged(int read, int refused, boolean all, long spentNanos, long nowNanos) {
        if (!begun || nowNanos - windowNanos > WINDOW_NANOS) {
            begun = true;
            windowNanos = nowNanos;
            refusedInWindow = 0;
        }
        refusedInWindow += refused;
        boolean many = refusedInWindow >= REFUSED_MIN;
        if (!flooded) {
            if (many) {
                flooded = true;
                limitedFromNanos = nowNanos + GATHER_NANOS;
                nextReadNanos = nowNanos;
                quietSinceNanos = nowNanos;
            }
            return;
        }
        nextReadNanos = nowNanos + Math.max(PAUSE_NANOS_MIN, (SHARE - 1) * spentNanos);
        // More than is read of those that are acted on is load, and no flood.
        if (many || (!all && 2 * refused > read)) {
            quietSinceNanos = nowNanos;
        } else if (nowNanos - quietSinceNanos > QUIET_NANOS) {
            end();
        }
    }
}
