package io.synod.testing;

import io.synod.protocol.seal.KeyRing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who belongs to a cluster of containers, and what each container is told. Names are those of docker-compose.yml, such as
 * {@code acceptor-0}; each is the container's name in its network, too.
 *
 * @param acceptors how many acceptors there are
 * @param proposers how many proposers
 * @param learners how many learners; learner 0 may trim
 * @param clients how many client-services
 * @param keys what datagrams are sealed with; client-services are given what follows from it for clients
 * @param tokenHash the SHA-256, in hexadecimal, of the token that HTTP asks for
 * @param environment variables of every container, besides those that make it a member of the cluster
 */
record ClusterPlan(int acceptors, int proposers, int learners, int clients, KeyRing keys, String tokenHash,
        Map<String, String> environment) {

    /** Where the token is in each container, which shows it to others. */
    static final String TOKEN_FILE = "/tmp/cluster.token";

    private static final int PROPOSER_UDP = 7_600;
    private static final int ACCEPTOR_UDP = 7_700;
    private static final int LEARNER_UDP = 7_800;
    private static final int CLIENT_UDP = 7_900;
    private static final int HTTP_ABOVE_UDP = 1_000;

    ClusterPlan {
        environment = Map.copyOf(environment);
    }

    /** Returns the names of all nodes, acceptors first. */
    List<String> nodes() {
        List<String> nodes = new ArrayList<>(named("acceptor", acceptors));
        nodes.addAll(named("proposer", proposers));
        nodes.addAll(named("learner", learners));
        nodes.addAll(named("client", clients));
        return nodes;
    }

    static String role(String node) {
        return node.substring(0, node.indexOf('-'));
    }

    private static int id(String node) {
        return Integer.parseInt(node.substring(node.indexOf('-') + 1));
    }

    static int udpPort(String node) {
        int first = switch (role(node)) {
            case "acceptor" -> ACCEPTOR_UDP;
            case "proposer" -> PROPOSER_UDP;
            case "learner" -> LEARNER_UDP;
            case "client" -> CLIENT_UDP;
            default -> throw new IllegalArgumentException("no such node: " + node);
        };
        return first + id(node);
    }

    static int httpPort(String node) {
        return udpPort(node) + HTTP_ABOVE_UDP;
    }

    /** What everybody is told of the cluster. */
    Map<String, String> clusterEnvironment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PAXOS_CLUSTER_ACCEPTORS", addresses("acceptor", acceptors));
        variables.put("PAXOS_CLUSTER_PROPOSERS", addresses("proposer", proposers));
        variables.put("PAXOS_CLUSTER_LEARNERS", addresses("learner", learners));
        variables.put("PAXOS_SECURITY_TOKENS", "test:operator:" + tokenHash);
        variables.put("PAXOS_SECURITY_HTTPTOKENFILE", TOKEN_FILE);
        return variables;
    }

    /** What a node's container is told. */
    Map<String, String> environmentOf(String node) {
        Map<String, String> variables = clusterEnvironment();
        variables.put("PAXOS_ID", String.valueOf(id(node)));
        variables.put("PAXOS_SECURITY_KEYS", (role(node).equals("client") ? keys.forClients() : keys).text());
        if (node.equals("learner-0")) {
            variables.put("PAXOS_LEARNER_CANTRIM", "true");
        }
        variables.putAll(environment);
        return variables;
    }

    private static String addresses(String role, int count) {
        return named(role, count).stream().map(node -> node + ":" + udpPort(node)).collect(Collectors.joining(","));
    }

    private static List<String> named(String role, int count) {
        return IntStream.range(0, count).mapToObj(id -> role + "-" + id).toList();
    }
}
