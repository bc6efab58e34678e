package io.synod.runtime;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Echo;
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Write;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Nodes that send to each other through a queue of datagrams. Time is a number. */
final class TestCluster {

    static final long CLUSTER = 42;
    static final int DATAGRAM_BYTES = 1_472;

    record Datagram(NodeId from, SocketAddress source, NodeId to, @Nullable SocketAddress learned, byte[] bytes) {}

    /** A node and what surrounds it. */
    final class Host {
        final Node node;
        final NodeId name;
        final List<RecordingRole> roles;
        final List<Output> outputs = new ArrayList<>();
        final List<List<Write>> commits = new ArrayList<>();
        SocketAddress address;
        boolean reportsAtOnce = true;

        Host(NodeSettings settings, List<RecordingRole> roles) {
            this.name = settings.nodeId();
            this.roles = roles;
            this.address = addressOf(nextPort++);
            this.node = new Node(
                    settings,
                    List.<Role>copyOf(roles),
                    this::commit,
                    outputs::add,
                    (to, learned, datagram) -> {
                        byte[] bytes = new byte[datagram.remaining()];
                        datagram.get(bytes);
                        inFlight.add(new Datagram(name, address, to, learned, bytes));
                    },
                    new Random(settings.incarnation()));
            node.start(now);
        }

        RecordingRole role() {
            return roles.getFirst();
        }

        RecordingRole role(RoleType type) {
            return roles.stream().filter(role -> role.type() == type).findFirst().orElseThrow();
        }

        private void commit(long number, List<Write> writes) {
            commits.add(List.copyOf(writes));
            if (reportsAtOnce) {
                node.committed(number, now);
            }
        }
    }

    final ClusterLayout layout;
    final Map<NodeId, Host> hosts = new HashMap<>();
    final ArrayDeque<Datagram> inFlight = new ArrayDeque<>();
    final List<Datagram> delivered = new ArrayList<>();
    Predicate<Datagram> lost = datagram -> false;
    long now = 1_000_000;
    private int nextPort = 7_000;

    TestCluster(ClusterLayout layout) {
        this.layout = layout;
    }

    static SocketAddress addressOf(int port) {
        return InetSocketAddress.createUnresolved("host", port);
    }

    Host start(NodeType type, int id, long incarnation) {
        return start(NodeSettings.of(type, id, incarnation, CLUSTER, layout, DATAGRAM_BYTES).withHeapBuffers());
    }

    /** Starts a node, in the place of one of the same name. */
    Host start(NodeSettings settings) {
        List<RecordingRole> roles = new ArrayList<>();
        for (RoleType role : RoleType.values()) {
            boolean learnerInsideClient = settings.type() == NodeType.CLIENT && role == RoleType.LEARNER;
            if (settings.type().hosts(role) && !learnerInsideClient) {
                roles.add(new RecordingRole(role));
            }
        }
        Host host = new Host(settings, roles);
        hosts.put(host.name, host);
        return host;
    }

    Host host(NodeId name) {
        return Objects.requireNonNull(hosts.get(name));
    }

    /** Lets two nodes admit each other. */
    void meet(Host a, Host b) {
        a.role().sendNextRound(b.name, new Echo(0));
        settle();
        a.role().heard.clear();
        b.role().heard.clear();
    }

    /** Rounds at all nodes until no datagram is under way. */
    void settle() {
        for (int i = 0; i < 100; i++) {
            now += 1_000_000;
            hosts.values().forEach(host -> host.node.endRound(now));
            if (inFlight.isEmpty()) {
                return;
            }
            deliverAll();
        }
        throw new AssertionError("datagrams go round for ever");
    }

    void deliverAll() {
        for (int left = inFlight.size(); left > 0; left--) {
            Datagram datagram = inFlight.removeFirst();
            if (!lost.test(datagram)) {
                delivered.add(datagram);
                deliver(datagram);
            }
        }
    }

    /** All datagrams that were delivered to a node. */
    List<Datagram> recordedFor(NodeId to) {
        return delivered.stream().filter(datagram -> datagram.to().equals(to)).toList();
    }

    void deliver(Datagram datagram) {
        Host host = hosts.get(datagram.to());
        if (host != null) {
            host.node.receive(ByteBuffer.wrap(datagram.bytes()), datagram.source(), now);
        }
    }
}
