package io.synod.runtime;

import io.synod.protocol.Mixing;
import io.synod.protocol.NodeType;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.seal.DatagramCipher;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ciphers of lives that sealed something and are not admitted yet, so that saying back a token does not derive a key
 * for every datagram; and how many keys may be derived for those of whom nothing ever opened. To derive a key takes some
 * microseconds, which nobody without a key of the cluster shall take from the loop as often as he likes.
 */
final class Strangers {

    private static final int SLOTS = 256;

    /** How many keys may be derived at once, and how long one takes to be allowed again: a hundredth of a core's time. */
    private static final int TRIES_MAX = 256;

    private static final long TRY_NANOS = 500_000;

    private record Stranger(NodeType type, int id, long incarnation, DatagramCipher cipher) {}

    private final @Nullable Stranger[] slots = new @Nullable Stranger[SLOTS];
    private final Allowance tries = new Allowance(TRIES_MAX, TRY_NANOS);

    /** Returns the cipher that is kept for the sender of a datagram, or null. */
    @Nullable
    DatagramCipher find(DatagramReader datagram) {
        Stranger stranger = slots[slotOf(datagram)];
        return stranger != null
                && stranger.incarnation == datagram.incarnation()
                && stranger.type == datagram.senderType()
                && stranger.id == datagram.senderId()
                        ? stranger.cipher
                        : null;
    }

    /** Keeps the cipher that opened a datagram, in the place of another if need be. */
    void keep(DatagramReader datagram, DatagramCipher cipher) {
        slots[slotOf(datagram)] =
                new Stranger(datagram.senderType(), datagram.senderId(), datagram.incarnation(), cipher);
    }

    boolean mayTry(long nowNanos) {
        return tries.take(nowNanos);
    }

    void clear() {
        Arrays.fill(slots, null);
    }

    private static int slotOf(DatagramReader datagram) {
        return (int) Mixing.mix(datagram.incarnation() + datagram.senderId()) & (SLOTS - 1);
    }
}
