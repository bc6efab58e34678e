package io.synod.client.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the processes of a cluster say of themselves at a moment.
 *
 * @param services in the order of the table
 */
record ClusterState(List<Service> services) {

    /**
     * One process.
     *
     * @param process null when it does not run
     * @param ready whether it says so
     * @param view its {@code paxos} endpoint; null when it does not answer
     */
    record Service(ServiceName name, @Nullable ServiceProcess process, boolean ready, @Nullable JsonNode view) {}

    /** Asks all processes that were started or are planned. */
    static ClusterState read(DataDirectory data, ClusterPlan plan, Http http) {
        TreeSet<ServiceName> names = new TreeSet<>(plan.services());
        names.addAll(data.started());
        List<Service> services = new ArrayList<>();
        for (ServiceName name : names) {
            ServiceProcess process = data.living(name);
            int port = plan.httpPort(name);
            boolean ready = process != null && http.isReady(port);
            services.add(new Service(name, process, ready, process == null ? null : http.paxos(port)));
        }
        return new ClusterState(services);
    }

    /** Returns whether a proposer says that it leads. */
    boolean hasLeader() {
        return services.stream().anyMatch(service -> leads(service.view()));
    }

    private static boolean leads(@Nullable JsonNode view) {
        return view != null && view.findPath("leading").asBoolean(false);
    }
}
