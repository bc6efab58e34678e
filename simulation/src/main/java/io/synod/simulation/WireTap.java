package io.synod.simulation;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.Reassembler;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.message.Message;
import io.synod.simulation.check.Failure;
import java.nio.ByteBuffer;
import java.util.List;
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

    WireTap(long clusterId, ClusterLayout layout, Listener listener) {
        this.reader = new DatagramReader(clusterId, layout);
        this.listener = listener;
    }

    void sent(NodeId from, NodeId to, ByteBuffer datagram) {
        requireAccepted(reader.readHeader(datagram), from);
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

    private static void requireAccepted(@Nullable RejectReason reason, NodeId from) {
        if (reason != null) {
            throw Failure.safety("S11", "%s sends what nobody accepts: %s", from, reason);
        }
    }
}
