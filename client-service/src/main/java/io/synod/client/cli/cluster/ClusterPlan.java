package io.synod.client.cli.cluster;

import io.synod.client.cli.ClusterFile;
import io.synod.client.cli.ClusterTiming;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import io.synod.config.ClusterAddresses;
import io.synod.config.ConfigurationException;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Quorums;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a local cluster consists of. It is kept as {@code cluster.properties} in the data directory, which the services read
 * as configuration: {@code paxos.} properties say who belongs to the cluster and where each is, {@code synod.} properties
 * are the launcher's own.
 *
 * @param name the cluster's name; datagrams of a cluster of another name are not heard
 * @param acceptors how many acceptors; 0 with replicas
 * @param proposers how many proposers; 0 with replicas
 * @param learners how many learners; 0 with replicas
 * @param replicas how many replicas; 0 without
 * @param portOffset what is added to every usual port
 * @param trimmer the id of the learner (or replica) that asks for trims; {@link #NO_TRIMMER} for none
 * @param quorums the acceptors' quorums, which services and commands must agree on
 * @param timing the times that they must agree on
 * @param memory whether acceptors and learners remember in memory alone
 * @param sealed whether datagrams are sealed with the keys in the data directory
 */
record ClusterPlan(String name, int acceptors, int proposers, int learners, int replicas, int portOffset, int trimmer,
        Quorums quorums, ClusterTiming timing, boolean memory, boolean sealed) {

    static final int NO_TRIMMER = -1;
    static final String HOST = "127.0.0.1";

    private static final String CLUSTER = "paxos.cluster.";
    private static final String QUORUM = "paxos.quorum.";
    private static final String STORAGE = "paxos.acceptor.storage";
    private static final String LEARNER_STORAGE = "paxos.learner.storage";
    private static final String KEY_FILE = "paxos.security.key-file";
    private static final String PORT_OFFSET = "synod.port-offset";
    private static final String TRIMMER = "synod.trimmer";
    private static final int PORT_MAX = 65_535;

    /** Refuses what cannot be. */
    ClusterPlan {
        if (replicas > 0) {
            requireWithin("--replicas", replicas, 1, Quorums.ACCEPTORS_MAX);
        } else {
            requireWithin("--acceptors", acceptors, 1, Quorums.ACCEPTORS_MAX);
            requireWithin("--proposers", proposers, 1, ServiceKind.IDS_MAX);
            requireWithin("--learners", learners, 1, ServiceKind.IDS_MAX);
        }
        int highest = ServiceKind.CLIENT.httpPort(ServiceKind.IDS_MAX - 1);
        requireWithin("--port-offset", portOffset, 1_024 - ServiceKind.REPLICA.udpPort(0), PORT_MAX - highest);
        int trimmers = replicas > 0 ? replicas : learners;
        requireWithin("--trimmer", trimmer, NO_TRIMMER, trimmers - 1);
    }

    /** A sealed plan with majorities for quorums and the usual times. */
    ClusterPlan(String name, int acceptors, int proposers, int learners, int replicas, int portOffset, int trimmer,
            boolean memory) {
        this(name, acceptors, proposers, learners, replicas, portOffset, trimmer,
                quorums(replicas > 0 ? replicas : acceptors, null, null), ClusterTiming.USUAL, memory, true);
    }

    /** Returns quorums over so many acceptors; one that is not given is a majority. */
    static Quorums quorums(int acceptors, @Nullable Integer phase1, @Nullable Integer phase2) {
        requireWithin("--acceptors", acceptors, 1, Quorums.ACCEPTORS_MAX);
        Quorums majority = Quorums.majority(acceptors);
        try {
            return new Quorums(acceptors, phase1 == null ? majority.phase1() : phase1,
                    phase2 == null ? majority.phase2() : phase2);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireWithin(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new CommandFailure(ExitStatus.USAGE,
                    option + " is " + value + "; allowed are " + min + " to " + max);
        }
    }

    /** How many of a kind are configured; clients are not, and count 1: the one that {@code up} starts. */
    int count(ServiceKind kind) {
        return switch (kind) {
            case REPLICA -> replicas;
            case ACCEPTOR -> acceptors;
            case PROPOSER -> proposers;
            case LEARNER -> learners;
            case CLIENT -> 1;
        };
    }

    /** Returns all processes of the cluster, in the order of the table. */
    List<ServiceName> services() {
        List<ServiceName> services = new ArrayList<>();
        for (ServiceKind kind : ServiceKind.values()) {
            for (int id = 0; id < count(kind); id++) {
                services.add(new ServiceName(kind, id));
            }
        }
        return services;
    }

    int udpPort(ServiceName service) {
        return service.kind().udpPort(service.id()) + portOffset;
    }

    int httpPort(ServiceName service) {
        return service.kind().httpPort(service.id()) + portOffset;
    }

    /** Returns whether a process is the one that asks for trims. */
    boolean isTrimmer(ServiceName service) {
        ServiceKind kind = replicas > 0 ? ServiceKind.REPLICA : ServiceKind.LEARNER;
        return service.kind() == kind && service.id() == trimmer;
    }

    /** Returns the lines of {@code cluster.properties}. */
    List<String> toLines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Written by synod. Its services and commands read this file; a running cluster does not see changes.");
        lines.add(CLUSTER + "name=" + name);
        for (ServiceKind kind : ServiceKind.values()) {
            if (kind != ServiceKind.CLIENT && count(kind) > 0) {
                lines.add(CLUSTER + kind.label() + "s=" + IntStream.range(0, count(kind))
                        .mapToObj(id -> HOST + ":" + udpPort(new ServiceName(kind, id)))
                        .collect(Collectors.joining(",")));
            }
        }
        lines.add(QUORUM + "phase1=" + quorums.phase1());
        lines.add(QUORUM + "phase2=" + quorums.phase2());
        lines.addAll(timing.toLines());
        lines.add(STORAGE + "=" + (memory ? "memory" : "durable"));
        lines.add(LEARNER_STORAGE + "=" + (memory ? "memory" : "durable"));
        if (sealed) {
            // The one for clients, since commands read this; services are given theirs on their command lines.
            lines.add(KEY_FILE + "=" + DataDirectory.CLIENT_KEYS);
        }
        lines.add(PORT_OFFSET + "=" + portOffset);
        lines.add(TRIMMER + "=" + trimmer);
        return lines;
    }

    /**
     * Reads what {@link #toLines} wrote.
     *
     * @throws CommandFailure if a value is missing or wrong
     */
    static ClusterPlan of(Properties properties) {
        try {
            ClusterFile file = ClusterFile.of(properties);
            ClusterAddresses cluster = file.addresses();
            ClusterLayout layout = cluster.layout();
            boolean replicas = layout.replicas();
            return new ClusterPlan(cluster.name(), replicas ? 0 : layout.acceptors(),
                    replicas ? 0 : layout.proposers(), replicas ? 0 : layout.learners(),
                    replicas ? layout.acceptors() : 0, number(properties, PORT_OFFSET), file.trimmer(),
                    file.quorums(), file.timing(),
                    properties.getProperty(STORAGE, "memory").equals("memory"),
                    properties.containsKey(KEY_FILE));
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static int number(Properties properties, String key) {
        String text = properties.getProperty(key, "");
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new CommandFailure(ExitStatus.USAGE, key + " is '" + text + "'; allowed is a whole number", e);
        }
    }
}
