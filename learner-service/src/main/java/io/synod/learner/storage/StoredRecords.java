package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a durable store: what was handed over and is not durable yet, and what is, as far as it is kept and can be
 * read. Any thread reads; the store's thread says what became durable, and opens and closes.
 */
final class StoredRecords {

    private interface RecordReader {
        byte[] read(LogTable engine) throws IOException;
    }

    private static final byte[] NOTHING = {};

    /** What was handed over and is not durable yet. */
    private final ConcurrentHashMap<Long, Delivered> pending = new ConcurrentHashMap<>();
    /** The instances of durable snapshots. */
    private final ConcurrentSkipListSet<Long> snapshots = new ConcurrentSkipListSet<>();
    /** Readers are within the engine while they hold the first, and it is closed under the second. */
    private final ReentrantReadWriteLock engineUse = new ReentrantReadWriteLock();
    private final AtomicReference<@Nullable StoreDamage> damage = new AtomicReference<>();
    private final Consumer<StoreDamage> onDamage;

    private @Nullable LogTable table;
    private volatile boolean closed;
    private volatile long first = 1;
    private volatile long stored;

    /** @param onDamage is told, on the reader's thread, whenever more cannot be read than was known */
    StoredRecords(Consumer<StoreDamage> onDamage) {
        this.onDamage = onDamage;
    }

    /** There is an engine to read from. */
    void open(LogTable engine) {
        table = engine;
        closed = false;
    }

    /** What the engine holds is known. */
    void begin(KeptRange range, Iterable<Long> durableSnapshots, @Nullable StoreDamage known) {
        first = range.first();
        stored = range.last();
        durableSnapshots.forEach(snapshots::add);
        damage.set(known);
    }

    /** The first instance that is kept. */
    long first() {
        return first;
    }

    /** Nothing before an instance is kept. */
    void first(long instance) {
        first = instance;
    }

    /** Up to where everything is durable. */
    long stored() {
        return stored;
    }

    /** What cannot be read; null as far as nothing is known of any. */
    @Nullable
    StoreDamage damage() {
        return damage.get();
    }

    /** An instance is handed over: it can be read from now on. */
    void add(Delivered delivered) {
        pending.put(delivered.instance(), delivered);
    }

    /** A commit is durable, and with it everything up to an instance. */
    void committed(List<LogChange> changes, long through) {
        for (LogChange change : changes) {
            switch (change) {
                case LogChange.SnapshotTaken(LearnerSnapshot snapshot, var _) -> snapshots.add(snapshot.instance());
                case LogChange.SnapshotDropped(long instance) -> snapshots.remove(instance);
                case LogChange.Replaced(LearnerSnapshot snapshot, var _) -> {
                    snapshots.clear();
                    snapshots.add(snapshot.instance());
                }
                case LogChange.Appended _, LogChange.Cut _ -> {}
            }
        }
        stored = through;
        for (LogChange change : changes) {
            if (change instanceof LogChange.Appended(Delivered delivered, var _)) {
                pending.remove(delivered.instance());
            }
        }
    }

    /**
     * Returns an instance; null if it is not kept any more, or was not handed over yet.
     *
     * @throws RecordDamagedException if it is kept and cannot be read
     */
    @Nullable
    Delivered read(long instance) {
        Delivered waiting = pending.get(instance);
        if (waiting != null) {
            return waiting;
        }
        if (instance < first || instance > stored) {
            return null;
        }
        try {
            Delivered delivered = load(instance);
            if (delivered == null && !closed) {
                throw new IOException("it is missing in the log");
            }
            return delivered;
        } catch (IOException e) {
            if (instance < first) {
                // It was cut meanwhile.
                return null;
            }
            throw damaged(instance, e);
        }
    }

    /**
     * Returns what is stored of an instance; null if nothing is.
     *
     * @throws IOException if it cannot be read or understood
     */
    @Nullable
    Delivered load(long instance) throws IOException {
        byte[] record = record(engine -> engine.read(instance));
        try {
            return record.length == 0 ? null : LogRecords.read(instance, record);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Returns the newest durable snapshot at or below an instance that is kept; null if there is none.
     *
     * @throws RecordDamagedException if it is kept and cannot be read
     */
    @Nullable
    LearnerSnapshot snapshotAtOrBelow(long instance) {
        Long at = snapshots.floor(instance);
        try {
            return at == null ? null : loadSnapshot(at);
        } catch (IOException e) {
            if (!snapshots.contains(at)) {
                // It was dropped meanwhile.
                return null;
            }
            throw damaged(at, e);
        }
    }

    /**
     * Returns what is stored as the snapshot at an instance; null if nothing is.
     *
     * @throws IOException if it cannot be read or understood
     */
    @Nullable
    LearnerSnapshot loadSnapshot(long instance) throws IOException {
        byte[] record = record(engine -> engine.readSnapshot(instance));
        try {
            return record.length == 0 ? null : LogRecords.snapshot(instance, record);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Reads from the engine, unless it is closed. */
    private byte[] record(RecordReader reader) throws IOException {
        engineUse.readLock().lock();
        try {
            LogTable engine = table;
            return engine == null || closed ? NOTHING : reader.read(engine);
        } finally {
            engineUse.readLock().unlock();
        }
    }

    private RecordDamagedException damaged(long instance, IOException cause) {
        String what = String.valueOf(cause.getMessage());
        StoreDamage before = damage.get();
        StoreDamage now = damage.updateAndGet(
                known -> known == null ? new StoreDamage(instance, instance, what) : known.with(instance));
        if (now != null && !now.equals(before)) {
            onDamage.accept(now);
        }
        return new RecordDamagedException(instance, what, cause);
    }

    /**
     * Closes the engine when no reader is within it; who reads from now on finds nothing.
     *
     * @param settles whether the engine prepares for the next start
     */
    void close(boolean settles) {
        engineUse.writeLock().lock();
        try {
            closed = true;
            LogTable engine = table;
            table = null;
            if (engine != null) {
                if (settles) {
                    engine.settle();
                }
                engine.close();
            }
        } finally {
            engineUse.writeLock().unlock();
        }
    }
}
