package io.synod.client.cli;

import io.synod.protocol.NodeType;
import io.synod.protocol.seal.KeyRing;
import io.synod.role.Role;
import io.synod.runtime.EventLoop;
import io.synod.runtime.MemoryStorage;
import io.synod.runtime.Node;
import io.synod.runtime.NodeSettings;
import io.synod.runtime.OutputSink;
import io.synod.udp.NameResolver;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpEndpoint;
import io.synod.udp.UdpSettings;
import io.synod.udp.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client node in this process, without Spring: a socket at a port that the system chooses, a node, and its loop. */
public final class ClientProcess implements AutoCloseable {

    private static final long STOP_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** Makes the node's role. */
    @FunctionalInterface
    public interface RoleFactory {
        Role make(long incarnation, RandomGenerator random);
    }

    private final EventLoop loop;
    private final @Nullable KeyFollower keys;

    private ClientProcess(EventLoop loop, @Nullable KeyFollower keys) {
        this.loop = loop;
        this.keys = keys;
    }

    /**
     * Starts the loop.
     *
     * @param outputs takes what the role hands out, on the loop's thread
     */
    public static ClientProcess start(ClusterFile cluster, RoleFactory roles, OutputSink outputs) {
        SecureRandom secure = new SecureRandom();
        long incarnation = secure.nextLong() | 1;
        Role role = roles.make(incarnation, new SplittableRandom(secure.nextLong()));
        InetSocketAddress bind = new InetSocketAddress(InetAddress.ofLiteral(cluster.bindAddress()), 0);
        UdpEndpoint endpoint = new UdpEndpoint(UdpSettings.of(bind));
        PeerDirectory peers = new PeerDirectory(
                cluster.addresses().addresses(), NameResolver.system(), (peer, before) -> {});
        UdpTransport transport = new UdpTransport(endpoint, peers);
        KeyRing ring = cluster.keys();
        NodeSettings settings = NodeSettings.of(
                NodeType.CLIENT,
                0,
                incarnation,
                cluster.addresses().clusterId(cluster.quorums()),
                cluster.addresses().layout(),
                cluster.datagramBytesMax())
                .withKeys(ring);
        MemoryStorage storage = new MemoryStorage();
        Node node = new Node(settings, List.of(role), storage, outputs, transport, secure);
        EventLoop loop = new EventLoop(node, transport);
        storage.attach(loop);
        try {
            loop.start("paxos-client");
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot open a UDP socket: " + e.getMessage(), e);
        }
        Path file = cluster.keyFile();
        return new ClientProcess(loop,
                ring == null || file == null ? null : new KeyFollower(file, ring, node, loop));
    }

    public EventLoop loop() {
        return loop;
    }

    /** Throws if the loop has failed: then no outcome comes any more. */
    public void requireAlive() {
        @Nullable Throwable failure = loop.failure();
        if (loop.state() == EventLoop.State.FAILED) {
            throw new CommandFailure(ExitStatus.FAILED, "the client failed: " + failure);
        }
    }

    /** Says goodbye and closes the socket. */
    @Override
    public void close() {
        if (keys != null) {
            keys.close();
        }
        loop.stop();
        try {
            loop.awaitEnd(STOP_NANOS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
