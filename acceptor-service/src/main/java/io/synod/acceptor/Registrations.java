package io.synod.acceptor;

import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The learners and clients that said hi, each for the time of its lease, and the lists of nodes that follow from them.
 */
final class Registrations {

    /**
     * A registered learner.
     *
     * @param node its node
     * @param incarnation the incarnation that said hi
     * @param logId the log it knows, or {@link LogId#UNKNOWN}
     * @param values whether it wants values, or votes alone
     * @param leaseEndNanos when it is forgotten
     */
    record Registration(NodeId node, long incarnation, LogId logId, boolean values, long leaseEndNanos) {}

    /**
     * Whom an accepted goes to.
     *
     * @param node its node
     * @param values whether with its value, or as a mere vote
     */
    record Recipient(NodeId node, boolean values) {}

    private final int clientsMax;
    private final List<NodeId> always;
    private final Map<NodeId, Registration> byNode = new LinkedHashMap<>();
    private int clients;
    private List<Recipient> forAccepted = List.of();
    private List<NodeId> forBeacons;
    private @Nullable NodeId proposer;

    /**
     * @param clientsMax how many clients are registered at most
     * @param always the nodes that are sent beacons, registered or not
     */
    Registrations(int clientsMax, List<NodeId> always) {
        this.clientsMax = clientsMax;
        this.always = always;
        forBeacons = List.copyOf(new LinkedHashSet<>(always));
    }

    /** Registers a learner, or renews its lease; returns false if it is a client and there is no room. */
    boolean hi(Sender from, LogId logId, boolean values, long leaseEndNanos) {
        Registration old = byNode.get(from.node());
        boolean isClient = from.node().type() == NodeType.CLIENT;
        if (old == null && isClient && clients >= clientsMax) {
            return false;
        }
        byNode.put(from.node(), new Registration(from.node(), from.incarnation(), logId, values, leaseEndNanos));
        if (old == null && isClient) {
            clients++;
        }
        if (old == null || old.values() != values) {
            relist();
        }
        return true;
    }

    /** Forgets a learner, if it is the incarnation that said hi. */
    void del(Sender from) {
        Registration registration = byNode.get(from.node());
        if (registration != null && registration.incarnation() == from.incarnation()) {
            byNode.remove(from.node());
            recount();
        }
    }

    /** Forgets those that know another log. */
    void keepOnly(LogId logId) {
        if (byNode.values().removeIf(other -> other.logId().isKnown() && !other.logId().equals(logId))) {
            recount();
        }
    }

    /** Forgets those whose lease has ended. */
    void expire(long nowNanos) {
        if (byNode.values().removeIf(registration -> registration.leaseEndNanos() - nowNanos <= 0)) {
            recount();
        }
    }

    /**
     * Whom an accepted goes to, each node once: clients first, since they wait for the answer to what they submitted, then
     * learners, then the proposer unless it is one of them.
     */
    List<Recipient> forAccepted(NodeId proposerNode) {
        if (!proposerNode.equals(proposer)) {
            proposer = proposerNode;
            relist();
        }
        return forAccepted;
    }

    /** The nodes that a beacon goes to. */
    List<NodeId> forBeacons() {
        return forBeacons;
    }

    /** All that are registered, in the order of their first hi. */
    List<Registration> all() {
        return List.copyOf(byNode.values());
    }

    private void recount() {
        clients = 0;
        for (NodeId node : byNode.keySet()) {
            if (node.type() == NodeType.CLIENT) {
                clients++;
            }
        }
        relist();
    }

    private void relist() {
        List<Recipient> clientsThere = new ArrayList<>();
        List<Recipient> others = new ArrayList<>();
        Set<NodeId> beacons = new LinkedHashSet<>(always);
        for (Registration registration : byNode.values()) {
            NodeId node = registration.node();
            (node.type() == NodeType.CLIENT ? clientsThere : others).add(new Recipient(node, registration.values()));
            beacons.add(node);
        }
        if (proposer != null && !byNode.containsKey(proposer)) {
            others.add(new Recipient(proposer, false));
        }
        clientsThere.addAll(others);
        forAccepted = List.copyOf(clientsThere);
        forBeacons = List.copyOf(beacons);
    }
}
