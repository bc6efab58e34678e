package io.synod.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Which roles a cluster has and which node hosts each: separate services, or replicas that host an acceptor, a proposer
 * and a learner each. Ids are contiguous from 0, so a count says them all.
 *
 * @param acceptors how many acceptors there are
 * @param proposers how many proposers there are
 * @param learners how many configured learners there are
 * @param replicas whether acceptor, proposer and learner i live together in replica i
 */
public record ClusterLayout(int acceptors, int proposers, int learners, boolean replicas) {

    public ClusterLayout {
        if (replicas && (acceptors != proposers || acceptors != learners)) {
            throw new IllegalArgumentException("replicas host one acceptor, proposer and learner each: " + acceptors
                    + " acceptors, " + proposers + " proposers, " + learners + " learners");
        }
    }

    public NodeId acceptor(int id) {
        return NodeId.of(replicas ? NodeType.REPLICA : NodeType.ACCEPTOR, id);
    }

    public NodeId proposer(int id) {
        return NodeId.of(replicas ? NodeType.REPLICA : NodeType.PROPOSER, id);
    }

    public NodeId learner(int id) {
        return NodeId.of(replicas ? NodeType.REPLICA : NodeType.LEARNER, id);
    }

    /** Returns the nodes of all acceptors, by id. */
    public List<NodeId> acceptorNodes() {
        List<NodeId> nodes = new ArrayList<>(acceptors);
        for (int id = 0; id < acceptors; id++) {
            nodes.add(acceptor(id));
        }
        return List.copyOf(nodes);
    }

    /** Returns the nodes of all proposers, by id. */
    public List<NodeId> proposerNodes() {
        List<NodeId> nodes = new ArrayList<>(proposers);
        for (int id = 0; id < proposers; id++) {
            nodes.add(proposer(id));
        }
        return List.copyOf(nodes);
    }

    /** Returns the nodes of all configured learners, by id. */
    public List<NodeId> learnerNodes() {
        List<NodeId> nodes = new ArrayList<>(learners);
        for (int id = 0; id < learners; id++) {
            nodes.add(learner(id));
        }
        return List.copyOf(nodes);
    }

    /** Returns how many configured nodes of a type there are; 0 for clients, which are not configured. */
    public int count(NodeType type) {
        return switch (type) {
            case ACCEPTOR -> replicas ? 0 : acceptors;
            case PROPOSER -> replicas ? 0 : proposers;
            case LEARNER -> replicas ? 0 : learners;
            case REPLICA -> replicas ? acceptors : 0;
            case CLIENT -> 0;
        };
    }
}
