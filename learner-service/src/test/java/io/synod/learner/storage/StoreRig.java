package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.LogState;
import io.synod.learner.Run;
import io.synod.learner.StoreDamage;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.storage.CommitTag;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A durable store, the state that a learner beside it would have, and who waits for its reports. */
final class StoreRig implements StoreReports, AutoCloseable {

    static final StorageId STORAGE = new StorageId(1, 0xCAFE);
    static final LogId LOG = new LogId(0xF00D);
    static final Retention ALL = new Retention(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    private static final SessionId SESSION = new SessionId(1, 1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    final DurableLearnerStore store;
    final LearnerRecovery recovered;
    final LogState state;
    volatile long wallMillis = 1_000;
    /** It is heard when it is told for the second time. */
    private final CountDownLatch failed = new CountDownLatch(2);
    private volatile @Nullable String failure;
    volatile long cutTo;
    volatile @Nullable StoreDamage damaged;
    private long snapshotAt;

    private StoreRig(Path directory, StoreIdentity identity, Retention retention,
            DurableLearnerStore.TableOpener opener) {
        store = new DurableLearnerStore(directory, identity, retention, () -> wallMillis, _ -> {}, opener);
        try {
            recovered = store.recover();
            LearnerSnapshot snapshot = recovered.snapshot();
            state = snapshot == null ? LogState.empty() : LogState.of(snapshot);
            for (Bytes batch : recovered.since()) {
                state.apply(state.position() + 1, batch.checksum(), batch);
            }
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        store.attach(this);
    }

    static StoreIdentity identity(String cluster, int id) {
        return new StoreIdentity(cluster, RoleType.LEARNER, id, STORAGE, new CommitTag(0x1122334455667788L, -77));
    }

    static StoreRig open(Path directory) {
        return open(directory, ALL);
    }

    static StoreRig open(Path directory, Retention retention) {
        return new StoreRig(directory, identity("test", 0), retention, RocksLogTable::open);
    }

    static StoreRig open(Path directory, StoreIdentity identity) {
        return new StoreRig(directory, identity, ALL, RocksLogTable::open);
    }

    static StoreRig open(Path directory, DurableLearnerStore.TableOpener opener) {
        return new StoreRig(directory, identity("test", 0), ALL, opener);
    }

    /** What is decided in an instance: an opening, and then values of which every third comes before its turn. */
    static Bytes batch(long instance, int bytes) {
        EntryWriter writer = new EntryWriter(256);
        if (instance == 1) {
            writer.genesis(new LogEntry.Genesis(SessionLimits.DEFAULT));
            writer.open(new LogEntry.OpenSession(3, 4, 100));
            return writer.take();
        }
        long turn = instance - 2;
        long number = 1 + (turn % 3 == 0 ? turn + 1 : turn % 3 == 1 ? turn - 1 : turn);
        byte[] value = new byte[bytes];
        new SplittableRandom(number).nextBytes(value);
        writer.beginValues(SESSION, number);
        writer.value(Bytes.wrap(value));
        writer.endValues();
        return writer.take();
    }

    /** Hands over the next instance. */
    Delivered append(int bytes) {
        long instance = state.position() + 1;
        Bytes batch = batch(instance, bytes);
        List<Run> runs = state.apply(instance, batch.checksum(), batch);
        Delivered delivered = new Delivered(instance, batch, runs);
        store.append(delivered, LOG);
        return delivered;
    }

    List<Delivered> append(int instances, int bytes) {
        List<Delivered> appended = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            appended.add(append(bytes));
        }
        return appended;
    }

    LearnerSnapshot snapshot() {
        LearnerSnapshot snapshot = state.snapshot(LOG);
        store.snapshot(snapshot);
        snapshotAt = snapshot.instance();
        return snapshot;
    }

    /** Waits until all that was handed over is durable. */
    StoreRig settle() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (store.stored() < state.position() || !isSnapshotStored()) {
            if (failure != null || System.nanoTime() > deadline) {
                throw new AssertionError("stored up to " + store.stored() + " of " + state.position() + ": " + failure);
            }
            Thread.onSpinWait();
        }
        return this;
    }

    private boolean isSnapshotStored() {
        LearnerSnapshot newest = snapshotAt == 0 ? null : store.snapshotAtOrBelow(snapshotAt);
        return snapshotAt == 0 || newest != null && newest.instance() == snapshotAt;
    }

    String awaitFailure() throws InterruptedException {
        if (!failed.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS) || failure == null) {
            throw new AssertionError("nothing failed");
        }
        return failure;
    }

    @Override
    public boolean stored(long through) {
        return true;
    }

    @Override
    public void cut(long newFirst) {
        cutTo = newFirst;
    }

    @Override
    public boolean damaged(StoreDamage damage) {
        damaged = damage;
        return true;
    }

    @Override
    public boolean failed(String cause) {
        failure = cause;
        failed.countDown();
        return failed.getCount() == 0;
    }

    @Override
    public void close() {
        store.close();
    }

    /** Copies what the files hold now, as a kill would leave it. */
    static Path copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!path.endsWith("LOCK") && !path.toString().contains("/native/")) {
                    Files.copy(path, target);
                }
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the longest of the engine's files whose names end like this. */
    static Path file(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store").resolve("engine"))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .reduce((a, b) -> a.toFile().length() >= b.toFile().length() ? a : b)
                    .orElseThrow();
        }
    }

    static void flipBit(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 0x10;
        Files.write(file, bytes);
    }
}
