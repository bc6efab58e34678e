package io.synod.runtime;

import io.synod.protocol.NodeId;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Sends datagrams. What cannot be sent at once may be dropped: a network loses too. */
public interface DatagramSink {

    /**
     * Called on the loop's thread; must not wait, nor throw: an exception fails the node.
     *
     * @param to whom the datagram is for
     * @param learned the address of a client; null for a configured node, whose address the sink knows
     * @param datagram the bytes from position to limit, valid during this call alone
     */
    void send(NodeId to, @Nullable SocketAddress learned, ByteBuffer datagram);
}
