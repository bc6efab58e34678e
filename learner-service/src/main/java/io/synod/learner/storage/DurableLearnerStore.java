package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.Doubt;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import io.synod.learner.storage.Retention.Mark;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.runtime.StorageState;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.CommitMarks;
import io.synod.storage.DiskFullException;
import io.synod.storage.StoreDirectory;
import io.synod.storage.StoreFiles;
import io.synod.storage.StoreIdentity;
import io.synod.storage.StoreOpening;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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

    private static final Logger log = LoggerFactory.getLogger(DurableLearnerStore.class);
    /** A commit begins no sooner after the one before, unless much waits. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long HURRY_BYTES = 4 << 20;
    private static final long GROUP_BYTES_MAX = 8 << 20;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);
    /** Which of the engine's files are looked through for marks of commits: the log of writes, not what is sorted already. */
    private static final String MARKED_FILES = ".log";

    private final Path path;
    private final StoreIdentity fresh;
    private final TableOpener opener;
    private final Retention retention;
    private final LongSupplier wallMillis;
    private final LongConsumer commitNanos;
    private final Thread thread = new Thread(this::run, "paxos-learner-storage");

    private final ConcurrentLinkedQueue<LogChange> handed = new ConcurrentLinkedQueue<>();
    private final AtomicLong handedBytes = new AtomicLong();
    private final StoredRecords records = new StoredRecords(this::found);

    private @Nullable StoreDirectory directory;
    private @Nullable LogTable table;
    private @Nullable StoreNotes notes;
    private volatile @Nullable StoreReports reports;
    private volatile boolean idle;
    private volatile boolean ending;
    private volatile @Nullable String failure;
    private volatile @Nullable Doubt doubt;

    // Of the store's thread, once it runs.
    private @Nullable KeptRange kept;
    private long lastCommit;
    private long told;
    private boolean failureTold;
    private @Nullable StoreDamage damageTold;
    private @Nullable StoreDamage damageNoted;
    private @Nullable Doubt doubtNoted;
    private boolean noteFailureTold;

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
        return StoreOpening.open(path, this::open);
    }

    private LearnerRecovery open() {
        StoreDirectory opened = StoreDirectory.open(path, fresh, RocksLogTable::make);
        directory = opened;
        try {
            return recover(opened, load(opened));
        } catch (IOException | IllegalArgumentException | BufferUnderflowException e) {
            release(false);
            throw opened.damaged(String.valueOf(e.getMessage()), e);
        } catch (StoreUnusableException e) {
            release(false);
            throw e;
        }
    }

    private LogTable.Loaded load(StoreDirectory opened) throws IOException {
        CommitMarks marks = CommitMarks.below(opened.engine(), opened.identity().tag(), MARKED_FILES);
        long reached = opened.reached(marks);
        LogTable engine = opener.open(opened.engine(), opened.identity());
        table = engine;
        records.open(engine);
        LogTable.Loaded loaded = engine.load();
        opened.requireAllRecovered(loaded.commit(), reached, marks);
        return loaded;
    }

    private LearnerRecovery recover(StoreDirectory opened, LogTable.Loaded loaded) throws IOException {
        String fault = KeptRange.fault(loaded);
        if (!fault.isEmpty()) {
            throw opened.damaged(fault, null);
        }
        KeptRange range = new KeptRange(retention, wallMillis, loaded);
        kept = range;
        lastCommit = loaded.commit();
        told = range.last();
        StoreNotes remembered = new StoreNotes(opened);
        notes = remembered;
        damageTold = remembered.damage();
        damageNoted = damageTold;
        doubtNoted = remembered.doubt();
        records.begin(range, loaded.snapshots().keySet(), damageTold);
        LearnerSnapshot snapshot = range.base() == 0 ? null : records.loadSnapshot(range.base());
        // What was reported of a store that is damaged counts no more: it reports under the id of a new one.
        StorageId storageId = damageTold == null ? opened.identity().storageId() : fresh.storageId();
        return new LearnerRecovery(storageId, loaded.logId(), snapshot,
                () -> LongStream.rangeClosed(range.base() + 1, range.last()).mapToObj(this::replayed).iterator(),
                damageTold, doubtNoted);
    }

    private Bytes replayed(long instance) {
        StoreDirectory opened = Objects.requireNonNull(directory);
        try {
            Delivered delivered = records.load(instance);
            if (delivered == null) {
                throw opened.damaged("instance " + instance + " is missing in its log", null);
            }
            Objects.requireNonNull(kept).replayed(LogRecords.length(delivered));
            return delivered.batch();
        } catch (IOException e) {
            throw opened.damaged(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void attach(StoreReports newReports) {
        reports = newReports;
        thread.start();
    }

    @Override
    public void append(Delivered delivered, LogId logId) {
        records.add(delivered);
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

    @Override
    public void doubt(Doubt why) {
        doubt = why;
        LockSupport.unpark(thread);
    }

    /** A reader found something that cannot be read. */
    private void found(StoreDamage damage) {
        log.error("The store in {}: {}", path, damage.text());
        LockSupport.unpark(thread);
    }

    private void run() {
        long begunNanos = System.nanoTime() - PACE_NANOS;
        while (true) {
            if (failure != null || handed.isEmpty()) {
                if (ending) {
                    note();
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
            LockSupport.parkNanos(this, isUntold() ? PACE_NANOS : IDLE_NANOS);
        }
        idle = false;
    }

    private boolean isUntold() {
        Doubt why = doubt;
        return told < records.stored() || failure != null && !failureTold
                || !Objects.equals(damageTold, records.damage()) || !Objects.equals(damageNoted, records.damage())
                || why != null && !why.equals(doubtNoted);
    }

    private void commit() {
        KeptRange range = Objects.requireNonNull(kept);
        LogTable engine = Objects.requireNonNull(table);
        try {
            KeptRange.Group group = range.form(handed, GROUP_BYTES_MAX);
            handedBytes.addAndGet(-group.handedBytes());
            boolean reclaims = range.first() > records.first();
            // Readers are told before it goes.
            records.first(range.first());
            engine.commit(lastCommit + 1, group.changes());
            lastCommit++;
            records.committed(group.changes(), range.last());
            tell();
            if (reclaims) {
                engine.reclaim(range.first());
            }
            // What a snapshot replaces is no matter of retention.
            if (group.changes().stream().anyMatch(LogChange.Cut.class::isInstance)) {
                Objects.requireNonNull(reports).cut(range.first());
            }
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it is: nothing more is known to be durable.
            fail(e);
        }
    }

    private void tell() {
        StoreReports hearing = Objects.requireNonNull(reports);
        note();
        StoreDamage damage = records.damage();
        if (damage != null && !damage.equals(damageTold) && hearing.damaged(damage)) {
            damageTold = damage;
        }
        long now = records.stored();
        if (told < now && hearing.stored(now)) {
            told = now;
        }
        String why = failure;
        if (why != null && !failureTold) {
            failureTold = hearing.failed(why);
        }
    }

    /** Notes what the next start must know; where that fails it is tried again, and said once. */
    private void note() {
        StoreDamage damage = records.damage();
        Doubt why = doubt;
        try {
            if (damage != null && !damage.equals(damageNoted)) {
                Objects.requireNonNull(notes).note(damage);
                damageNoted = damage;
            }
            if (why != null && !why.equals(doubtNoted)) {
                Objects.requireNonNull(notes).note(why);
                doubtNoted = why;
            }
        } catch (IOException e) {
            if (!noteFailureTold) {
                noteFailureTold = true;
                log.error(
                        "What is wrong with the store in {} could not be noted there ({}), which is tried again: see to it"
                                + " that this learner is not started on it meanwhile",
                        path, e.toString());
            }
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
        return records.first();
    }

    @Override
    public long stored() {
        return records.stored();
    }

    @Override
    public @Nullable Delivered read(long instance) {
        return records.read(instance);
    }

    @Override
    public @Nullable LearnerSnapshot snapshotAtOrBelow(long instance) {
        return records.snapshotAtOrBelow(instance);
    }

    @Override
    public @Nullable StoreDamage damage() {
        return records.damage();
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
        release(failure == null);
    }

    private void release(boolean settles) {
        records.close(settles);
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
