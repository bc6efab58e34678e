package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorProgress;
import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorWrite;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import io.synod.runtime.StorageState;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.CommitMarks;
import io.synod.storage.DiskFullException;
import io.synod.storage.StoreDirectory;
import io.synod.storage.StoreFiles;
import io.synod.storage.StoreIdentity;
import io.synod.storage.StoreOpening;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a directory. A thread of its own commits group after group, each with one sync; the loop goes on meanwhile,
 * and what comes in until the report is the next group.
 *
 * <p>After a commit that failed none is made again, and no later process opens the store (rule S2): what the system shows of
 * it may not be on the disk. A full disk is the exception, since it is found before anything is synced.
 *
 * <p>{@link #recover} and {@link #close} are called by one thread, {@link #commit} by the loop's, {@link #state} by any.
 */
public final class DurableAcceptorStore implements AcceptorStore {

    /** Opens an engine; tests put another in its place. */
    @FunctionalInterface
    interface TableOpener {
        AcceptorTable open(Path directory, StoreIdentity identity) throws IOException;
    }

    private record Group(long number, List<Write> writes) {}

    private static final Logger log = LoggerFactory.getLogger(DurableAcceptorStore.class);
    /** Ends the thread; commits are numbered from 1. */
    private static final Group END = new Group(0, List.of());
    private static final long CLOSE_SECONDS_MAX = 10;

    private final Path path;
    private final StoreIdentity fresh;
    private final TableOpener opener;
    /** One commit is in flight at most; the other place is for {@link #END}. */
    private final BlockingQueue<Group> handed = new ArrayBlockingQueue<>(2);
    private final Thread thread = new Thread(this::run, "paxos-storage");
    private @Nullable StoreDirectory directory;
    private @Nullable AcceptorTable table;
    private @Nullable AcceptorProgress progress;
    private volatile @Nullable CommitReports reports;
    private long lastCommit;
    private boolean failed;

    /**
     * @param path the store's directory; made when it is missing
     * @param cluster the cluster's name
     * @param acceptorId the acceptor's id
     * @param storageId the storage id of a new store; an existing one keeps its own
     * @param random draws what a new store is marked with
     */
    public DurableAcceptorStore(Path path, String cluster, int acceptorId, StorageId storageId,
            RandomGenerator random) {
        this(path, StoreIdentity.draw(cluster, RoleType.ACCEPTOR, acceptorId, storageId, random), RocksTable::open);
    }

    DurableAcceptorStore(Path path, StoreIdentity fresh, TableOpener opener) {
        this.path = path;
        this.fresh = fresh;
        this.opener = opener;
        thread.setDaemon(true);
    }

    @Override
    public AcceptorRecovery recover() {
        AcceptorRecovery recovery = StoreOpening.open(path, this::open);
        progress = new AcceptorProgress(recovery);
        thread.start();
        return recovery;
    }

    private AcceptorRecovery open() {
        StoreDirectory opened = StoreDirectory.open(path, fresh, RocksTable::make);
        directory = opened;
        try {
            return load(opened);
        } catch (IOException | IllegalStateException e) {
            release();
            throw opened.damaged(String.valueOf(e.getMessage()), e);
        } catch (StoreUnusableException e) {
            release();
            throw e;
        }
    }

    private AcceptorRecovery load(StoreDirectory opened) throws IOException {
        CommitMarks marks = CommitMarks.below(opened.engine(), opened.identity().tag(), "");
        long reached = opened.reached(marks);
        AcceptorTable engine = opener.open(opened.engine(), opened.identity());
        table = engine;
        AcceptorTable.Loaded loaded = engine.load();
        opened.requireAllRecovered(loaded.commit(), reached, marks);
        lastCommit = loaded.commit();
        return loaded.recovery();
    }

    @Override
    public void attach(CommitReports newReports) {
        reports = newReports;
    }

    @Override
    public void commit(long number, List<Write> writes) {
        if (!handed.offer(new Group(number, writes))) {
            throw new IllegalStateException("commit " + number + " is handed over while another is in flight");
        }
    }

    private void run() {
        try {
            for (Group group = handed.take(); group.number() != END.number(); group = handed.take()) {
                carryOut(group);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryOut(Group group) {
        CommitReports loop = Objects.requireNonNull(reports, "the store is not attached");
        AcceptorProgress reachedSoFar = Objects.requireNonNull(progress);
        AcceptorTable engine = Objects.requireNonNull(table);
        if (failed) {
            loop.commitFailed(group.number(), new IllegalStateException("an earlier commit failed"));
            return;
        }
        long trimPoint = reachedSoFar.trimPoint();
        try {
            List<AcceptorWrite> writes = own(group.writes(), reachedSoFar);
            if (!writes.isEmpty()) {
                engine.commit(lastCommit + 1, writes);
                lastCommit++;
            }
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it is: the loop must hear of it, and the commit is not known to be durable.
            fail(e);
            loop.commitFailed(group.number(), e);
            return;
        }
        loop.committed(group.number());
        if (reachedSoFar.trimPoint() > trimPoint) {
            engine.reclaim(reachedSoFar.trimPoint());
        }
    }

    /** Returns the acceptor's writes of a group, checked: what is monotone must be so before it is on the disk. */
    private static List<AcceptorWrite> own(List<Write> writes, AcceptorProgress progress) {
        List<AcceptorWrite> own = new ArrayList<>(writes.size());
        for (int i = 0; i < writes.size(); i++) {
            if (writes.get(i) instanceof AcceptorWrite write) {
                progress.apply(write);
                own.add(write);
            }
        }
        return own;
    }

    private void fail(Throwable cause) {
        failed = true;
        if (cause instanceof DiskFullException) {
            log.error("The store in {} failed, and the acceptor votes no more until it is restarted: {}", path,
                    cause.toString());
            return;
        }
        log.error("The store in {} failed, and the acceptor votes no more: {}", path, cause.toString());
        try {
            Objects.requireNonNull(directory).markFailed(cause);
        } catch (IOException e) {
            log.error(
                    "That could not be noted in {} either ({}): see to it that this acceptor is not started on it again",
                    path, e.toString());
        }
    }

    @Override
    public StorageState state() {
        return new StorageState("rocksdb", path, StoreFiles.bytesBelow(path), freeBytes());
    }

    private long freeBytes() {
        try {
            return StoreDirectory.freeBytes(path);
        } catch (IOException e) {
            // Nothing can be written there.
            return 0;
        }
    }

    @Override
    public void close() {
        if (thread.isAlive() && !stopThread()) {
            // A disk that does not answer: the process ends without it.
            return;
        }
        if (table != null && !failed) {
            table.settle();
        }
        release();
    }

    private void release() {
        if (table != null) {
            table.close();
            table = null;
        }
        if (directory != null) {
            directory.close();
        }
    }

    private boolean stopThread() {
        try {
            return handed.offer(END, CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                    && thread.join(Duration.ofSeconds(CLOSE_SECONDS_MAX));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
