package io.synod.client.cli.cluster;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What the processes of a cluster say of themselves at a moment.
 *
 * @param services in the order of the table
 */
record ClusterState(List<ServiceState> services) {

    /** Asks all processes that were started or are planned. */
    static ClusterState read(DataDirectory data, ClusterPlan plan, Http http) {
        TreeSet<ServiceName> names = new TreeSet<>(plan.services());
        names.addAll(data.started());
        List<ServiceState> services = new ArrayList<>();
        for (ServiceName name : names) {
            ServiceProcess process = data.living(name);
            int port = plan.httpPort(name);
            boolean ready = process != null && http.isReady(port);
            services.add(ServiceState.of(name, process, ready, process == null ? null : http.paxos(port)));
        }
        return new ClusterState(services);
    }

    /** Returns whether a proposer leads and takes values. */
    boolean takesValues() {
        return services.stream().anyMatch(ServiceState::leads);
    }

    boolean anyRuns() {
        return services.stream().anyMatch(service -> service.process() != null);
    }

    /** Returns whether all run and do what they are there for, under a leader. */
    boolean isHealthy() {
        return takesValues() && services.stream().allMatch(ServiceState::isHealthy);
    }

    /** Prints a line for each process, and below the table what is wrong with any. */
    void print(PrintWriter out) {
        long decided = services.stream().mapToLong(ServiceState::instance).max().orElse(0);
        TextTable table = new TextTable("ROLE", "ID", "PID", "STATE", "LEADER", "INSTANCE", "STORED", "TRIMMED", "LAG");
        for (ServiceState service : services) {
            ServiceProcess process = service.process();
            table.row(service.name().kind(), service.name().id(), process == null ? "-" : process.pid(), service.word(),
                    orDash(service.leader()), orDash(service.instance()), orDash(service.stored()),
                    orDash(service.trimmed()), orDash(service.lag(decided)));
        }
        table.print(out);
        for (ServiceState service : services) {
            service.complaints().forEach(complaint -> out.println(service.name() + " " + complaint));
        }
        out.flush();
    }

    private static String orDash(long value) {
        return value < 0 ? "-" : String.valueOf(value);
    }
}
