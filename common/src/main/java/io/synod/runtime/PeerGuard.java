package io.synod.runtime;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.message.Echo;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose datagrams are acted on (rule S11). Configured nodes are known by type and id, clients by their incarnation.
 * An incarnation is heard once it has said back a token of this node (an <em>echo</em>), which only a living process can
 * do: so a datagram of a former life that was long under way can neither be acted on nor make this node leave the
 * present life, and what was recorded before this node started is refused with the sequence of the echo's answer. An
 * incarnation that was left for another is never heard again. All that is kept is bounded.
 */
final class PeerGuard {

    /** How long a life of a configured node has to answer before it is asked again. */
    private static final long ECHO_INTERVAL_NANOS = 5_000_000;

    /** The same for a client, of which there may be many. */
    private static final long CLIENT_ECHO_INTERVAL_NANOS = 50_000_000;

    /** Any echo; all are of one length. */
    private static final Echo ECHO = new Echo(0);

    /** How many echoes may be sent to unknown clients at once, and how long one of them takes to be allowed again. */
    private static final int CLIENT_ECHOES_MAX = 256;

    private static final long CLIENT_ECHO_NANOS = 500_000;

    private final NodeSettings settings;
    private final EchoTokens tokens;
    private final Map<NodeType, Peer[]> configured = new EnumMap<>(NodeType.class);
    private final ClientTable clients;

    private @Nullable Peer peer;
    private final Allowance clientEchoes = new Allowance(CLIENT_ECHOES_MAX, CLIENT_ECHO_NANOS);
    private final AskedLives asked = new AskedLives();

    PeerGuard(NodeSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.tokens = new EchoTokens(random);
        this.clients = new ClientTable(settings.bounds().clientsMax());
        ClusterLayout layout = settings.layout();
        for (NodeType type : NodeType.values()) {
            Peer[] peers = new Peer[layout.count(type)];
            for (int id = 0; id < peers.length; id++) {
                peers[id] = new Peer(NodeId.of(type, id));
            }
            configured.put(type, peers);
        }
    }

    /** Returns what is kept about a node, or null if it is neither configured nor an admitted client. */
    @Nullable
    Peer find(NodeId node) {
        if (node.type() == NodeType.CLIENT) {
            return clients.find(node.incarnation());
        }
        Peer[] peers = configured.get(node.type());
        return peers != null && node.id() >= 0 && node.id() < peers.length ? peers[node.id()] : null;
    }

    /**
     * Finds out whom the header of a datagram names: {@link #peer} from then on. Changes nothing else, since the header may be
     * forged.
     *
     * @return null if there may be such a sender, or why there is none
     */
    @Nullable
    RejectReason identify(DatagramReader header) {
        NodeType type = header.senderType();
        int id = header.senderId();
        peer = null;
        if (type == NodeType.CLIENT) {
            return identifyClient(id, header.incarnation());
        }
        Peer[] peers = configured.get(type);
        if (peers == null || id < 0 || id >= peers.length) {
            return RejectReason.SENDER_ID;
        }
        if (type == settings.type() && id == settings.id()) {
            return RejectReason.OWN;
        }
        peer = peers[id];
        return null;
    }

    private @Nullable RejectReason identifyClient(int id, long incarnation) {
        if (settings.type() == NodeType.CLIENT) {
            return incarnation == settings.incarnation() ? RejectReason.OWN : RejectReason.SENDER_TYPE;
        }
        if (id != 0) {
            return RejectReason.SENDER_ID;
        }
        peer = clients.find(incarnation);
        return null;
    }

    /**
     * Judges the life of the sender last identified, and the sequence of its datagram, whose check or seal is right.
     *
     * @return null if the datagram is to be acted on; {@link RejectReason#NOT_ADMITTED} if its sender may be asked to say back a
     *     token; or why it is dropped
     */
    @Nullable
    RejectReason judge(DatagramReader header, SocketAddress source) {
        Peer sender = peer;
        if (sender == null) {
            return RejectReason.NOT_ADMITTED;
        }
        if (header.incarnation() != sender.incarnation()) {
            return sender.left.contains(header.incarnation())
                    ? RejectReason.LEFT_INCARNATION
                    : RejectReason.NOT_ADMITTED;
        }
        boolean client = header.senderType() == NodeType.CLIENT;
        if (client && !source.equals(sender.address)) {
            // At another address it is asked again, unless somebody else says there what it once said.
            return sender.window.isNew(header.sequence()) ? RejectReason.NOT_ADMITTED : RejectReason.REPLAYED;
        }
        if (!sender.window.accept(header.sequence())) {
            return RejectReason.REPLAYED;
        }
        if (client) {
            clients.heard(sender);
        }
        return null;
    }

    /** The sender last identified or admitted; null for a client that is not known. */
    @Nullable
    Peer peer() {
        return peer;
    }

    /** Returns the token that the sender of the datagram last judged must say back. */
    long tokenFor(DatagramReader header, SocketAddress source, long nowNanos) {
        return tokens.tokenFor(
                header.senderType(),
                header.senderId(),
                header.incarnation(),
                heardOf(header),
                addressOf(header, source),
                nowNanos);
    }

    /**
     * Admits the sender of the datagram last judged, if it says back the right token.
     *
     * @return null if it is admitted, and its datagram is to be acted on; or why not
     */
    @Nullable
    RejectReason admit(DatagramReader header, SocketAddress source, long token, long nowNanos) {
        long incarnation = header.incarnation();
        SocketAddress address = addressOf(header, source);
        if (!tokens.isValid(
                token, header.senderType(), header.senderId(), incarnation, heardOf(header), address, nowNanos)) {
            return RejectReason.TOKEN;
        }
        Peer admitted = peer;
        if (admitted == null) {
            admitted = clients.add(incarnation);
            peer = admitted;
        }
        if (admitted.incarnation() != incarnation) {
            admitted.enter(incarnation, header.sequence());
        } else if (!admitted.window.accept(header.sequence())) {
            // A client at a new address: what was seen of it stays seen.
            return RejectReason.REPLAYED;
        }
        admitted.address = address;
        asked.answered(header.senderType(), header.senderId(), incarnation);
        return null;
    }

    /**
     * Returns whether the sender of the datagram last judged, who is not heard, may be sent an echo now, and counts it as sent. A
     * client, which is answered where it says that it is, gets none that is longer than what it sent.
     */
    boolean mayEcho(DatagramReader header, long nowNanos) {
        Peer named = peer;
        boolean client = header.senderType() == NodeType.CLIENT;
        NodeType type = header.senderType();
        int id = header.senderId();
        long incarnation = header.incarnation();
        if ((client && header.isShorterThan(ECHO)) || !asked.mayAsk(type, id, incarnation, nowNanos,
                client ? CLIENT_ECHO_INTERVAL_NANOS : ECHO_INTERVAL_NANOS)) {
            return false;
        }
        Allowance echoes = client || named == null ? clientEchoes : named.echoes;
        if (!echoes.take(nowNanos)) {
            return false;
        }
        asked.asked(type, id, incarnation, nowNanos);
        return true;
    }

    /** The incarnation of the sender's name that is heard at present; 0 for a client, whose name is its incarnation. */
    private long heardOf(DatagramReader header) {
        return header.senderType() == NodeType.CLIENT || peer == null ? 0 : peer.incarnation();
    }

    private static @Nullable SocketAddress addressOf(DatagramReader header, SocketAddress source) {
        return header.senderType() == NodeType.CLIENT ? source : null;
    }
}
