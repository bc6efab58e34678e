package io.synod.client.cli.torture;

import io.synod.client.cli.cluster.OwnCluster;
import io.synod.client.cli.cluster.ServiceKind;
import io.synod.client.cli.cluster.ServiceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Does to a cluster what a schedule says, and undoes it again. A process suffers one fault of those that halt or end it at a time,
 * but that all are killed at once, which spares nobody. For one thread; {@link #isExpectedDown} and {@link #hasForgotten} for any.
 */
final class Nemesis implements AutoCloseable {

    private static final long FREE_BYTES_LEFT = 8L << 20;
    private static final String VOTING = "voting";
    /** What a learner says that needs nothing of others. */
    private static final Set<String> LEVEL = Set.of("current", "behind");
    private static final String HALT_AND_GO = "while kill -STOP $0; do sleep 0.03; kill -CONT $0; sleep 0.03; done";

    private final OwnCluster cluster;
    private final boolean firewall;
    private final @Nullable SmallVolume volume;
    private final Map<Fault, AutoCloseable> active = new LinkedHashMap<>();
    private final Set<ServiceName> harmed = new HashSet<>();
    /** The acceptor that lost what it knew, until it votes again. One at a time: of two that forget, nobody remembers. */
    private @Nullable ServiceName rejoining;
    /** The learner that lost its log, until it keeps again what the other one does; if both lost it, it would be gone. */
    private @Nullable ServiceName catchingUp;
    /** What the returning learner must keep to count as back; 0 while that is not known. */
    private long catchUpGoal;
    /** Learners that lost their log at some time, so that they cannot tell all of it any more. */
    private final Set<ServiceName> forgetful = ConcurrentHashMap.newKeySet();
    /** Shared with who looks after the processes. */
    private final Set<ServiceName> down = new HashSet<>();

    /**
     * @param firewall whether datagrams may be dropped
     * @param volume the disk of the last acceptor; null if it has none of its own
     */
    Nemesis(OwnCluster cluster, boolean firewall, @Nullable SmallVolume volume) {
        this.cluster = cluster;
        this.firewall = firewall;
        this.volume = volume;
    }

    /** Returns whether a process does not run because of a fault. */
    boolean isExpectedDown(ServiceName service) {
        synchronized (down) {
            return down.contains(service);
        }
    }

    /** Returns whether a learner has lost its log at some time. May be asked by any thread. */
    boolean hasForgotten(ServiceName learner) {
        return forgetful.contains(learner);
    }

    /**
     * Begins a fault.
     *
     * @return whom it hit; why it was left out, in brackets, if it was
     */
    String begin(Fault fault) {
        List<ServiceName> victims = victims(fault);
        if (victims.isEmpty()) {
            return "(left out: nobody leads)";
        }
        ServiceName first = victims.getFirst();
        return switch (fault.kind()) {
            case KILL -> harm(fault, first, () -> kill(List.of(first)));
            case KILL_ALL -> {
                List<ServiceName> spared = victims.stream().filter(service -> !isExpectedDown(service)).toList();
                active.put(fault, kill(spared));
                yield spared.size() + " processes";
            }
            case PAUSE -> harm(fault, first, () -> pause(first));
            case SLOW -> harm(fault, first, () -> slow(first));
            case CUT_IN -> drop(fault, first, () -> DatagramDrop.to(cluster.udpPort(first)));
            case CUT_OUT -> drop(fault, first, () -> DatagramDrop.from(cluster.udpPort(first)));
            case CUT_LINK -> drop(fault, first,
                    () -> DatagramDrop.between(cluster.udpPort(first), cluster.udpPort(named(fault.other()))));
            case LOSS -> drop(fault, first, () -> DatagramDrop
                    .toPorts(cluster.services().stream().map(cluster::udpPort).toList(), fault.percent() / 100.0));
            case FILL -> fill(fault, first);
            case WIPE -> wipe(fault, first);
        };
    }

    /** Ends a fault that was begun, if it was. */
    void end(Fault fault) {
        AutoCloseable cure = active.remove(fault);
        if (cure != null) {
            close(cure);
        }
    }

    /** Ends all faults. */
    @Override
    public void close() {
        List<Fault> left = new ArrayList<>(active.keySet());
        left.forEach(this::end);
    }

    private static void close(AutoCloseable cure) {
        try {
            cure.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<ServiceName> victims(Fault fault) {
        if (fault.victim().equals(Fault.ALL)) {
            return cluster.services();
        }
        if (fault.victim().equals(Fault.LEADER)) {
            ServiceName leader = cluster.leader();
            return leader == null ? List.of() : List.of(leader);
        }
        return List.of(named(fault.victim()));
    }

    private ServiceName named(String name) {
        return cluster.services().stream().filter(service -> service.toString().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such process: " + name));
    }

    /** Starts what harms a process, and makes it available for the next fault when that is over. */
    private String harm(Fault fault, ServiceName victim, Supplier<AutoCloseable> deed) {
        if (isExpectedDown(victim) || harmed.contains(victim)) {
            return "(left out: " + victim + " suffers another fault)";
        }
        if (victim.kind() == ServiceKind.ACCEPTOR && isAnotherAcceptorAway(victim)) {
            return "(left out: another acceptor is away)";
        }
        harmed.add(victim);
        AutoCloseable cure = deed.get();
        active.put(fault, () -> {
            harmed.remove(victim);
            cure.close();
        });
        return victim.toString();
    }

    /** Without a majority there would be no load to harm. That all are away at once is a fault of its own. */
    private boolean isAnotherAcceptorAway(ServiceName victim) {
        return cluster.services().stream()
                .filter(service -> service.kind() == ServiceKind.ACCEPTOR && !service.equals(victim))
                .anyMatch(service -> harmed.contains(service) || !cluster.word(service).equals(VOTING));
    }

    private AutoCloseable kill(List<ServiceName> victims) {
        synchronized (down) {
            down.addAll(victims);
        }
        cluster.kill(victims);
        return () -> victims.forEach(this::bringBack);
    }

    private void bringBack(ServiceName service) {
        cluster.start(service);
        synchronized (down) {
            down.remove(service);
        }
    }

    private AutoCloseable pause(ServiceName victim) {
        long pid = cluster.pid(victim);
        cluster.signal(victim, "STOP");
        return () -> resume(victim, pid);
    }

    /** It may have been killed with all others meanwhile. */
    private void resume(ServiceName victim, long pid) {
        if (cluster.pid(victim) == pid) {
            cluster.signal(victim, "CONT");
        }
    }

    private AutoCloseable slow(ServiceName victim) {
        long pid = cluster.pid(victim);
        try {
            Process shell = new ProcessBuilder("sh", "-c", HALT_AND_GO, String.valueOf(pid))
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return () -> {
                shell.destroyForcibly().waitFor(1, TimeUnit.SECONDS);
                resume(victim, pid);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String drop(Fault fault, ServiceName victim, Supplier<DatagramDrop> rule) {
        if (!firewall) {
            return "(left out: no firewall)";
        }
        active.put(fault, rule.get());
        return fault.victim().equals(Fault.ALL) ? "between all" : victim.toString();
    }

    private String wipe(Fault fault, ServiceName victim) {
        boolean learner = victim.kind() == ServiceKind.LEARNER;
        ServiceName before = learner ? catchingUp : rejoining;
        if (before != null) {
            return "(left out: " + before + " is not back yet)";
        }
        return harm(fault, victim, () -> {
            AutoCloseable back = kill(List.of(victim));
            cluster.wipe(victim);
            if (learner) {
                forgetful.add(victim);
                catchingUp = victim;
                catchUpGoal = 0;
            } else {
                rejoining = victim;
            }
            return back;
        });
    }

    /** Sees to it that what was wiped comes back; to be called now and then. */
    void help() {
        ServiceName acceptor = rejoining;
        if (acceptor != null && !isExpectedDown(acceptor)) {
            if (cluster.word(acceptor).equals(VOTING)) {
                rejoining = null;
            } else {
                cluster.rejoin(acceptor);
            }
        }
        ServiceName learner = catchingUp;
        if (learner != null && !isExpectedDown(learner)) {
            watchCatchUp(learner);
        }
    }

    /** A learner is back when it keeps all that the others had delivered when it no longer needed them. */
    private void watchCatchUp(ServiceName learner) {
        if (catchUpGoal == 0 && LEVEL.contains(cluster.word(learner))) {
            catchUpGoal = cluster.services().stream().filter(service -> service.kind() == ServiceKind.LEARNER)
                    .mapToLong(service -> learned(service, "delivered")).max().orElse(0);
        }
        if (catchUpGoal > 0 && learned(learner, "held") >= catchUpGoal) {
            catchingUp = null;
        }
    }

    private long learned(ServiceName learner, String what) {
        JsonNode view = cluster.get(learner, "/actuator/paxos");
        return view == null ? 0 : view.path("roles").path("learner").path(what).asLong(0);
    }

    private String fill(Fault fault, ServiceName victim) {
        SmallVolume disk = volume;
        if (disk == null) {
            return "(left out: no small volume)";
        }
        if (active.keySet().stream().anyMatch(other -> other.kind() == Fault.Kind.FILL)) {
            return "(left out: it is full already)";
        }
        disk.fill(FREE_BYTES_LEFT);
        active.put(fault, disk::free);
        return victim.toString();
    }
}
