package io.synod.storage;

import io.synod.runtime.StoreUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one store, held by one process.
 *
 * <pre>
 *   lock                      locked by the process that has it; names it
 *   store/                    appears whole or not at all
 *     identity.properties     whose it is ({@link StoreIdentity})
 *     engine/                 the engine's files
 *     reached                 a commit that some start has found in these files ({@link CommitTag})
 *     failed                  there if a commit failed: why
 *     damaged                 there if something durable was found to be lost: what, and where
 * </pre>
 *
 * A store that is there is never taken for an empty one: what is missing or cannot be read in it refuses the start.
 */
public final class StoreDirectory implements AutoCloseable {

    /** Makes a new engine in a directory that does not exist. */
    @FunctionalInterface
    public interface EngineMaker {
        void make(Path directory, StoreIdentity identity) throws IOException;
    }

    private final Path path;
    private final FileChannel lockFile;
    private final StoreIdentity identity;

    private StoreDirectory(Path path, FileChannel lockFile, StoreIdentity identity) {
        this.path = path;
        this.lockFile = lockFile;
        this.identity = identity;
    }

    /**
     * Locks a directory and opens the store in it, or makes one where there is none.
     *
     * @param fresh what a new store is to be; an existing one must be of the same cluster, role and id
     * @throws StoreUnusableException if the directory is in use, foreign, damaged, or cannot be used
     */
    public static StoreDirectory open(Path path, StoreIdentity fresh, EngineMaker maker) {
        FileChannel lockFile = null;
        try {
            Files.createDirectories(path);
            lockFile = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            lock(path, lockFile, property(fresh));
            StoreDirectory directory = new StoreDirectory(path, lockFile, identity(path, fresh, maker));
            directory.requireSound(fresh);
            return directory;
        } catch (IOException e) {
            close(lockFile);
            throw new StoreUnusableException("the store in " + path + " cannot be used: " + e + "; "
                    + property(fresh) + " names the directory", e);
        } catch (RuntimeException e) {
            close(lockFile);
            throw e;
        }
    }

    private static void lock(Path path, FileChannel lockFile, String property) throws IOException {
        FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StoreUnusableException(property + " is '" + path
                    + "', which another process uses (" + holder(lockFile) + "): stop it, or set another directory");
        }
        lockFile.truncate(0);
        lockFile.write(ByteBuffer.wrap(("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
                0);
    }

    private static String property(StoreIdentity identity) {
        return "paxos." + StoreIdentity.name(identity.role()) + ".data-directory";
    }

    private static String whose(StoreIdentity identity) {
        return StoreIdentity.name(identity.role()) + " " + identity.id() + " of cluster '" + identity.cluster() + "'";
    }

    private static String holder(FileChannel lockFile) throws IOException {
        ByteBuffer name = ByteBuffer.allocate(64);
        lockFile.read(name, 0);
        String text = new String(name.array(), 0, name.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "it does not say which" : text;
    }

    private static StoreIdentity identity(Path path, StoreIdentity fresh, EngineMaker maker) throws IOException {
        Path store = path.resolve("store");
        if (!Files.exists(store)) {
            make(path, store, fresh, maker);
        }
        return StoreIdentity.read(store.resolve("identity.properties"));
    }

    private static void make(Path path, Path store, StoreIdentity fresh, EngineMaker maker) throws IOException {
        Path forming = path.resolve("store.forming");
        // What an earlier start did not finish has never been voted with.
        StoreFiles.deleteTree(forming);
        Files.createDirectory(forming);
        maker.make(forming.resolve("engine"), fresh);
        StoreFiles.write(forming.resolve("identity.properties"), fresh.toLines());
        StoreFiles.move(forming, store);
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            StoreFiles.syncDirectory(parent);
        }
    }

    private void requireSound(StoreIdentity fresh) throws IOException {
        if (!whose(identity).equals(whose(fresh))) {
            throw new StoreUnusableException(property(fresh) + " is '" + path + "', which holds the store of "
                    + whose(identity) + "; this is " + whose(fresh) + ": set another directory");
        }
        if (!Files.isDirectory(engine())) {
            throw damaged(engine() + " is missing", null);
        }
        if (Files.exists(damage())) {
            throw damaged(Files.readString(damage()).strip(), null);
        }
        if (Files.exists(failed())) {
            throw new StoreUnusableException("the store in " + path + " must not be used any more: "
                    + Files.readString(failed()).strip()
                    + " (what the system shows of its files may not be on the disk)" + wayBack());
        }
    }

    /** Says that the store has lost something of what was durable: it must not be used, and nothing of it is changed. */
    public StoreUnusableException damaged(String what, @Nullable Throwable cause) {
        return new StoreUnusableException("the store in " + path + " is damaged, and what is left of it is not used: "
                + what + wayBack(), cause);
    }

    /** What may be done about a store that is not used any more. */
    private String wayBack() {
        return switch (identity.role()) {
            case ACCEPTOR -> "; keep it, start the acceptor on an empty directory, and bring it back with"
                    + " ./synod rejoin acceptor " + identity.id();
            case LEARNER -> "; keep it, and start the learner on an empty directory: it takes the log from another";
            case PROPOSER, CLIENT -> "";
        };
    }

    public StoreIdentity identity() {
        return identity;
    }

    /** Where the engine's files are. */
    public Path engine() {
        return file("engine");
    }

    /** Where the store keeps a file of its own beside the engine's. */
    public Path file(String name) {
        return path.resolve("store").resolve(name);
    }

    private Path damage() {
        return file("damaged");
    }

    private Path failed() {
        return file("failed");
    }

    /**
     * Looks, before the engine changes anything, for the commit that its files go up to, and remembers it: an engine that
     * cuts its log short would leave nothing by which the next start could notice.
     *
     * @param marks what is in the engine's files
     * @return a commit that was begun, so that all before it were durable
     */
    public long reached(CommitMarks marks) throws IOException {
        Path file = file("reached");
        long before = 0;
        if (Files.exists(file)) {
            try {
                before = Long.parseLong(Files.readString(file).strip());
            } catch (NumberFormatException e) {
                throw damaged(file + " cannot be read", e);
            }
        }
        long now = Math.max(before, marks.highest());
        if (now > before) {
            StoreFiles.write(file, List.of(Long.toString(now)));
        }
        return now;
    }

    /**
     * Refuses a store of which the engine has recovered less than was durable, and notes it: the engine leaves nothing of it for the
     * next start to see.
     *
     * @param recovered the last commit that the engine has recovered
     * @param reached what {@link #reached} has returned
     * @param marks what was in the engine's files before it opened them
     * @throws StoreUnusableException if commits are lost
     */
    public void requireAllRecovered(long recovered, long reached, CommitMarks marks) throws IOException {
        if (recovered + 1 < reached) {
            String lost = "commits " + (recovered + 1) + " to " + (reached - 1)
                    + " were durable and cannot be read; the damage is in " + marks.damageAfter(recovered);
            StoreFiles.write(damage(), List.of(lost));
            throw damaged(lost, null);
        }
    }

    /** Notes that a commit failed, so that no later process opens the store; as well as a failing disk allows. */
    public void markFailed(Throwable cause) throws IOException {
        StoreFiles.write(failed(), List.of("a commit failed: " + cause));
    }

    /** Returns what is left on the disk of a directory, which need not exist yet. */
    public static long freeBytes(Path path) throws IOException {
        Path existing = path.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return Files.getFileStore(existing).getUsableSpace();
    }

    /** Lets others have the directory. */
    @Override
    public void close() {
        close(lockFile);
    }

    private static void close(@Nullable FileChannel lockFile) {
        try {
            if (lockFile != null) {
                lockFile.close();
            }
        } catch (IOException e) {
            // The lock goes with the process.
        }
    }
}
