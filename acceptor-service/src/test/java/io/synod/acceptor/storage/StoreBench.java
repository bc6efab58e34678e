package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorWrite;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import io.synod.storage.CommitTag;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A durable store and who waits for its reports. */
final class StoreBench implements CommitReports, AutoCloseable {

    static final StorageId STORAGE = new StorageId(1, 0xCAFE);
    static final StoreIdentity IDENTITY =
            new StoreIdentity("test", RoleType.ACCEPTOR, 0, STORAGE,
                    new CommitTag(0x1122334455667788L, 0x99AABBCCDDEEFF00L));
    static final Ballot BALLOT = new Ballot(3, 1, 0xBEEF);

    final AcceptorRecovery recovered;
    private final DurableAcceptorStore store;
    private final LinkedBlockingQueue<String> reported = new LinkedBlockingQueue<>();
    private long commits;

    private StoreBench(DurableAcceptorStore store) {
        this.store = store;
        try {
            recovered = store.recover();
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        store.attach(this);
    }

    static StoreBench open(Path directory) {
        return open(directory, RocksTable::open);
    }

    static StoreBench open(Path directory, DurableAcceptorStore.TableOpener opener) {
        return new StoreBench(new DurableAcceptorStore(directory, IDENTITY, opener));
    }

    static StoreBench openAs(Path directory, String cluster, int acceptorId) {
        return new StoreBench(
                new DurableAcceptorStore(directory, cluster, acceptorId, STORAGE, new SplittableRandom(1)));
    }

    /** Commits, waits, and returns what was reported. */
    String commit(Write... writes) {
        return commit(List.of(writes));
    }

    String commit(List<Write> writes) {
        store.commit(++commits, writes);
        return nextReport();
    }

    private String nextReport() {
        try {
            @Nullable String report = reported.poll(10, TimeUnit.SECONDS);
            if (report == null) {
                throw new AssertionError("nothing was reported");
            }
            return report;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void committed(long number) {
        reported.add("committed " + number);
    }

    @Override
    public void commitFailed(long number, Throwable cause) {
        reported.add("failed " + number + ": " + cause.getMessage());
    }

    long usedBytes() {
        return store.state().usedBytes();
    }

    @Override
    public void close() {
        store.close();
    }

    static AcceptorWrite accepted(long instance, int bytes) {
        byte[] value = new byte[bytes];
        new SplittableRandom(instance).nextBytes(value);
        return new AcceptorWrite.ValueAccepted(instance, BALLOT, Bytes.wrap(value));
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

    /** Returns the engine's files of a kind, by name. */
    static List<Path> engineFiles(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store").resolve("engine"))) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** Returns the log of writes with most in it. */
    static Path log(Path directory) throws IOException {
        Path longest = engineFiles(directory, ".log").getFirst();
        for (Path file : engineFiles(directory, ".log")) {
            longest = Files.size(file) > Files.size(longest) ? file : longest;
        }
        return longest;
    }

    static void flipBit(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 0x10;
        Files.write(file, bytes);
    }
}
