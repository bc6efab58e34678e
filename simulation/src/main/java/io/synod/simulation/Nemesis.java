package io.synod.simulation;

import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.simulation.option.FaultOptions;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.FaultCounts;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.Packet;
import io.synod.simulation.world.SeededRandom;
import io.synod.simulation.world.SimAddress;
import io.synod.simulation.world.Trace;
import io.synod.simulation.world.VirtualNetwork;
import java.util.List;
import java.util.function.Predicate;

/** Lets things go wrong, at moments and places drawn at random, until it is told to rest. */
final class Nemesis {

    /** What the nemesis may do to the cluster. */
    interface Victim {

        List<Host> hosts();

        /** Crashes a host, and starts it again after a time. With {@code wipe} it loses its store too. */
        void crash(Host host, boolean wipe, long downNanos);

        /** Stops a host in good order, and starts it again after a time. */
        void stop(Host host, long downNanos);

        /** Whether this host may lose what its acceptor knew. */
        boolean mayForget(Host host);

        /** Some learner finds an instance that it stored damaged; nothing happens where none may. */
        void damage(Host learner);
    }

    private static final long SECOND = 1_000_000_000L;
    private static final double STOP_CHANCE = 0.2;

    private final EventQueue events;
    private final FaultOptions options;
    private final SeededRandom random;
    private final VirtualNetwork network;
    private final FaultCounts counts;
    private final Trace trace;
    private final Victim victim;
    private boolean resting;

    Nemesis(
            EventQueue events,
            FaultOptions options,
            SeededRandom random,
            VirtualNetwork network,
            FaultCounts counts,
            Trace trace,
            Victim victim) {
        this.events = events;
        this.options = options;
        this.random = random;
        this.network = network;
        this.counts = counts;
        this.trace = trace;
        this.victim = victim;
    }

    /** Begins; called once. */
    void start() {
        repeat(options.acceptorCrashNanosMean(), () -> crashSome(host -> host.type().hosts(RoleType.ACCEPTOR)));
        repeat(options.proposerCrashNanosMean(), () -> crashSome(host -> host.type() == NodeType.PROPOSER));
        repeat(
                options.otherCrashNanosMean(),
                () -> crashSome(host -> host.type() == NodeType.LEARNER || host.type() == NodeType.CLIENT));
        repeat(options.partitionNanosMean(), this::partition);
        repeat(options.clogNanosMean(), this::clog);
        repeat(options.pauseNanosMean(), this::pause);
        repeat(options.garbageNanosMean(), this::forge);
        repeat(options.moveNanosMean(), this::move);
        repeat(options.learnerDamageNanosMean(), this::damage);
        if (options.slowNodes()) {
            for (Host host : victim.hosts()) {
                if (random.chance(0.3)) {
                    host.setSlownessNanos(random.logBetween(SECOND / 1_000, SECOND / 20));
                }
            }
        }
    }

    /** Does nothing more. */
    void rest() {
        resting = true;
    }

    /** A commit begins: perhaps this is the moment to crash. */
    void committing(Host host, long nanos) {
        if (!resting && random.chance(options.crashInCommit())) {
            long life = host.life();
            events.after(random.between(0, nanos), () -> {
                if (!resting && host.isUp() && host.life() == life) {
                    crash(host);
                }
            });
        }
    }

    private void repeat(long nanosMean, Runnable fault) {
        if (nanosMean > 0) {
            events.after(random.exponential(nanosMean), () -> {
                if (!resting) {
                    fault.run();
                    repeat(nanosMean, fault);
                }
            });
        }
    }

    private void crashSome(Predicate<Host> among) {
        List<Host> candidates = victim.hosts().stream()
                .filter(among)
                .filter(Host::isUp)
                .toList();
        if (!candidates.isEmpty()) {
            crash(some(candidates));
        }
    }

    private void crash(Host host) {
        boolean votes = host.type().hosts(RoleType.ACCEPTOR);
        boolean forgets = votes && host.disk().isMemory();
        if (forgets && !victim.mayForget(host)) {
            return;
        }
        long downNanos = random.logBetween(SECOND / 1_000, options.restartNanosMax());
        if (random.chance(STOP_CHANCE)) {
            victim.stop(host, downNanos);
        } else {
            boolean keeps = votes ? !forgets : host.type() == NodeType.LEARNER;
            boolean wipe = keeps && random.chance(options.wipe()) && (!votes || victim.mayForget(host));
            victim.crash(host, wipe, downNanos);
        }
    }

    /** Cuts some links, one way or both: one host off, two halves apart, or here and there. */
    private void partition() {
        counts.partitions++;
        List<Host> hosts = victim.hosts();
        boolean[] side = new boolean[hosts.size()];
        int shape = random.between(0, 2);
        for (int i = 0; i < side.length; i++) {
            side[i] = shape == 1 && random.nextBoolean();
        }
        if (shape == 0) {
            side[random.between(0, side.length - 1)] = true;
        }
        boolean oneWay = random.chance(0.4);
        long untilNanos = events.nowNanos() + random.logBetween(SECOND / 10, 8 * SECOND);
        trace.tell("partition of shape " + shape + (oneWay ? ", one way" : ""));
        for (int from = 0; from < side.length; from++) {
            for (int to = 0; to < side.length; to++) {
                boolean cut = shape == 2 ? random.chance(0.3) : side[from] && !side[to];
                if (cut && from != to) {
                    network.cut(from, to, untilNanos);
                    if (!oneWay) {
                        network.cut(to, from, untilNanos);
                    }
                }
            }
        }
    }

    private void clog() {
        counts.clogs++;
        Host from = some(victim.hosts());
        Host to = some(victim.hosts());
        trace.tell("clog from " + from + " to " + to);
        network.clog(from.index(), to.index(), events.nowNanos() + random.logBetween(SECOND / 20, 20 * SECOND));
    }

    private void pause() {
        counts.pauses++;
        Host host = some(victim.hosts());
        trace.tell("pause of " + host);
        host.pause(events.nowNanos() + random.logBetween(SECOND / 50, 5 * SECOND));
    }

    /** Lets bytes arrive that no node sent. */
    private void forge() {
        counts.forged++;
        byte[] bytes = new byte[random.between(0, 200)];
        random.nextBytes(bytes);
        Host from = some(victim.hosts());
        Host to = some(victim.hosts());
        to.arrive(new Packet(new SimAddress(from.index(), 0), to.index(), bytes, false));
    }

    private void move() {
        Host host = some(victim.hosts());
        if (host.type() == NodeType.CLIENT) {
            counts.moves++;
            host.move();
        }
    }

    private void damage() {
        List<Host> learners = victim.hosts().stream()
                .filter(host -> host.type() != NodeType.CLIENT && host.type().hosts(RoleType.LEARNER) && host.isUp())
                .toList();
        if (!learners.isEmpty()) {
            victim.damage(some(learners));
        }
    }

    private Host some(List<Host> hosts) {
        return hosts.get(random.between(0, hosts.size() - 1));
    }
}
