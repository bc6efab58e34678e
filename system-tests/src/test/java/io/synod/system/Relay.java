package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stands between one client and one service, hands datagrams on both ways, and keeps copies of the first ones. For one
 * client at a time.
 */
final class Relay implements AutoCloseable {

    private static final int DATAGRAM_BYTES_MAX = 65_535;
    private static final int KEPT_MAX = 500;

    private final DatagramSocket front;
    private final DatagramSocket back;
    private final SocketAddress service;
    private final List<byte[]> kept = new ArrayList<>();
    private volatile SocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    /** Relays to a port of this host. */
    Relay(int servicePort) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        service = new InetSocketAddress(loopback, servicePort);
        try {
            front = new DatagramSocket(new InetSocketAddress(loopback, 0));
            back = new DatagramSocket(new InetSocketAddress(loopback, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("relay to service").start(() -> relay(front, true));
        Thread.ofPlatform().daemon().name("relay to client").start(() -> relay(back, false));
    }

    /** The port to send to instead of the service's. */
    int port() {
        return front.getLocalPort();
    }

    /** Returns copies of datagrams that passed, of both directions. */
    List<byte[]> kept() {
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }

    private void relay(DatagramSocket from, boolean toService) {
        byte[] buffer = new byte[DATAGRAM_BYTES_MAX];
        while (!from.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                keep(packet);
                if (toService) {
                    client = packet.getSocketAddress();
                    packet.setSocketAddress(service);
                    back.send(packet);
                } else {
                    packet.setSocketAddress(client);
                    front.send(packet);
                }
            } catch (IOException _) {
                // Closed, which the loop's condition sees; or nobody listens there at present, as on any network.
            }
        }
    }

    private void keep(DatagramPacket packet) {
        synchronized (kept) {
            if (kept.size() < KEPT_MAX) {
                kept.add(Arrays.copyOf(packet.getData(), packet.getLength()));
            }
        }
    }

    @Override
    public void close() {
        front.close();
        back.close();
    }
}
