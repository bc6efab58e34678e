package io.synod.config;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.udp.PeerAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a cluster and where each configured node is.
 *
 * @param name the cluster's name
 * @param layout how many there are of each
 * @param addresses the address of each configured node, acceptors first, by id
 */
public record ClusterAddresses(String name, ClusterLayout layout, Map<NodeId, PeerAddress> addresses) {

    /** Ids stand in the table of ports with two digits. */
    static final int NODES_MAX = 100;

    private static final String CLUSTER = "paxos.cluster.";

    public ClusterAddresses {
        addresses = Collections.unmodifiableMap(new LinkedHashMap<>(addresses));
    }

    /** A cluster all on one host, at the usual ports. */
    public static ClusterAddresses onHost(String name, String host, ClusterLayout layout) {
        Map<NodeId, PeerAddress> addresses = new LinkedHashMap<>();
        for (ServiceRole role : ServiceRole.values()) {
            for (int id = 0; id < layout.count(role.nodeType()); id++) {
                addresses.put(NodeId.of(role.nodeType(), id), new PeerAddress(host, role.udpPort(id)));
            }
        }
        return new ClusterAddresses(name, layout, addresses);
    }

    /**
     * Reads the configuration.
     *
     * @throws ConfigurationException naming the property that is wrong
     */
    public static ClusterAddresses of(PaxosProperties.Cluster cluster) {
        boolean replicas = !cluster.replicas().isEmpty()
                || (cluster.replicaCount() != null && cluster.replicaCount() != 0);
        int acceptorsMax = Quorums.ACCEPTORS_MAX;
        Map<NodeId, PeerAddress> addresses = new LinkedHashMap<>();
        ClusterLayout layout;
        if (replicas) {
            refuseBesideReplicas("acceptors", cluster.acceptors(), cluster.acceptorCount());
            refuseBesideReplicas("proposers", cluster.proposers(), cluster.proposerCount());
            refuseBesideReplicas("learners", cluster.learners(), cluster.learnerCount());
            int n = add(addresses, cluster, ServiceRole.REPLICA, cluster.replicas(), cluster.replicaCount(), 0,
                    acceptorsMax);
            layout = new ClusterLayout(n, n, n, true);
        } else {
            int acceptors = add(addresses, cluster, ServiceRole.ACCEPTOR, cluster.acceptors(),
                    cluster.acceptorCount(), 3, acceptorsMax);
            int proposers = add(addresses, cluster, ServiceRole.PROPOSER, cluster.proposers(),
                    cluster.proposerCount(), 1, NODES_MAX);
            int learners = add(addresses, cluster, ServiceRole.LEARNER, cluster.learners(), cluster.learnerCount(), 1,
                    NODES_MAX);
            layout = new ClusterLayout(acceptors, proposers, learners, false);
        }
        refuseDuplicates(addresses);
        return new ClusterAddresses(cluster.name(), layout, addresses);
    }

    private static void refuseBesideReplicas(String name, List<String> listed, @Nullable Integer count) {
        if (!listed.isEmpty() || (count != null && count != 0)) {
            throw new ConfigurationException(CLUSTER + (listed.isEmpty() ? name.replaceFirst("s$", "-count") : name),
                    listed.isEmpty() ? count : String.join(",", listed),
                    "a cluster of replicas has no " + name + " beside them");
        }
    }

    private static int add(Map<NodeId, PeerAddress> addresses, PaxosProperties.Cluster cluster, ServiceRole role,
            List<String> listed, @Nullable Integer count, int countDefault, int max) {
        String list = CLUSTER + role.label() + "s";
        String countProperty = CLUSTER + role.label() + "-count";
        int n = !listed.isEmpty() ? listed.size() : count == null ? countDefault : count;
        if (n < 1 || n > max) {
            throw new ConfigurationException(listed.isEmpty() ? countProperty : list + " (how many)", n,
                    "allowed are 1 to " + max);
        }
        if (!listed.isEmpty() && count != null && count != n) {
            throw new ConfigurationException(countProperty, count, list + " lists " + n + ": set one of the two");
        }
        for (int id = 0; id < n; id++) {
            NodeId node = NodeId.of(role.nodeType(), id);
            addresses.put(node, listed.isEmpty() ? usual(cluster.host(), role, id) : parse(list, id, listed.get(id)));
        }
        return n;
    }

    private static PeerAddress usual(String host, ServiceRole role, int id) {
        if (host.isBlank()) {
            throw new ConfigurationException(CLUSTER + "host", host, "allowed is a host's name or address");
        }
        return new PeerAddress(host, role.udpPort(id));
    }

    private static PeerAddress parse(String list, int id, String text) {
        String property = list + "[" + id + "]";
        if (text.isBlank()) {
            throw new ConfigurationException(property, text, "ids start at 0 and have no gap: give it a host:port");
        }
        try {
            return PeerAddress.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(property, text,
                    "allowed is host:port, such as 127.0.0.1:7700 or [::1]:7700");
        }
    }

    private static void refuseDuplicates(Map<NodeId, PeerAddress> addresses) {
        Map<String, NodeId> seen = new TreeMap<>();
        addresses.forEach((node, address) -> {
            NodeId other = seen.putIfAbsent(address.toString(), node);
            if (other != null) {
                throw new ConfigurationException(property(node), address,
                        "an address belongs to one node, and this one is that of " + property(other));
            }
        });
    }

    /** The name of the property that holds a node's address. */
    static String property(NodeId node) {
        return CLUSTER + node.type().name().toLowerCase(java.util.Locale.ROOT) + "s[" + node.id() + "]";
    }

    /**
     * Returns the number that stands for the cluster in every datagram: a hash of its name and of what all its nodes must
     * agree on. Nodes that count quorums differently would break rules S4 and S6; with different numbers they do not hear
     * each other. How many proposers and learners there are is not part of it, so that these can be added one service
     * after the other. The first 8 bytes of a SHA-256; {@code docs/wire-format.md} says of what.
     */
    public long clusterId(Quorums quorums) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer hashed = ByteBuffer.allocate(4 * Integer.BYTES + text.length)
                .putInt(layout.acceptors())
                .putInt(layout.replicas() ? 1 : 0)
                .putInt(quorums.phase1())
                .putInt(quorums.phase2())
                .put(text);
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(hashed.array())).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
