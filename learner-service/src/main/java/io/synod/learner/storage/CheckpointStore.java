package io.synod.learner.storage;

import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.CheckpointRefusedException.Reason;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.StoreFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Applications' checkpoints, a file each, which appears whole or not at all; the newest few are kept. A file holds: format 4,
 * instance 8, log 8, time 8, the state's length 4 and bytes ({@link LearnerSnapshot}), a CRC-32C of all before it, 8; then the
 * application's bytes, their number 8, and a CRC-32C of all before it, 8. What is there of another log, from before, counts as
 * none, and is the first to go. Thread-safe.
 */
public final class CheckpointStore {

    private static final int FORMAT = 1;
    private static final int HEADER_BYTES = 2 * Integer.BYTES + 3 * Long.BYTES;
    private static final int CRC_BYTES = Long.BYTES;
    private static final int TRAILER_BYTES = 2 * Long.BYTES;
    private static final String SUFFIX = ".checkpoint";
    private static final int BUFFER_BYTES = 1 << 16;
    /** Before so many bytes are written there must be room for them. */
    private static final int ROOM_BYTES = 1 << 20;

    /** What stands before the application's bytes. */
    private record Head(Checkpoint checkpoint, LearnerSnapshot state) {}

    private final Path directory;
    private final int kept;
    private final Supplier<LogId> logId;
    private final LongSupplier room;
    private final LongSupplier wallMillis;
    /** Numbers the files of checkpoints that are being written. */
    private final AtomicLong forming = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Checkpoint> checkpoints = new ConcurrentSkipListMap<>();

    /**
     * Opens a directory, which is made when it is missing, and deletes what an earlier process did not finish.
     *
     * @param kept how many checkpoints are kept
     * @param logId names this learner's log; {@link LogId#UNKNOWN} while it knows none
     * @param room how many bytes may still be written to the disk
     * @param wallMillis the time in milliseconds since 1970
     * @throws StoreUnusableException if the directory cannot be used, or a checkpoint in it is damaged
     */
    public CheckpointStore(Path directory, int kept, Supplier<LogId> logId, LongSupplier room,
            LongSupplier wallMillis) {
        this.directory = directory;
        this.kept = kept;
        this.logId = logId;
        this.room = room;
        this.wallMillis = wallMillis;
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    if (file.toString().endsWith(SUFFIX)) {
                        Checkpoint found = head(file).checkpoint();
                        checkpoints.put(found.instance(), found);
                    } else {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new StoreUnusableException("the checkpoints in " + directory + " cannot be used: " + e.getMessage()
                    + "; move what is damaged elsewhere", e);
        }
    }

    /** Reads what stands before the application's bytes, and sees that it is as it was stored. */
    private static Head head(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        try (DataInputStream in = open(file, crc)) {
            int format = in.readInt();
            long instance = in.readLong();
            LogId logId = new LogId(in.readLong());
            long time = in.readLong();
            int length = in.readInt();
            long bytes = Files.size(file) - HEADER_BYTES - length - CRC_BYTES - TRAILER_BYTES;
            if (format != FORMAT || length < 0 || bytes < 0) {
                throw new IOException(file + " is damaged, or of another version");
            }
            Bytes state = Bytes.wrap(in.readNBytes(length));
            requireSame(file, crc.getValue(), in.readLong());
            return new Head(new Checkpoint(instance, logId, time, bytes), new LearnerSnapshot(instance, logId, state));
        } catch (EOFException e) {
            throw new IOException(file + " is cut short", e);
        }
    }

    private static DataInputStream open(Path file, CRC32C crc) throws IOException {
        return new DataInputStream(new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES), crc));
    }

    private static void requireSame(Path file, long number, long stored) throws IOException {
        if (number != stored) {
            throw new IOException(file + " is damaged");
        }
    }

    private Path file(long instance) {
        return directory.resolve(String.format("%020d%s", instance, SUFFIX));
    }

    /**
     * Stores a checkpoint, in place of one at the same instance; on return it is durable, and the oldest beyond those kept are gone.
     *
     * @throws CheckpointRefusedException if it would be the first to go, or there is no room for it
     * @throws IOException if it cannot be read or written
     */
    public Checkpoint put(LearnerSnapshot state, InputStream application) throws IOException {
        requireKept(state.instance());
        Path file = directory.resolve("forming-" + forming.incrementAndGet());
        try {
            Checkpoint stored = write(file, state, application);
            place(file, stored);
            return stored;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Sees that a checkpoint would not be the first to go.
     *
     * @throws CheckpointRefusedException if it would
     */
    public void requireKept(long instance) throws CheckpointRefusedException {
        if (ofLog().filter(other -> other.instance() > instance).count() >= kept) {
            throw new CheckpointRefusedException(Reason.OUTDATED, "a checkpoint at instance " + instance
                    + " would be the first to go: the newest " + kept + " are kept, and so many newer ones are there");
        }
    }

    private Checkpoint write(Path file, LearnerSnapshot state, InputStream application) throws IOException {
        long time = wallMillis.getAsLong();
        requireRoom(state.state().length());
        try (FileOutputStream target = new FileOutputStream(file.toFile())) {
            CheckedOutputStream checked =
                    new CheckedOutputStream(new BufferedOutputStream(target, BUFFER_BYTES), new CRC32C());
            DataOutputStream out = new DataOutputStream(checked);
            out.writeInt(FORMAT);
            out.writeLong(state.instance());
            out.writeLong(state.logId().value());
            out.writeLong(time);
            out.writeInt(state.state().length());
            out.write(state.state().toByteArray());
            out.writeLong(checked.getChecksum().getValue());
            long bytes = copy(application, out);
            out.writeLong(bytes);
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            target.getChannel().force(true);
            return new Checkpoint(state.instance(), state.logId(), time, bytes);
        }
    }

    private long copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        long fits = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            if (bytes + read > fits) {
                requireRoom(ROOM_BYTES);
                fits = bytes + ROOM_BYTES;
            }
            to.write(buffer, 0, read);
            bytes += read;
        }
        return bytes;
    }

    private void requireRoom(long bytes) throws CheckpointRefusedException {
        if (room.getAsLong() < bytes) {
            throw new CheckpointRefusedException(Reason.NO_ROOM,
                    "with this checkpoint less than paxos.learner.free-bytes-min would be left on the disk");
        }
    }

    private synchronized void place(Path file, Checkpoint stored) throws IOException {
        // Others may have come meanwhile.
        requireKept(stored.instance());
        StoreFiles.move(file, file(stored.instance()));
        checkpoints.put(stored.instance(), stored);
        while (checkpoints.size() > kept) {
            Checkpoint gone = checkpoints.values().stream()
                    .filter(other -> !other.logId().equals(stored.logId()))
                    .findFirst()
                    .orElseGet(() -> checkpoints.values().iterator().next());
            checkpoints.remove(gone.instance());
            Files.deleteIfExists(file(gone.instance()));
        }
    }

    private Stream<Checkpoint> ofLog() {
        LogId own = logId.get();
        return checkpoints.values().stream().filter(checkpoint -> checkpoint.logId().equals(own));
    }

    /** The checkpoints that there are, the oldest first. */
    public List<Checkpoint> all() {
        return ofLog().toList();
    }

    /** The newest checkpoint; null if there is none. */
    public @Nullable Checkpoint newest() {
        return atOrBelow(Long.MAX_VALUE);
    }

    /** The newest checkpoint at or below an instance; null if there is none. */
    public @Nullable Checkpoint atOrBelow(long instance) {
        return ofLog().filter(checkpoint -> checkpoint.instance() <= instance)
                .reduce((_, later) -> later)
                .orElse(null);
    }

    /** The checkpoint at an instance; null if there is none. */
    public @Nullable Checkpoint at(long instance) {
        return ofLog().filter(checkpoint -> checkpoint.instance() == instance)
                .findFirst()
                .orElse(null);
    }

    /**
     * Writes the application's bytes of a checkpoint. The last of them are written when all of them have proved to be as they were
     * stored.
     *
     * @throws NoSuchFileException if it is there no more
     * @throws IOException if it cannot be read, or is damaged
     */
    public void writeTo(Checkpoint checkpoint, OutputStream target) throws IOException {
        Path file = file(checkpoint.instance());
        CRC32C crc = new CRC32C();
        try (DataInputStream in = open(file, crc)) {
            in.skipNBytes(HEADER_BYTES - Integer.BYTES);
            in.skipNBytes(in.readInt() + (long) CRC_BYTES);
            byte[] buffer = new byte[BUFFER_BYTES];
            long left = checkpoint.bytes();
            int held = 0;
            while (left > 0) {
                target.write(buffer, 0, held);
                held = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                if (held == 0) {
                    throw new IOException(file + " is cut short");
                }
                left -= held;
            }
            requireSame(file, checkpoint.bytes(), in.readLong());
            requireSame(file, crc.getValue(), in.readLong());
            target.write(buffer, 0, held);
        }
    }

    /**
     * Returns what the log amounts to at a checkpoint.
     *
     * @throws NoSuchFileException if it is there no more
     * @throws IOException if it cannot be read, or is damaged
     */
    public LearnerSnapshot state(Checkpoint checkpoint) throws IOException {
        return head(file(checkpoint.instance())).state();
    }
}
