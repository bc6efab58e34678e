package io.synod.client;

import io.synod.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/** Values of consecutive numbers, encoded once; sent, and sent again, as the same bytes. */
final class Block {

    final int lane;
    final long firstTicket;
    final long firstNumber;
    final int count;

    /** The idempotency key of a block of one value; null if it has none. */
    final @Nullable ValueKey key;

    /** The whole entry, as it stands in a submit; empty once it is not needed any more. */
    Bytes entries;

    /** How many of the values were delivered. */
    int delivered;

    /** How often it was sent. */
    int sends;

    /** How many of the sends may have reached the log: those that were not refused. */
    int attemptsOpen;

    long firstAttempt;
    long lastAttempt;
    long lastSentNanos;

    /** Whether the last send was refused, so that it waits to be sent again. */
    boolean waiting;

    /** Whether it was decided already, and learners hold it until the numbers before it are. */
    boolean held;

    /** Why the last refused send was refused. */
    @Nullable
    RefusalReason refusal;

    Block(int lane, long firstTicket, long firstNumber, int count, @Nullable ValueKey key, Bytes entries) {
        this.lane = lane;
        this.firstTicket = firstTicket;
        this.firstNumber = firstNumber;
        this.count = count;
        this.key = key;
        this.entries = entries;
    }

    /** Lets go of the bytes: the block is sent no more, though its sends are remembered for a while. */
    void release() {
        entries = Bytes.EMPTY;
    }

    long endNumber() {
        return firstNumber + count;
    }

    /** Whether it is certain that no send of it reached the log, or will. */
    boolean isCertainlyNotSubmitted() {
        return attemptsOpen == 0 && !held && delivered == 0;
    }

    /** Whether sending it again is of no use: its own contents were refused, by every proposer that answered. */
    boolean isRejected() {
        return refusal != null && refusal.isOfContents() && isCertainlyNotSubmitted();
    }
}
