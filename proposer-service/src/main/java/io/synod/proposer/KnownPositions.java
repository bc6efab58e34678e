package io.synod.proposer;

import io.synod.protocol.ProtocolLimits;
import java.util.Arrays;

/**
 * The positions of the known log that others have named, as far as they are facts: what is decided, and what each acceptor has
 * dropped. {@link Proposer} asks {@link Election#isOfLog} first, since most messages do not name their log.
 */
final class KnownPositions {

    private final long[] trimPoints;
    private long watermark;

    KnownPositions(int acceptors) {
        this.trimPoints = new long[acceptors];
    }

    /** The highest instance up to which all are known to be decided. */
    long watermark() {
        return watermark;
    }

    /** Takes note of a watermark. The last instance that there can be is none: nothing could be proposed above it. */
    void noteWatermark(long named) {
        if (named < ProtocolLimits.INSTANCE_MAX) {
            watermark = Math.max(watermark, named);
        }
    }

    /** Takes note of an acceptor's trim point; returns whether it has risen. */
    boolean noteTrimPoint(int acceptor, long named) {
        boolean risen = named > trimPoints[acceptor];
        trimPoints[acceptor] = Math.max(trimPoints[acceptor], named);
        return risen;
    }

    /** Forgets all: another log is known now. */
    void forget() {
        watermark = 0;
        Arrays.fill(trimPoints, 0);
    }
}
