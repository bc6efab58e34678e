package io.synod.client;

/**
 * Finds blocks that were lost, without waiting for a timeout: what was sent later is decided already, so this one was
 * overtaken (the idea of RACK, RFC 8985, with numbers of sends in the place of times). Also takes the measurements of the
 * round trip.
 */
final class LossDetector {

    private final RoundTripTime roundTripTime;
    private long newestDecided;

    LossDetector(RoundTripTime roundTripTime) {
        this.roundTripTime = roundTripTime;
    }

    /** The block was seen decided, for the first time. */
    void onDecided(Block block, long nowNanos) {
        long elapsedNanos = nowNanos - block.lastSentNanos;
        if (block.sends == 1) {
            roundTripTime.sample(elapsedNanos);
        }
        // Which of several sends was decided cannot be seen; a round trip shorter than any says that it was not the last.
        boolean wasLast = block.sends == 1 || elapsedNanos >= roundTripTime.smoothedNanos() / 2;
        newestDecided = Math.max(newestDecided, wasLast ? block.lastAttempt : block.firstAttempt);
    }

    boolean isOvertaken(Block block) {
        return !block.held && !block.waiting && block.lastAttempt < newestDecided;
    }
}
