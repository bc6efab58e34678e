package io.synod.udp;

import io.synod.protocol.NodeId;
import io.synod.runtime.DatagramHandler;
import io.synod.runtime.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Joins a loop to a socket: received batches go to the loop's handler, and what the node sends in a round goes out as
 * one batch. This is all that a command-line client needs; {@link FlowTransport} leads the batches through a flow.
 */
public class UdpTransport implements Transport {

    private final UdpEndpoint endpoint;
    private final PeerDirectory peers;
    private @Nullable DatagramBatch incoming;
    private final DatagramBatch outgoing;

    public UdpTransport(UdpEndpoint endpoint, PeerDirectory peers) {
        this.endpoint = endpoint;
        this.peers = peers;
        this.outgoing = endpoint.settings().newBatch();
    }

    @Override
    public void open() throws IOException {
        endpoint.open();
        peers.start();
    }

    @Override
    public int receive(DatagramHandler handler) throws IOException {
        DatagramBatch batch = incoming;
        if (batch == null) {
            batch = endpoint.settings().newBatch();
            incoming = batch;
        }
        int received = endpoint.receive(batch);
        batch.forEach(handler);
        endpoint.judged(batch);
        return received;
    }

    @Override
    public void send(NodeId to, @Nullable SocketAddress learned, ByteBuffer datagram) {
        SocketAddress address = learned == null ? address(to) : learned;
        if (address == null) {
            endpoint.counters().unresolved.increment();
            return;
        }
        if (!outgoing.add(datagram, address)) {
            transmitAndClear();
            outgoing.add(datagram, address);
        }
    }

    private @Nullable InetSocketAddress address(NodeId to) {
        return peers.address(to);
    }

    @Override
    public void flush() {
        if (!outgoing.isEmpty()) {
            transmitAndClear();
        }
    }

    private void transmitAndClear() {
        try {
            transmit(outgoing);
        } finally {
            outgoing.clear();
        }
    }

    /** Sends a batch that holds at least one datagram. */
    void transmit(DatagramBatch batch) {
        endpoint.send(batch);
    }

    @Override
    public void await(long nanosMax) throws IOException {
        endpoint.await(nanosMax);
    }

    @Override
    public void wakeup() {
        endpoint.wakeup();
    }

    @Override
    public void close() {
        peers.close();
        endpoint.close();
    }
}
