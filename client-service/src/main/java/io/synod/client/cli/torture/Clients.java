package io.synod.client.cli.torture;

import io.synod.client.Client;
import io.synod.client.ClientSettings;
import io.synod.client.cli.ClientProcess;
import io.synod.client.cli.ClusterFile;
import io.synod.client.cli.Pulse;
import io.synod.client.history.History;
import io.synod.runtime.LoopUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The clients of a torture: some nodes of this process, and one that goes through a client-service. */
final class Clients implements AutoCloseable {

    private static final int NODES = 3;
    private static final int LANES = 2;
    private static final int BURST = 2;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long CALL_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    /** One node, and the load on it. */
    private static final class Node {
        private final ClientProcess process;
        private final Load[] load = new Load[1];

        private Node(ClusterFile cluster, String name, int proposer, History history, Pulse pulse) {
            ClientSettings settings = cluster.clientSettings().withProposer(proposer).withLanes(LANES);
            process = ClientProcess.start(cluster, (incarnation, random) -> load[0] = new Load(
                    new Client(settings, incarnation, random), name, history, pulse, INTERVAL_NANOS, BURST), _ -> {});
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final HttpLoad http;

    /** Begins to submit. */
    Clients(ClusterFile cluster, int clientServicePort, History history, Pulse pulse) {
        int proposers = cluster.addresses().layout().proposers();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node(cluster, "client-" + i, i % proposers, history, pulse));
        }
        http = new HttpLoad(clientServicePort, history);
    }

    /** Throws if one of the nodes has failed. */
    void requireAlive() {
        nodes.forEach(node -> node.process.requireAlive());
    }

    /** Submits nothing more; what is open gets its outcome later. */
    void end() {
        nodes.forEach(node -> node.process.loop().execute((_, _) -> node.load[0].end()));
        http.close();
    }

    /** Submits a last value in every session, and returns their ids. */
    List<String> submitLast() throws LoopUnavailableException {
        List<String> ids = new ArrayList<>();
        for (Node node : nodes) {
            ids.addAll(node.process.loop().call((nowNanos, _) -> node.load[0].submitLast(nowNanos), CALL_NANOS_MAX));
        }
        return ids;
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process.close());
    }
}
