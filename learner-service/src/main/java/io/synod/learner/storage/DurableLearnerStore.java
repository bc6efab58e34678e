package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.Retention.Mark;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.runtime.StorageState;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.CommitMarks;
import io.synod.storage.DiskFullException;
import io.synod.storage.StoreDirectory;
import io.synod.storage.StoreFiles;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the delivered log in a directory. A thread of its own commits what was handed over, one group at a time with one sync.
 * Nobody waits for it, so it leaves the disk to the acceptors for a while after each commit: what is delivered meanwhile makes
 * the next one.
 *
 * <p>After a commit that failed none is made again, and no later process opens the store: what the system shows of it may not be
 * on the disk. A full disk is the exception, since it is found before anything is synced.
 */
public final class DurableLearnerStore implements LearnerStore {

    /** Opens an engine; tests put another in its place. */
    @FunctionalInterface
    interface TableOpener {
        LogTable open(Path directory, StoreIdentity identity) throws IOException;
    }

    private interface RecordReader {
        byte[] read(LogTable engine) throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(DurableLearnerStore.class);
    /** A commit begins no sooner after the one before, unless much waits. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long HURRY_BYTES = 4 << 20;
    private static final long GROUP_BYTES_MAX = 8 << 20;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);
    /** Which of the engine's files are looked through for marks of commits: the log of writes, not what is sorted already. */
    private static final String MARKED_FILES = ".log";
    private static final byte[] NOTHING = {};

    private final Path path;
    private final StoreIdentity fresh;
    private final TableOpener opener;
    private final Retention retention;
    private final LongSupplier wallMillis;
    private final LongConsumer commitNanos;
    private final Thread thread = new Thread(this::run, "paxos-learner-storage");

    private final ConcurrentLinkedQueue<LogChange> handed = new ConcurrentLinkedQueue<>();
    private final AtomicLong handedBytes = new AtomicLong();
    /** What was handed over and is not durable yet, for readers. */
    private final ConcurrentHashMap<Long, Delivered> pending = new ConcurrentHashMap<>();
    /** The instances of durable snapshots. */
    private final ConcurrentSkipListSet<Long> snapshots = new ConcurrentSkipListSet<>();
    /** Readers are within the engine while they hold the first, and it is closed under the second. */
    private final ReentrantReadWriteLock engineUse = new ReentrantReadWriteLock();

    private @Nullable StoreDirectory directory;
    private @Nullable LogTable table;
    private volatile @Nullable StoreReports reports;
    private volatile boolean idle;
    private volatile boolean ending;
    private volatile long first = 1;
    private volatile long stored;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    // Of the store's thread, once it runs.
    private @Nullable KeptRange kept;
    private long lastCommit;
    private long told;
    private boolean failureTold;

    /**
     * @param path the store's directory; made when it is missing
     * @param fresh what a new store is to be; an existing one keeps its own storage id
     * @param retention how much is kept
     * @param wallMillis the time in milliseconds since 1970, by which the age of what is kept is told
     * @param commitNanos is given each commit's time, on the store's thread
     */
    public DurableLearnerStore(Path path, StoreIdentity fresh, Retention retention, LongSupplier wallMillis,
            LongConsumer commitNanos) {
        this(path, fresh, retention, wallMillis, commitNanos, RocksLogTable::open);
    }

    DurableLearnerStore(Path path, StoreIdentity fresh, Retention retention, LongSupplier wallMillis,
            LongConsumer commitNanos, TableOpener opener) {
        this.path = path;
        this.fresh = fresh;
        this.retention = retention;
        this.wallMillis = wallMillis;
        this.commitNanos = commitNanos;
        this.opener = opener;
        thread.setDaemon(true);
    }

    @Override
    public LearnerRecovery recover() {
        StoreDirectory opened = StoreDirectory.open(path, fresh, RocksLogTable::make);
        directory = opened;
        try {
            CommitMarks marks = CommitMarks.below(opened.engine(), opened.identity().tag(), MARKED_FILES);
            long reached = opened.reached(marks);
            LogTable engine = opener.open(opened.engine(), opened.identity());
            table = engine;
            LogTable.Loaded loaded = engine.load();
            if (loaded.commit() + 1 < reached) {
                String lost = "commits " + (loaded.commit() + 1) + " to " + (reached - 1)
                        + " were durable and cannot be read; the damage is in " + marks.damageAfter(loaded.commit());
                opened.markDamaged(lost);
                throw opened.damaged(lost, null);
            }
            return recover(opened, loaded);
        } catch (IOException | IllegalArgumentException | BufferUnderflowException e) {
            throw opened.damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private LearnerRecovery recover(StoreDirectory opened, LogTable.Loaded loaded) {
        String fault = KeptRange.fault(loaded);
        if (!fault.isEmpty()) {
            throw opened.damaged(fault, null);
        }
        KeptRange range = new KeptRange(retention, wallMillis, loaded);
        kept = range;
        lastCommit = loaded.commit();
        first = range.first();
        stored = range.last();
        told = range.last();
        snapshots.addAll(loaded.snapshots().keySet());
        return new LearnerRecovery(opened.identity().storageId(), loaded.logId(), snapshotAtOrBelow(range.last()),
                () -> LongStream.rangeClosed(range.base() + 1, range.last()).mapToObj(this::replayed).iterator());
    }

    private Bytes replayed(long instance) {
        Delivered delivered = stored(instance);
        if (delivered == null) {
            throw damaged("instance " + instance + " is missing in its log", null);
        }
        Objects.requireNonNull(kept).replayed(LogRecords.length(delivered));
        return delivered.batch();
    }

    @Override
    public void attach(StoreReports newReports) {
        reports = newReports;
        thread.start();
    }

    @Override
    public void append(Delivered delivered, LogId logId) {
        pending.put(delivered.instance(), delivered);
        hand(new LogChange.Appended(delivered, logId), LogRecords.length(delivered));
    }

    @Override
    public void snapshot(LearnerSnapshot snapshot) {
        // How many bytes lie before it is known when it is committed.
        hand(new LogChange.SnapshotTaken(snapshot, new Mark(wallMillis.getAsLong(), 0)), snapshot.state().length());
    }

    @Override
    public void restore(LearnerSnapshot snapshot) {
        hand(new LogChange.Replaced(snapshot, new Mark(wallMillis.getAsLong(), 0)), snapshot.state().length());
    }

    private void hand(LogChange change, long length) {
        handed.add(change);
        long waiting = handedBytes.addAndGet(length);
        if (idle || waiting >= HURRY_BYTES && waiting - length < HURRY_BYTES) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        long begunNanos = System.nanoTime() - PACE_NANOS;
        while (true) {
            if (failure != null || handed.isEmpty()) {
                if (ending) {
                    return;
                }
                rest();
                continue;
            }
            long waitNanos = begunNanos + PACE_NANOS - System.nanoTime();
            if (waitNanos > 0 && handedBytes.get() < HURRY_BYTES && !ending) {
                LockSupport.parkNanos(this, waitNanos);
                continue;
            }
            begunNanos = System.nanoTime();
            commit();
            commitNanos.accept(System.nanoTime() - begunNanos);
        }
    }

    private void rest() {
        tell();
        idle = true;
        if ((failure != null || handed.isEmpty()) && !ending) {
            LockSupport.parkNanos(this, told < stored || failure != null && !failureTold ? PACE_NANOS : IDLE_NANOS);
        }
        idle = false;
    }

    private void commit() {
        KeptRange range = Objects.requireNonNull(kept);
        LogTable engine = Objects.requireNonNull(table);
        try {
            KeptRange.Group group = range.form(handed, GROUP_BYTES_MAX);
            handedBytes.addAndGet(-group.handedBytes());
            boolean reclaims = range.first() > first;
            // Readers are told before it goes.
            first = range.first();
            engine.commit(lastCommit + 1, group.changes());
            lastCommit++;
            committed(group.changes(), range.last());
            if (reclaims) {
                engine.reclaim(first);
            }
            // What a snapshot replaces is no matter of retention.
            if (group.changes().stream().anyMatch(LogChange.Cut.class::isInstance)) {
                Objects.requireNonNull(reports).cut(first);
            }
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it is: nothing more is known to be durable.
            fail(e);
        }
    }

    private void committed(List<LogChange> changes, long through) {
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
        tell();
    }

    private void tell() {
        StoreReports hearing = Objects.requireNonNull(reports);
        long now = stored;
        if (told < now && hearing.stored(now)) {
            told = now;
        }
        String why = failure;
        if (why != null && !failureTold) {
            failureTold = hearing.failed(why);
        }
    }

    private void fail(Throwable cause) {
        failure = cause.toString();
        log.error("The store in {} failed, and the learner stops: {}", path, cause.toString());
        if (!(cause instanceof DiskFullException)) {
            try {
                Objects.requireNonNull(directory).markFailed(cause);
            } catch (IOException e) {
                log.error("That could not be noted in {} either ({}): see to it that this learner is not started on it"
                        + " again", path, e.toString());
            }
        }
        tell();
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long stored() {
        return stored;
    }

    @Override
    public @Nullable Delivered read(long instance) {
        Delivered waiting = pending.get(instance);
        if (waiting != null) {
            return waiting;
        }
        if (instance < first || instance > stored) {
            return null;
        }
        Delivered delivered = stored(instance);
        if (delivered == null && instance >= first && !closed) {
            throw damaged("instance " + instance + " is missing in its log", null);
        }
        return delivered;
    }

    private @Nullable Delivered stored(long instance) {
        byte[] record = record(engine -> engine.read(instance));
        try {
            return record.length == 0 ? null : LogRecords.read(instance, record);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public @Nullable LearnerSnapshot snapshotAtOrBelow(long instance) {
        Long at = snapshots.floor(instance);
        byte[] record = at == null ? NOTHING : record(engine -> engine.readSnapshot(at));
        try {
            return at == null || record.length == 0 ? null : LogRecords.snapshot(at, record);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    /** Reads from the engine, unless it is closed. */
    private byte[] record(RecordReader reader) {
        engineUse.readLock().lock();
        try {
            LogTable engine = table;
            return engine == null || closed ? NOTHING : reader.read(engine);
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        } finally {
            engineUse.readLock().unlock();
        }
    }

    private StoreUnusableException damaged(String what, @Nullable Throwable cause) {
        return Objects.requireNonNull(directory).damaged(what, cause);
    }

    @Override
    public StorageState state() {
        long free;
        try {
            free = StoreDirectory.freeBytes(path);
        } catch (IOException e) {
            // Nothing can be written there.
            free = 0;
        }
        return new StorageState("rocksdb", path, StoreFiles.bytesBelow(path), free);
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        ending = true;
        LockSupport.unpark(thread);
        if (thread.isAlive() && !awaitEnd()) {
            // A disk that does not answer: the process ends without it.
            return;
        }
        engineUse.writeLock().lock();
        try {
            closed = true;
            if (table != null) {
                if (failure == null) {
                    table.settle();
                }
                table.close();
                table = null;
            }
        } finally {
            engineUse.writeLock().unlock();
        }
        if (directory != null) {
            directory.close();
        }
    }

    private boolean awaitEnd() {
        try {
            return thread.join(CLOSE_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
