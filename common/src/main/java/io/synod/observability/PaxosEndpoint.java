package io.synod.observability;

import io.synod.config.NodeDescription;
import io.synod.protocol.Quorums;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.runtime.EventLoop;
import io.synod.runtime.Node;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpEndpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code GET /actuator/paxos}: who this node is, how its loop and socket do, whom it knows, and each role's view. */
@Endpoint(id = "paxos")
public final class PaxosEndpoint {

    /** All that is shown. As the body of an operation it is written by the endpoints' mapper. */
    public record NodeDescriptor(NodeInfo node, ClusterInfo cluster, LoopInfo loop, TransportInfo transport,
            List<PeerInfo> peers, @Nullable Long viewAgeMillis, Map<String, Object> roles)
            implements OperationResponseBody {}

    /** Who this node is; the incarnation in hexadecimal. */
    public record NodeInfo(String role, int id, String name, String incarnation) {}

    /** What the cluster is said to be. */
    public record ClusterInfo(String name, int acceptors, int proposers, int learners, boolean replicas,
            Quorums quorums, int trimQuorum) {}

    public record LoopInfo(String state, @Nullable String failure, @Nullable String storageFailure, long rounds,
            int mailboxTasks, long commits, long waitingMessages, long waitingBytes) {}

    public record TransportInfo(@Nullable String address, int datagramBytesMax, int receiveBufferBytes,
            int sendBufferBytes, long received, long sent, @Nullable Long droppedBySystem, int lanes, long oversize,
            long sendDropped, long sendErrors, long unresolved, @Nullable String lastError,
            Map<String, Long> rejected, KeyInfo keys) {}

    /**
     * The ids of the keys that datagrams are sealed with: {@code sending} is 0 for plain text, {@code accepted} all that are
     * opened, {@code underOther} how many datagrams were acted on that were sealed with another than {@code sending}.
     */
    public record KeyInfo(int sending, List<Integer> accepted, long underOther, @Nullable String problem) {}

    /** A configured node; {@code silentMillis} is null while it was never heard, {@code keyId} is 0 for plain text. */
    public record PeerInfo(String node, String configured, @Nullable String address, @Nullable String problem,
            @Nullable Long silentMillis, int keyId) {}

    private final NodeDescription description;
    private final Node node;
    private final EventLoop loop;
    private final UdpEndpoint endpoint;
    private final PeerDirectory peers;
    private final NodeViews views;
    private final KeyProbe keys;

    public PaxosEndpoint(NodeDescription description, Node node, EventLoop loop, UdpEndpoint endpoint,
            PeerDirectory peers, NodeViews views, KeyProbe keys) {
        this.description = description;
        this.node = node;
        this.loop = loop;
        this.endpoint = endpoint;
        this.peers = peers;
        this.views = views;
        this.keys = keys;
    }

    @ReadOperation
    public NodeDescriptor paxos() {
        NodeViews.Views current = views.current();
        Map<String, Object> roles = new LinkedHashMap<>();
        if (current != null) {
            current.roles().forEach((role, view) -> roles.put(role.name().toLowerCase(Locale.ROOT), view));
        }
        return new NodeDescriptor(nodeInfo(), clusterInfo(), loopInfo(current), transportInfo(),
                peers.peers().stream().filter(peer -> !peer.node().equals(node.settings().nodeId())).map(this::peerInfo)
                        .toList(),
                current == null ? null : TimeUnit.NANOSECONDS.toMillis(current.ageNanos()), roles);
    }

    private NodeInfo nodeInfo() {
        return new NodeInfo(description.role().label(), description.id(), node.settings().nodeId().toString(),
                Long.toHexString(node.settings().incarnation()));
    }

    private ClusterInfo clusterInfo() {
        return new ClusterInfo(description.cluster().name(), description.layout().acceptors(),
                description.layout().proposers(), description.layout().learners(), description.layout().replicas(),
                description.quorums(), description.trimQuorum());
    }

    private LoopInfo loopInfo(NodeViews.@Nullable Views current) {
        Throwable failure = loop.failure();
        return new LoopInfo(loop.state().name().toLowerCase(Locale.ROOT), failure == null ? null : failure.toString(),
                current == null ? null : current.storageFailure(), loop.rounds(), loop.mailboxTasks(),
                node.counters().commits(), node.counters().waitingMessages(), node.counters().waitingBytes());
    }

    private TransportInfo transportInfo() {
        Map<String, Long> rejected = new TreeMap<>();
        for (RejectReason reason : RejectReason.values()) {
            long count = node.counters().rejected(reason);
            if (count > 0) {
                rejected.put(reason.tag(), count);
            }
        }
        var counters = endpoint.counters();
        var drops = endpoint.kernelDrops();
        return new TransportInfo(endpoint.isOpen() ? endpoint.localAddress().toString() : null,
                description.datagramBytesMax(), endpoint.receiveBufferBytesGranted(),
                endpoint.sendBufferBytesGranted(), counters.received(), counters.sent(),
                drops.isPresent() ? drops.getAsLong() : null, endpoint.lanes(), counters.oversize(),
                counters.sendDropped(), counters.sendErrors(), counters.unresolved(), endpoint.lastError(), rejected,
                keyInfo());
    }

    private KeyInfo keyInfo() {
        KeyRing ring = keys.ring();
        return new KeyInfo(keys.sendingId(), ring == null ? List.of() : ring.keys().stream().map(SealKey::id).toList(),
                node.counters().underOtherKey(), keys.problem());
    }

    private PeerInfo peerInfo(PeerDirectory.Peer peer) {
        long silentNanos = node.silentNanos(peer.node(), System.nanoTime());
        return new PeerInfo(peer.node().toString(), peer.configured().toString(),
                peer.address() == null ? null : peer.address().toString(), peer.problem(),
                silentNanos == Long.MAX_VALUE ? null : TimeUnit.NANOSECONDS.toMillis(silentNanos),
                node.keyIdOf(peer.node()));
    }
}
