package io.synod.simulation;

import io.synod.learner.Delivered;
import io.synod.learner.Learner;
import io.synod.learner.LearnerNotice;
import io.synod.learner.LearnerOutput;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerRestored;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.simulation.check.ClusterChecker;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.SeededRandom;
import io.synod.simulation.world.VirtualDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What learners keep, and how one takes it over from another. What one delivers becomes durable in groups, each a while after
 * the one before, as its service does it; a crash leaves a prefix, and a learner in memory keeps nothing beyond its life. What
 * became durable may turn out to be damaged.
 */
final class LearnerStores {

    /** Finds the learner that lives on a host at present. */
    @FunctionalInterface
    interface Residents {
        @Nullable
        Learner learner(int id);
    }

    private static final int PACE_NANOS_MAX = 50_000_000;
    private static final long TRANSFER_NANOS_MAX = 200_000_000;
    private static final int PART_INSTANCES_MAX = 100;

    private final class Store {
        private final StorageId storageId;
        private final VirtualDisk disk;
        private final TreeMap<Long, Bytes> log = new TreeMap<>();
        private LogId logId = LogId.UNKNOWN;
        private long through;
        private @Nullable LearnerSnapshot snapshot;
        private final Set<Long> damaged = new TreeSet<>();
        private @Nullable StoreDamage damage;
        private final List<LearnerOutput> pending = new ArrayList<>();
        private boolean committing;

        Store(StorageId storageId, VirtualDisk disk) {
            this.storageId = storageId;
            this.disk = disk;
        }

        /** Returns what a life of the learner begins with; {@code fresh} is the storage id of a store that is damaged. */
        LearnerRecovery recovery(StorageId fresh) {
            return new LearnerRecovery(damage == null ? storageId : fresh, logId, snapshot,
                    List.copyOf(replayed().values()), damage, null);
        }

        private NavigableMap<Long, Bytes> replayed() {
            return log.tailMap(snapshot == null ? 0 : snapshot.instance(), false);
        }

        /** Whether a start can read all that it needs. */
        boolean starts() {
            return damaged.stream().noneMatch(replayed()::containsKey);
        }

        void damage(long instance) {
            damaged.add(instance);
            damage = damage == null ? new StoreDamage(instance, instance, "a bit flipped") : damage.with(instance);
        }

        /** Whether another learner that needs an instance next can have it here, or a snapshot from it on. */
        boolean gives(long instance) {
            return through >= instance && (hasSound(instance) || snapshotFor(instance) != null || damage == null);
        }

        boolean hasSound(long instance) {
            return log.containsKey(instance) && !damaged.contains(instance);
        }

        /** The newest snapshot, if it leads beyond an instance and nothing is known to be damaged after it. */
        @Nullable
        LearnerSnapshot snapshotFor(long next) {
            boolean leadsOn = snapshot != null && next <= snapshot.instance()
                    && (damage == null || snapshot.instance() >= damage.last());
            return leadsOn ? snapshot : null;
        }

        void makeDurable(int learner, List<LearnerOutput> group) {
            for (LearnerOutput output : group) {
                switch (output) {
                    case Delivered delivered -> {
                        through = delivered.instance();
                        log.put(through, delivered.batch());
                    }
                    case LearnerSnapshot taken -> {
                        snapshot = taken;
                        if (random.chance(0.5)) {
                            log.headMap(taken.instance() - random.between(0, 2 * PART_INSTANCES_MAX), true).clear();
                        }
                    }
                    case LearnerRestored(LearnerSnapshot taken) -> {
                        snapshot = taken;
                        through = taken.instance();
                        log.clear();
                    }
                    default -> throw new IllegalStateException("no learner stores " + output);
                }
            }
            checker.learnerStored(learner, through);
        }
    }

    private final EventQueue events;
    private final SeededRandom random;
    private final ClusterChecker checker;
    private final IntFunction<VirtualDisk> disks;
    private final Residents residents;
    private final boolean memory;
    private final @Nullable Store[] stores;
    private int made;

    /**
     * @param memory whether learners keep nothing beyond their lives
     * @param disks makes the disk of a store, by the number of stores made before
     */
    LearnerStores(EventQueue events, SeededRandom random, ClusterChecker checker, int learners, boolean memory,
            IntFunction<VirtualDisk> disks, Residents residents) {
        this.events = events;
        this.random = random;
        this.checker = checker;
        this.memory = memory;
        this.disks = disks;
        this.residents = residents;
        this.stores = new Store[learners];
    }

    /** A life of a learner begins; returns what it remembers. A store that refuses the start is replaced by an empty one. */
    LearnerRecovery begin(int learner, StorageId fresh) {
        Store store = stores[learner];
        if (memory || store == null || !store.starts()) {
            store = new Store(fresh, disks.apply(made++));
            stores[learner] = store;
        }
        checker.learnerStarted(learner, store.through, !memory);
        if (store.damage != null) {
            checker.learnerDamaged(learner, store.damage.first());
        }
        return store.recovery(fresh);
    }

    /** A learner hands something to its service. */
    void handed(Host host, Learner learner, LearnerOutput output) {
        Store store = stores[host.id()];
        if (output instanceof LearnerNotice.PeerNeeded) {
            transfer(host, learner);
        }
        boolean kept =
                output instanceof Delivered || output instanceof LearnerSnapshot || output instanceof LearnerRestored;
        if (store == null || !kept) {
            return;
        }
        store.logId = learner.logId();
        if (memory) {
            store.makeDurable(host.id(), List.of(output));
            return;
        }
        store.pending.add(output);
        if (!store.committing) {
            commit(host, learner, store);
        }
    }

    private void commit(Host host, Learner learner, Store store) {
        store.committing = true;
        inThisLife(host, random.between(0, PACE_NANOS_MAX), () -> {
            int group = store.pending.size();
            inThisLife(host, store.disk.commitNanos(), () -> committed(host, learner, store, group));
        });
    }

    private void inThisLife(Host host, long nanos, Runnable action) {
        long life = host.life();
        events.after(nanos, () -> {
            if (host.isUp() && host.life() == life) {
                action.run();
            }
        });
    }

    private void committed(Host host, Learner learner, Store store, int group) {
        List<LearnerOutput> durable = store.pending.subList(0, group);
        store.makeDurable(host.id(), List.copyOf(durable));
        durable.clear();
        long through = store.through;
        host.execute((_, _) -> learner.stored(through));
        store.committing = false;
        if (!store.pending.isEmpty()) {
            commit(host, learner, store);
        }
    }

    /** After a while a part of what some other learner has comes, or nothing does, and so on for as long as it is needed. */
    private void transfer(Host host, Learner learner) {
        inThisLife(host, random.between(1, TRANSFER_NANOS_MAX), () -> {
            int peer = random.between(0, stores.length - 1);
            Store store = stores[peer];
            if (peer != host.id() && store != null && residents.learner(peer) != null) {
                host.execute((nowNanos, effects) -> {
                    int before = effects.outputs().size();
                    give(store, learner, nowNanos, effects);
                    for (Output output : effects.outputs().subList(before, effects.outputs().size())) {
                        if (output instanceof LearnerRestored(LearnerSnapshot taken)) {
                            checker.recorded(host.id(), taken.instance());
                        } else if (output instanceof Delivered delivered) {
                            checker.recorded(host.id(), delivered.instance());
                        }
                    }
                });
            }
            host.execute((_, _) -> {
                if (learner.progress().needsPeer()) {
                    transfer(host, learner);
                }
            });
        });
    }

    private void give(Store store, Learner learner, long nowNanos, Effects effects) {
        long next = learner.progress().next();
        LearnerSnapshot snapshot = store.snapshotFor(next);
        if (!store.hasSound(next) && snapshot != null) {
            learner.restore(snapshot, effects);
            return;
        }
        List<Bytes> part = new ArrayList<>();
        int length = random.between(1, PART_INSTANCES_MAX);
        for (Bytes batch : store.log.tailMap(next, true).values()) {
            if (!store.hasSound(next + part.size()) || part.size() == length) {
                break;
            }
            part.add(batch);
        }
        learner.learn(store.logId, next, part, nowNanos, effects);
    }

    /** The host of a learner has crashed. */
    void crashed(int learner) {
        Store store = stores[learner];
        if (store != null && !memory) {
            store.makeDurable(learner, store.disk.torn(store.pending));
            end(store);
        }
    }

    /** The host of a learner was stopped in good order. */
    void stopped(int learner) {
        Store store = stores[learner];
        if (store != null && !memory) {
            store.makeDurable(learner, store.pending);
            end(store);
        }
    }

    private static void end(Store store) {
        store.pending.clear();
        store.committing = false;
    }

    /**
     * A learner finds an instance that it stored damaged, in its next round, if it has any then, and no other learner's store
     * is damaged.
     *
     * @param found is told the instance
     */
    void damage(Host host, Learner learner, LongConsumer found) {
        host.execute((_, _) -> {
            Store store = stores[host.id()];
            if (memory || store == null || store.log.isEmpty() || isAnotherDamaged(host.id())) {
                return;
            }
            long instance = random.between(store.log.firstKey(), store.log.lastKey());
            found.accept(instance);
            store.damage(instance);
            checker.learnerDamaged(host.id(), instance);
            learner.storeDamaged(Objects.requireNonNull(store.damage), random.nextLong());
        });
    }

    private boolean isAnotherDamaged(int learner) {
        for (int other = 0; other < stores.length; other++) {
            if (other != learner && isDamaged(other)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some of what a learner stored is known to be damaged. */
    boolean isDamaged(int learner) {
        Store store = stores[learner];
        return store != null && store.damage != null;
    }

    /** A learner that is down loses what it kept. */
    void wipe(int learner) {
        stores[learner] = null;
    }

    /** Returns whether another learner that is up has an instance, or a snapshot beyond it. */
    boolean anyGives(int learner, long instance) {
        for (int peer = 0; peer < stores.length; peer++) {
            Store store = stores[peer];
            if (peer != learner && store != null && residents.learner(peer) != null && store.gives(instance)) {
                return true;
            }
        }
        return false;
    }

    /** Ends all faults of the disks. */
    void heal() {
        for (Store store : stores) {
            if (store != null) {
                store.disk.heal();
            }
        }
    }
}
