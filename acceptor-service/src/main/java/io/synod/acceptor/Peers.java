package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.List;

/** The configured nodes around an acceptor. A node has judged already that a sender is who it claims to be. */
final class Peers {

    private final int id;
    private final List<NodeId> acceptors;
    private final List<NodeId> proposers;
    private final List<NodeId> learners;

    Peers(int id, ClusterLayout layout) {
        this.id = id;
        acceptors = layout.acceptorNodes();
        proposers = layout.proposerNodes();
        learners = layout.learnerNodes();
    }

    /** The nodes of all acceptors, by id. */
    List<NodeId> acceptors() {
        return acceptors;
    }

    List<NodeId> proposersAndLearners() {
        List<NodeId> nodes = new ArrayList<>(proposers);
        nodes.addAll(learners);
        return nodes;
    }

    /** Returns whether a ballot is the sender's own, of its present life. */
    boolean isProposerOf(Ballot ballot, Sender from) {
        return ballot.round() > 0 && from.incarnation() == ballot.incarnation()
                && isNodeOf(proposers, ballot.proposerId(), from.node());
    }

    boolean isOtherAcceptor(Sender from) {
        return from.id() != id && isNodeOf(acceptors, from.id(), from.node());
    }

    /** Returns whether the sender is a configured learner. */
    boolean isLearner(Sender from) {
        return isNodeOf(learners, from.id(), from.node());
    }

    private static boolean isNodeOf(List<NodeId> nodes, int id, NodeId node) {
        return id >= 0 && id < nodes.size() && nodes.get(id).equals(node);
    }
}
