package io.synod.simulation;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.Reassembler;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.message.Message;
import io.synod.protocol.seal.DatagramCipher;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.protocol.seal.SenderKeys;
import io.synod.simulation.check.Failure;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what one host sends, at the moment in which it leaves. */
final class WireTap {

    /** Takes each message read. */
    @FunctionalInterface
    interface Listener {
        void said(NodeId from, NodeId to, Message message);
    }

    private static final int MESSAGES_MAX = 1_024;
    private static final long MESSAGES_BYTES_MAX = 64L << 20;

    private final DatagramReader reader;
    private final Reassembler fragments = new Reassembler(MESSAGES_MAX, MESSAGES_BYTES_MAX, Long.MAX_VALUE);
    private final Listener listener;
    private final SenderKeys senderKeys;
    private final Map<Sealing, DatagramCipher> ciphers = new HashMap<>();

    /** What the cipher of a datagram follows from. */
    private record Sealing(SealKey key, NodeType sender, int id, long incarnation, boolean toClient) {}

    WireTap(long clusterId, ClusterLayout layout, Listener listener) {
        this.reader = new DatagramReader(clusterId, layout);
        this.senderKeys = new SenderKeys(clusterId);
        this.listener = listener;
    }

    /** @param keys what opens the datagram; null if it is in plain text */
    void sent(NodeId from, NodeId to, ByteBuffer datagram, @Nullable KeyRing keys) {
        reader.expectSealed(keys != null);
        requireAccepted(reader.readHeader(datagram), from);
        if (keys != null) {
            requireAccepted(open(to, keys), from);
        }
        requireAccepted(reader.readMessages(), from);
        List<Message> messages = reader.messages();
        for (int i = 0; i < messages.size(); i++) {
            listener.said(from, to, messages.get(i));
        }
        for (int i = 0; i < reader.fragmentCount(); i++) {
            if (fragments.add(reader, i, from, 0) == Reassembler.Outcome.JOINED) {
                requireAccepted(reader.readJoined(fragments.joined()), from);
                listener.said(from, to, reader.messages().getFirst());
                return;
            }
        }
    }

    private @Nullable RejectReason open(NodeId to, KeyRing keys) {
        SealKey key = keys.find(reader.keyId());
        if (key == null) {
            return RejectReason.KEY_ID;
        }
        Sealing sealing = new Sealing(
                key, reader.senderType(), reader.senderId(), reader.incarnation(), to.type() == NodeType.CLIENT);
        DatagramCipher cipher = ciphers.computeIfAbsent(sealing, this::cipher);
        return reader.open(cipher, DatagramCipher.receiverBytes(to)) ? null : RejectReason.SEAL;
    }

    private DatagramCipher cipher(Sealing sealing) {
        NodeType receiver = sealing.toClient ? NodeType.CLIENT : NodeType.ACCEPTOR;
        return Objects.requireNonNull(
                senderKeys.cipher(sealing.key, sealing.sender, sealing.id, sealing.incarnation, receiver));
    }

    private static void requireAccepted(@Nullable RejectReason reason, NodeId from) {
        if (reason != null) {
            throw Failure.safety("S11", "%s sends what nobody accepts: %s", from, reason);
        }
    }
}
