package io.synod.client.cli.cluster;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
        String sealing = sealing();
        if (sealing != null) {
            out.println(sealing);
        }
        String heldUp = trimHeldUp();
        if (heldUp != null) {
            out.println(heldUp);
        }
        excludedLearners().forEach(learner -> out.println("acceptors trim without " + learnerNamed(learner)
                + " until they hear it again"));
        out.flush();
    }

    /** Says whether datagrams are sealed, and with which keys; null if no process says so. */
    private @Nullable String sealing() {
        TreeMap<Integer, List<String>> senders = new TreeMap<>();
        for (ServiceState service : services) {
            if (service.key() >= 0) {
                senders.computeIfAbsent(service.key(), _ -> new ArrayList<>()).add(service.name().toString());
            }
        }
        if (senders.size() > 1) {
            return "datagrams are sealed with different keys: " + senders.entrySet().stream()
                    .map(sender -> keyName(sender.getKey()) + " by " + String.join(" ", sender.getValue()))
                    .collect(Collectors.joining(", "));
        }
        if (senders.isEmpty()) {
            return null;
        }
        return senders.firstKey() == 0
                ? "datagrams are in plain text; ./synod up makes a key when none of the cluster runs"
                : "datagrams are sealed with " + keyName(senders.firstKey());
    }

    private static String keyName(int id) {
        return id == 0 ? "no key" : "key " + id;
    }

    /** Says which learners keep acceptors from trimming what was asked of them; null if none does. */
    private @Nullable String trimHeldUp() {
        long asked = services.stream().mapToLong(ServiceState::trimAsked).max().orElse(0);
        long trimmed = services.stream().mapToLong(ServiceState::trimmed).max().orElse(0);
        List<Long> held = new ArrayList<>();
        for (ServiceState service : services) {
            List<Long> told = service.heldByLearners();
            for (int learner = 0; learner < told.size(); learner++) {
                if (learner == held.size()) {
                    held.add(0L);
                }
                held.set(learner, Math.max(held.get(learner), told.get(learner)));
            }
        }
        Set<Integer> excluded = excludedLearners();
        List<String> late = new ArrayList<>();
        for (int learner = 0; learner < held.size(); learner++) {
            if (held.get(learner) < asked && !excluded.contains(learner)) {
                late.add(learnerNamed(learner) + ", which holds up to " + held.get(learner));
            }
        }
        return asked <= trimmed || late.isEmpty()
                ? null
                : "the trim up to instance " + asked + " waits for " + String.join("; ", late);
    }

    /** The learners that no acceptor waits for when it trims. */
    private Set<Integer> excludedLearners() {
        Set<Integer> excluded = null;
        for (ServiceState service : services) {
            if (!service.heldByLearners().isEmpty()) {
                if (excluded == null) {
                    excluded = service.excludedLearners();
                } else {
                    excluded.retainAll(service.excludedLearners());
                }
            }
        }
        return excluded == null ? Set.of() : excluded;
    }

    private ServiceName learnerNamed(int id) {
        boolean replicas = services.stream().anyMatch(service -> service.name().kind() == ServiceKind.REPLICA);
        return new ServiceName(replicas ? ServiceKind.REPLICA : ServiceKind.LEARNER, id);
    }

    private static String orDash(long value) {
        return value < 0 ? "-" : String.valueOf(value);
    }
}
