package io.synod.simulation;

import io.synod.protocol.NodeType;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a cluster whose datagrams are sealed, and an operator who rotates them in three steps: all take the new key too, all
 * seal with it, all forget the old one. A step goes from host to host, whether it is up or down, and the next begins when all
 * that are up seal with what they were given. Clients have the client keys.
 */
final class RotatedKeys {

    private static final long STEP_NANOS_MAX = 3_000_000_000L;
    private static final long REST_NANOS_MEAN = 10_000_000_000L;
    private static final long LOOK_NANOS = 100_000_000L;

    private final EventQueue events;
    private final SeededRandom random;
    private final List<Host> hosts;
    private final List<KeyRing> rings = new ArrayList<>();
    private final List<KeyRing> inUse = new ArrayList<>();
    private SealKey present;
    private @Nullable SealKey next;

    RotatedKeys(EventQueue events, SeededRandom random, List<Host> hosts) {
        this.events = events;
        this.random = random;
        this.hosts = hosts;
        this.present = SealKey.draw(1, random);
        for (Host host : hosts) {
            rings.add(ringOf(host, KeyRing.of(present)));
        }
        inUse.addAll(rings);
    }

    /** A life of a host begins; returns what is in its file of keys. */
    KeyRing begin(Host host) {
        KeyRing own = rings.get(host.index());
        inUse.set(host.index(), own);
        return own;
    }

    /** A ring that opens whatever is sealed at present. */
    KeyRing all() {
        return next == null ? KeyRing.of(present) : KeyRing.of(present, next);
    }

    void start() {
        events.after(1 + random.exponential(REST_NANOS_MEAN), this::add);
    }

    private void add() {
        SealKey added = SealKey.draw(present.id() % SealKey.ID_MAX + 1, random);
        next = added;
        step(KeyRing.of(present, added), () -> turn(added));
    }

    private void turn(SealKey added) {
        step(KeyRing.of(added, present), () -> remove(added));
    }

    private void remove(SealKey added) {
        // What is under way still opens for a tap: nothing is sealed with the old key when this step begins.
        present = added;
        next = null;
        step(KeyRing.of(added), this::start);
    }

    private void step(KeyRing ring, Runnable then) {
        for (Host host : hosts) {
            events.after(random.between(0, STEP_NANOS_MAX), () -> give(host, ring));
        }
        events.after(STEP_NANOS_MAX + 1 + random.exponential(REST_NANOS_MEAN / 10), () -> onceInUse(then));
    }

    private void onceInUse(Runnable then) {
        if (hosts.stream().anyMatch(this::isBehind)) {
            events.after(LOOK_NANOS, () -> onceInUse(then));
        } else {
            then.run();
        }
    }

    /** Whether a host is up that has not come to use what it was given, since it pauses, say. */
    private boolean isBehind(Host host) {
        return host.isUp() && !inUse.get(host.index()).equals(rings.get(host.index()));
    }

    private void give(Host host, KeyRing ring) {
        KeyRing own = ringOf(host, ring);
        rings.set(host.index(), own);
        if (host.isUp()) {
            host.execute((_, _) -> {
                host.node().useKeys(own);
                inUse.set(host.index(), own);
            });
        }
    }

    private static KeyRing ringOf(Host host, KeyRing ring) {
        return host.type() == NodeType.CLIENT ? ring.forClients() : ring;
    }
}
