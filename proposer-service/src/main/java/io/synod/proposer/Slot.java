package io.synod.proposer;

import io.synod.protocol.message.Accept;
import org.jspecify.annotations.Nullable;

/** One instance of a {@link Pipeline}, reused for one after the other; the accept is null once all have accepted. */
final class Slot {

    /** By acceptor: when the accept was sent to it last, and the number of that sending. */
    final long[] sentNanos;

    final long[] stamps;

    /** By acceptor: how often the accept was repeated. */
    final byte[] repeats;

    @Nullable
    Accept accept;

    long checksum;
    int bytes;

    /** The acceptors that have accepted, as a bit set. */
    int votes;

    boolean decided;

    Slot(int acceptors) {
        sentNanos = new long[acceptors];
        stamps = new long[acceptors];
        repeats = new byte[acceptors];
    }

    /** Takes another instance's accept. */
    void fill(Accept filled) {
        accept = filled;
        checksum = filled.value().checksum();
        bytes = filled.value().length();
        votes = 0;
        decided = false;
    }
}
