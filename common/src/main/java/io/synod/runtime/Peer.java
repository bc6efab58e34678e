package io.synod.runtime;

import io.synod.protocol.NodeId;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.message.Message;
import io.synod.role.Sender;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a node keeps about another: whose datagrams it accepts, and the datagram under construction for it. */
final class Peer {

    final NodeId node;
    final ReplayWindow window = new ReplayWindow();
    final LeftIncarnations left = new LeftIncarnations();

    /** The incarnation that is heard, or 0 while none was admitted. */
    private long incarnation;

    private Sender sender;

    /** When a datagram of it was last acted on, {@link Long#MIN_VALUE} for never; read by other threads too. */
    private final AtomicLong heardNanos = new AtomicLong(Long.MIN_VALUE);

    /** Where a client is answered; null for a configured node. */
    @Nullable
    SocketAddress address;

    /** When its newest unknown incarnation was last asked to say back a token. */
    long echoNanos;

    boolean wasEchoed;

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
    }

    void heard(long nowNanos) {
        heardNanos.lazySet(nowNanos);
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
        window.beginAfter(sequence);
    }
}
