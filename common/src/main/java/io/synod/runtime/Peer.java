package io.synod.runtime;

import io.synod.protocol.NodeId;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Message;
import io.synod.protocol.seal.DatagramCipher;
import io.synod.protocol.seal.KeyRing;
import io.synod.role.Sender;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a node keeps about another: whose datagrams it accepts, and the datagram under construction for it. */
final class Peer {

    private static final int ECHOES_MAX = 64;
    private static final long ECHO_NANOS = 500_000;

    final NodeId node;
    final ReplayWindow window = new ReplayWindow();
    final LeftIncarnations left = new LeftIncarnations();

    /** The incarnation that is heard, or 0 while none was admitted. */
    private long incarnation;

    private Sender sender;

    /** What stands for it in the seal of what it is sent. */
    final byte[] receiverBytes;

    /**
     * What opens what its current incarnation seals, one for each key of the ring; null until it was derived. Belongs to {@link
     * Seals}.
     */
    final @Nullable DatagramCipher[] openers = new @Nullable DatagramCipher[KeyRing.KEYS_MAX];

    /** The key that it sealed with when it was last acted on; 0 for none. Read by other threads too. */
    private final AtomicInteger keyId = new AtomicInteger();

    /** When a datagram of it was last acted on, {@link Long#MIN_VALUE} for never; read by other threads too. */
    private final AtomicLong heardNanos = new AtomicLong(Long.MIN_VALUE);

    /** Where a client is answered; null for a configured node. */
    @Nullable
    SocketAddress address;

    /** How often lives that claim its name, and are not heard, may be asked to say back a token. Belongs to {@link PeerGuard}. */
    final Allowance echoes = new Allowance(ECHOES_MAX, ECHO_NANOS);

    /** The answer to its newest echo, and in how many more rounds that is repeated. Belong to {@link Outbox}. */
    @Nullable
    EchoReply reply;

    int repliesLeft;

    /** The datagram under construction, or null. Belongs to {@link Outbox}. */
    @Nullable
    DatagramWriter open;

    /** The message last put into a datagram in this round. Belongs to {@link Outbox}. */
    @Nullable
    Message last;

    /** Neighbours in the order of silence. Belong to {@link ClientTable}. */
    @Nullable
    Peer older;

    @Nullable
    Peer newer;

    Peer(NodeId node) {
        this.node = node;
        this.sender = new Sender(node, 0);
        this.receiverBytes = DatagramCipher.receiverBytes(node);
    }

    void heard(int newKeyId, long nowNanos) {
        heardNanos.lazySet(nowNanos);
        keyId.lazySet(newKeyId);
    }

    /** The id of the key that it sealed with when it was last acted on; 0 for none. May be called by any thread. */
    int keyId() {
        return keyId.get();
    }

    /** For how long nothing of it was acted on; {@link Long#MAX_VALUE} for ever. May be called by any thread. */
    long silentNanos(long nowNanos) {
        long heard = heardNanos.get();
        return heard == Long.MIN_VALUE ? Long.MAX_VALUE : nowNanos - heard;
    }

    long incarnation() {
        return incarnation;
    }

    /** The peer in its current incarnation. */
    Sender sender() {
        return sender;
    }

    /** Leaves the current incarnation, if any, for a new one, of which everything up to {@code sequence} is too old. */
    void enter(long newIncarnation, long sequence) {
        if (incarnation != 0) {
            left.add(incarnation);
        }
        incarnation = newIncarnation;
        sender = new Sender(node, newIncarnation);
        Arrays.fill(openers, null);
        window.beginAfter(sequence);
    }
}
