package io.synod.runtime;

import io.synod.protocol.NodeId;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.LargeMessage;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.codec.SenderHeader;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Message;
import io.synod.protocol.seal.DatagramCipher;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into datagrams, as many into one as fit, and large ones into fragments. Buffers are used again and again:
 * there are at most as many as destinations may have a datagram under construction at a time. Not thread-safe.
 */
final class Outbox {

    /** In how many rounds the first datagram to a peer repeats the answer to its newest echo. */
    private static final int REPLIES = 16;

    private final NodeSettings settings;
    private final PeerGuard peers;
    private final Seals seals;
    private final DatagramSink network;
    private final NodeCounters counters;
    private final SenderHeader header;
    private final LargeMessage large = new LargeMessage();
    private final ArrayDeque<DatagramWriter> pool = new ArrayDeque<>();
    private final ArrayDeque<Peer> open = new ArrayDeque<>();

    /** Numbers the datagrams over all destinations, so that no number is used twice under one incarnation. */
    private long sequence;

    Outbox(NodeSettings settings, PeerGuard peers, Seals seals, DatagramSink network, NodeCounters counters) {
        this.settings = settings;
        this.peers = peers;
        this.seals = seals;
        this.network = network;
        this.counters = counters;
        this.header = new SenderHeader(
                settings.clusterId(), settings.type(), settings.id(), settings.incarnation());
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Adds a message to the datagram for a node. One for a client that is not known is dropped and counted. */
    void post(NodeId to, Message message) {
        Peer peer = peers.find(to);
        if (peer == null) {
            counters.countUnknownDestination();
        } else {
            post(peer, message);
        }
    }

    /** Adds a message to the datagram for a peer; the same message again, recorded for another role there, is left out. */
    @SuppressWarnings("ReferenceEquality") // the very same message
    void post(Peer peer, Message message) {
        if (peer.last == message) {
            return;
        }
        DatagramWriter writer = peer.open;
        if (writer == null) {
            writer = open(peer);
        }
        peer.last = message;
        counters.countMessageSent();
        int size = MessageSize.of(message);
        if (!DatagramWriter.fits(size, settings.datagramBytesMax())) {
            postLarge(peer, writer, message, size);
        } else if (!writer.append(message, size)) {
            send(peer, writer);
            writer.append(message, size);
        }
    }

    /**
     * Answers a peer's echo, now and in the first datagram to it of the next rounds: were the answer lost once, all would be
     * dropped until the peer asks again.
     */
    void answer(Peer peer, Echo echo) {
        EchoReply reply = new EchoReply(echo.token());
        peer.repliesLeft = 0;
        post(peer, reply);
        peer.reply = reply;
        peer.repliesLeft = REPLIES;
    }

    private void postLarge(Peer peer, DatagramWriter writer, Message message, int size) {
        large.encode(message, size);
        if (!writer.isEmpty()) {
            send(peer, writer);
        }
        int count = writer.fragmentCount(large);
        int start = large.nextStart(count);
        for (int i = 0; i < count; i++) {
            int index = start + i < count ? start + i : start + i - count;
            writer.appendFragment(large, index);
            send(peer, writer);
        }
    }

    /** Sends one small message at once to somebody who is not a peer yet. */
    void sendAlone(NodeId to, SocketAddress address, Message message) {
        DatagramWriter writer = take();
        writer.append(message, MessageSize.of(message));
        send(to, DatagramCipher.receiverBytes(to), address, writer);
        pool.addLast(writer);
    }

    /** Sends all datagrams under construction. */
    void flush() {
        for (Peer peer = open.pollFirst(); peer != null; peer = open.pollFirst()) {
            close(peer);
        }
        large.clear();
    }

    /** Drops all datagrams under construction. */
    void discard() {
        for (Peer peer = open.pollFirst(); peer != null; peer = open.pollFirst()) {
            peer.open = null;
            peer.last = null;
        }
        pool.clear();
    }

    private DatagramWriter open(Peer peer) {
        if (open.size() >= settings.bounds().openDatagramsMax()) {
            close(open.removeFirst());
        }
        DatagramWriter writer = take();
        peer.open = writer;
        open.addLast(peer);
        if (peer.reply != null && peer.repliesLeft > 0) {
            peer.repliesLeft--;
            writer.append(peer.reply, MessageSize.of(peer.reply));
        }
        return writer;
    }

    private void close(Peer peer) {
        DatagramWriter writer = peer.open;
        peer.open = null;
        peer.last = null;
        if (writer != null) {
            if (!writer.isEmpty()) {
                send(peer, writer);
            }
            pool.addLast(writer);
        }
    }

    private void send(Peer peer, DatagramWriter writer) {
        send(peer.node, peer.receiverBytes, peer.address, writer);
    }

    private void send(NodeId to, byte[] receiver, @Nullable SocketAddress address, DatagramWriter writer) {
        DatagramCipher cipher = seals.cipherTo(to.type());
        ByteBuffer datagram =
                cipher == null ? writer.finish(++sequence) : writer.finishSealed(++sequence, cipher, receiver);
        counters.countSent(datagram.remaining());
        network.send(to, address, datagram);
        writer.begin();
    }

    private DatagramWriter take() {
        DatagramWriter writer = pool.pollLast();
        if (writer != null) {
            return writer;
        }
        int bytes = settings.datagramBytesMax();
        // Sealing needs an array. Keys may come later, but not to a node that began without.
        boolean direct = settings.directBuffers() && settings.keys() == null;
        return new DatagramWriter(header, direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes));
    }
}
