package io.synod.config;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionLimits;
import io.synod.udp.PeerAddress;
import io.synod.udp.UdpSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Who this process is in its cluster: the checked and completed form of {@link PaxosProperties}.
 *
 * @param role what it is
 * @param id its id
 * @param cluster who belongs to the cluster
 * @param quorums the acceptors' quorums
 * @param trimQuorum how many learners must hold what is trimmed
 * @param udp how its socket is bound
 * @param datagramBytesMax the largest datagram it sends
 * @param sessionLimits what a new log is formed with
 * @param valueBytesMax the largest value that is taken from a client, in bytes
 * @param keys what its datagrams are sealed with; null for plain text
 */
public record NodeDescription(ServiceRole role, int id, ClusterAddresses cluster, Quorums quorums, int trimQuorum,
        UdpSettings udp, int datagramBytesMax, SessionLimits sessionLimits, int valueBytesMax,
        @Nullable KeySource keys) {

    private static final int IP_AND_UDP_HEADER_BYTES = 28;
    private static final int IPV6_HEADER_EXTRA_BYTES = 20;
    private static final int BUFFER_BYTES_MIN = 4_096;
    private static final int BUFFER_BYTES_MAX = 1 << 30;
    private static final int MEMORY_INSTANCES_MAX = 1 << 24;

    /**
     * Checks and completes the configuration.
     *
     * @throws ConfigurationException naming the property that is wrong, its value, and what is allowed
     */
    public static NodeDescription of(PaxosProperties properties) {
        ServiceRole role = properties.requiredRole();
        ClusterAddresses cluster = ClusterAddresses.of(properties.cluster());
        checkName(cluster.name());
        checkId(role, properties.id(), cluster.layout());
        checkTiming(properties.timing());
        checkAcceptor(properties.acceptor());
        checkTrim(properties.learner(), properties.acceptor());
        acceptorDirectory(properties);
        checkLearner(properties.learner());
        learnerDirectory(properties);
        PaxosProperties.Transport transport = properties.transport();
        KeySource keys = KeySource.of(properties.security(), role.nodeType());
        InetSocketAddress bind = bind(role, properties.id(), cluster, transport,
                keys != null || properties.security().allowPlaintext());
        UdpSettings udp = UdpSettings.of(bind)
                .withReceiveBufferBytes(bufferBytes("paxos.transport.receive-buffer", transport.receiveBuffer()))
                .withSendBufferBytes(bufferBytes("paxos.transport.send-buffer", transport.sendBuffer()))
                .withBatchDatagramsMax(
                        within("paxos.transport.batch-datagrams-max", transport.batchDatagramsMax(), 1, 4_096));
        within("paxos.transport.mailbox-tasks-max", transport.mailboxTasksMax(), 1, 1 << 20);
        return new NodeDescription(role, properties.id(), cluster, quorums(properties.quorum(), cluster.layout()),
                trimQuorum(properties.quorum(), cluster.layout()), udp, datagramBytesMax(transport, bind.getAddress()),
                sessionLimits(properties.limits()), valueBytesMax(properties.limits()), keys);
    }

    /** The number that stands for the cluster in every datagram. */
    public long clusterId() {
        return cluster.clusterId(quorums);
    }

    public ClusterLayout layout() {
        return cluster.layout();
    }

    /** The name by which a configured node is known; a client is known by its incarnation instead. */
    public NodeId nodeId(long incarnation) {
        return role.nodeType() == NodeType.CLIENT ? NodeId.client(incarnation) : NodeId.of(role.nodeType(), id);
    }

    private static void checkName(String name) {
        if (name.isBlank()) {
            throw new ConfigurationException("paxos.cluster.name", name, "allowed is any text but an empty one");
        }
    }

    private static void checkId(ServiceRole role, int id, ClusterLayout layout) {
        if (role == ServiceRole.CLIENT) {
            within("paxos.id", id, 0, ClusterAddresses.NODES_MAX - 1);
            return;
        }
        int count = layout.count(role.nodeType());
        if (count == 0) {
            throw new ConfigurationException("paxos.role", role.label(), layout.replicas()
                    ? "the cluster is one of replicas (paxos.cluster.replicas)"
                    : "the cluster has no replicas: set paxos.cluster.replica-count or paxos.cluster.replicas");
        }
        if (id < 0 || id >= count) {
            throw new ConfigurationException("paxos.id", id,
                    "allowed are 0 to " + (count - 1) + ", since the cluster has "
                            + count + " " + role.label() + (count == 1 ? "" : "s"));
        }
    }

    private static void checkTiming(PaxosProperties.Timing timing) {
        positive("paxos.timing.heartbeat-interval", timing.heartbeatInterval());
        positive("paxos.timing.learner-lease", timing.learnerLease());
        Duration least = timing.heartbeatInterval().multipliedBy(2);
        if (timing.leaderTimeout().compareTo(least) < 0) {
            throw new ConfigurationException("paxos.timing.leader-timeout", text(timing.leaderTimeout()),
                    "allowed is twice paxos.timing.heartbeat-interval or more, " + text(least) + " here");
        }
        if (timing.learnerLease().compareTo(least) < 0) {
            throw new ConfigurationException("paxos.timing.learner-lease", text(timing.learnerLease()),
                    "allowed is twice paxos.timing.heartbeat-interval or more, " + text(least) + " here");
        }
    }

    private static void checkAcceptor(PaxosProperties.Acceptor acceptor) {
        within("paxos.acceptor.stored-instances-max", acceptor.storedInstancesMax(), 1_024, 1 << 28);
        bytes("paxos.acceptor.free-bytes-min", acceptor.freeBytesMin(), 1 << 20, 1L << 50);
        bytes("paxos.acceptor.stored-bytes-max", acceptor.storedBytesMax(), 1 << 20, 1L << 40);
        within("paxos.acceptor.clients-max", acceptor.clientsMax(), 1, 1 << 16);
    }

    private static void checkLearner(PaxosProperties.Learner learner) {
        bytes("paxos.learner.free-bytes-min", learner.freeBytesMin(), 1 << 20, 1L << 50);
        PaxosProperties.Retention retention = learner.retention();
        bytes("paxos.learner.retention.bytes", retention.bytes(), 1 << 20, 1L << 50);
        if (retention.instances() < 1) {
            throw new ConfigurationException("paxos.learner.retention.instances", retention.instances(),
                    "allowed are 1 or more");
        }
        positive("paxos.learner.retention.age", retention.age());
        positive("paxos.learner.exclude-after", learner.excludeAfter());
        within("paxos.learner.checkpoints-kept", learner.checkpointsKept(), 1, 1_000);
        int instances = learner.memoryInstances();
        if (instances < 2 || instances > MEMORY_INSTANCES_MAX || Integer.bitCount(instances) != 1) {
            throw new ConfigurationException("paxos.learner.memory-instances", instances,
                    "allowed are powers of two from 2 to " + MEMORY_INSTANCES_MAX);
        }
        bytes("paxos.learner.memory-bytes", learner.memoryBytes(), 1, 1L << 40);
    }

    /** The other half is room for what a learner leaves untrimmed, and for what goes on while a trim is under way. */
    private static void checkTrim(PaxosProperties.Learner learner, PaxosProperties.Acceptor acceptor) {
        if (!learner.canTrim()) {
            return;
        }
        atMostHalf("paxos.learner.trim-every", learner.trimEvery(), "paxos.acceptor.stored-instances-max",
                acceptor.storedInstancesMax(), "");
        atMostHalf("paxos.learner.trim-every-bytes", learner.trimEveryBytes().toBytes(),
                "paxos.acceptor.stored-bytes-max", acceptor.storedBytesMax().toBytes(), " bytes");
    }

    private static void atMostHalf(String property, long value, String of, long whole, String unit) {
        if (value > whole / 2) {
            throw new ConfigurationException(property, value + unit, "allowed is at most half of " + of + ", "
                    + whole / 2 + unit + " here: acceptors would be full before they are asked to trim");
        }
    }

    /** Returns the directory of an acceptor's durable store; it need not exist. */
    public static Path acceptorDirectory(PaxosProperties properties) {
        return directory("paxos.acceptor.data-directory", properties.acceptor().dataDirectory(),
                properties.requiredRole().label() + "-" + properties.id(), "acceptor");
    }

    /** Returns the directory of a learner's durable store; it need not exist. */
    public static Path learnerDirectory(PaxosProperties properties) {
        return directory("paxos.learner.data-directory", properties.learner().dataDirectory(),
                "learner-" + properties.id(), "learner");
    }

    /** Returns where the HTTP of the other learners is. */
    public List<URI> learnerPeers(PaxosProperties properties) {
        List<URI> peers = new ArrayList<>();
        if (!properties.learner().peers().isEmpty()) {
            for (int i = 0; i < properties.learner().peers().size(); i++) {
                peers.add(peer("paxos.learner.peers[" + i + "]", properties.learner().peers().get(i)));
            }
            return peers;
        }
        String scheme = properties.security().httpBundle() == null ? "http://" : "https://";
        for (int other = 0; other < layout().learners(); other++) {
            PeerAddress address = cluster.addresses().get(layout().learner(other));
            if (other != id && address != null) {
                String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
                peers.add(URI.create(scheme + host + ":" + (address.port() + ServiceRole.HTTP_ABOVE_UDP)));
            }
        }
        return peers;
    }

    private static URI peer(String property, String text) {
        try {
            URI peer = new URI(text.strip());
            if (("http".equals(peer.getScheme()) || "https".equals(peer.getScheme())) && peer.getHost() != null) {
                return peer;
            }
        } catch (URISyntaxException e) {
            // Refused below.
        }
        throw new ConfigurationException(property, text,
                "allowed is http://host:port or https://host:port, such as http://10.0.0.5:8801");
    }

    private static Path directory(String property, @Nullable String configured, String usual, String role) {
        if (configured == null) {
            return Path.of("data", usual).toAbsolutePath();
        }
        try {
            if (!configured.isBlank()) {
                return Path.of(configured).toAbsolutePath().normalize();
            }
        } catch (InvalidPathException e) {
            // Refused below, as an empty one is.
        }
        throw new ConfigurationException(property, configured, "allowed is the path of a directory for this " + role
                + " alone, such as /var/lib/synod/" + role + "-0");
    }

    private static void positive(String property, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new ConfigurationException(property, text(value), "allowed is a time above 0, such as 50ms");
        }
    }

    private static String text(Duration value) {
        return value.toMillis() + "ms";
    }

    private static Quorums quorums(PaxosProperties.Quorum quorum, ClusterLayout layout) {
        int acceptors = layout.acceptors();
        Quorums majority = Quorums.majority(acceptors);
        int phase1 = sizeOfQuorum("phase1", quorum.phase1(), majority.phase1(), acceptors, "acceptors");
        int phase2 = sizeOfQuorum("phase2", quorum.phase2(), majority.phase2(), acceptors, "acceptors");
        if (phase1 + phase2 <= acceptors) {
            boolean second = quorum.phase2() != null;
            throw new ConfigurationException("paxos.quorum." + (second ? "phase2" : "phase1"), second ? phase2 : phase1,
                    "allowed are " + (acceptors + 1 - (second ? phase1 : phase2)) + " to " + acceptors
                            + ", since paxos.quorum." + (second ? "phase1" : "phase2") + " is "
                            + (second ? phase1 : phase2) + " and any two quorums of the " + acceptors
                            + " acceptors must meet");
        }
        return new Quorums(acceptors, phase1, phase2);
    }

    private static int trimQuorum(PaxosProperties.Quorum quorum, ClusterLayout layout) {
        return sizeOfQuorum("trim", quorum.trim(), layout.learners(), layout.learners(), "learners");
    }

    private static int sizeOfQuorum(String name, @Nullable Integer size, int sizeDefault, int of, String whom) {
        if (size == null) {
            return sizeDefault;
        }
        if (size < 1 || size > of) {
            throw new ConfigurationException("paxos.quorum." + name, size,
                    "allowed are 1 to " + of + ", since the cluster has " + of + " " + whom);
        }
        return size;
    }

    private static InetSocketAddress bind(ServiceRole role, int id, ClusterAddresses cluster,
            PaxosProperties.Transport transport, boolean allowOthers) {
        String property = "paxos.transport.bind-address";
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(transport.bindAddress());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(property, transport.bindAddress(),
                    "allowed is an address of this host by number, such as 127.0.0.1, 10.0.0.5 or 0.0.0.0");
        }
        if (!address.isLoopbackAddress() && !allowOthers) {
            throw new ConfigurationException(property, transport.bindAddress(),
                    "without a cluster key (paxos.security.key-file) only the loopback is allowed, such as 127.0.0.1;"
                            + " paxos.security.allow-plaintext=true allows any, in a network that you trust");
        }
        PeerAddress own = cluster.addresses().get(
                role == ServiceRole.CLIENT ? null : NodeId.of(role.nodeType(), id));
        if (own != null && address.isLoopbackAddress() && isReachedFromElsewhere(own)) {
            throw new ConfigurationException(property, transport.bindAddress(), "the node's own address is " + own
                    + ", at which nobody would reach it: set it to that host's address or 0.0.0.0");
        }
        int usual = own == null ? role.udpPort(id) : own.port();
        int port = transport.port() == null ? usual : within("paxos.transport.port", transport.port(), 0, 65_535);
        return new InetSocketAddress(address, port);
    }

    private static boolean isReachedFromElsewhere(PeerAddress own) {
        try {
            return !InetAddress.ofLiteral(own.host()).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            // A name: what it stands for may change, and is not asked for here.
            return false;
        }
    }

    private static int datagramBytesMax(PaxosProperties.Transport transport, InetAddress bind) {
        Integer configured = transport.datagramBytesMax();
        return configured != null
                ? within("paxos.transport.datagram-bytes-max", configured, ProtocolLimits.DATAGRAM_BYTES_MIN,
                        ProtocolLimits.DATAGRAM_BYTES_MAX)
                : datagramBytesOfInterface(bind);
    }

    /** Returns the largest datagram that goes out of an address's interface unbroken, in bytes. */
    public static int datagramBytesOfInterface(InetAddress bind) {
        if (bind.isAnyLocalAddress()) {
            return ProtocolLimits.ETHERNET_DATAGRAM_BYTES;
        }
        try {
            NetworkInterface networkInterface = NetworkInterface.getByInetAddress(bind);
            int mtu = networkInterface == null ? 0 : networkInterface.getMTU();
            int headers = IP_AND_UDP_HEADER_BYTES
                    + (bind instanceof java.net.Inet6Address ? IPV6_HEADER_EXTRA_BYTES : 0);
            if (mtu - headers >= ProtocolLimits.DATAGRAM_BYTES_MIN) {
                return Math.min(mtu - headers, ProtocolLimits.DATAGRAM_BYTES_MAX);
            }
        } catch (SocketException e) {
            // The system does not tell; what every Ethernet carries is safe.
        }
        return bind.isLoopbackAddress() ? ProtocolLimits.DATAGRAM_BYTES_MAX : ProtocolLimits.ETHERNET_DATAGRAM_BYTES;
    }

    private static SessionLimits sessionLimits(PaxosProperties.Limits limits) {
        within("paxos.limits.sessions-max", limits.sessionsMax(), SessionLimits.SESSIONS_FLOOR, 1 << 24);
        within("paxos.limits.window-max", limits.windowMax(), SessionLimits.FLOOR.windowMax(), 1 << 20);
        within("paxos.limits.keys-max", limits.keysMax(), SessionLimits.KEYS_FLOOR, SessionLimits.KEYS_MAX);
        if (limits.sessionExpiryInstances() < SessionLimits.FLOOR.expiryInstances()) {
            throw new ConfigurationException("paxos.limits.session-expiry-instances", limits.sessionExpiryInstances(),
                    "allowed are " + SessionLimits.FLOOR.expiryInstances() + " or more");
        }
        return new SessionLimits(limits.sessionsMax(), limits.windowMax(), limits.sessionExpiryInstances(),
                limits.keysMax());
    }

    private static int valueBytesMax(PaxosProperties.Limits limits) {
        return (int) bytes("paxos.limits.value-bytes-max", limits.valueBytesMax(), 1, ProtocolLimits.VALUE_BYTES_MAX);
    }

    private static int bufferBytes(String property, DataSize size) {
        return (int) bytes(property, size, BUFFER_BYTES_MIN, BUFFER_BYTES_MAX);
    }

    private static long bytes(String property, DataSize size, long min, long max) {
        if (size.toBytes() < min || size.toBytes() > max) {
            throw new ConfigurationException(property, size.toBytes() + " bytes",
                    "allowed are " + min + " to " + max + " bytes");
        }
        return size.toBytes();
    }

    private static int within(String property, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ConfigurationException(property, value, "allowed are " + min + " to " + max);
        }
        return value;
    }
}
