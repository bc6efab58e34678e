package io.synod.learner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.CheckpointRefusedException.Reason;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.StoreFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTests {

    private static final LogId LOG = new LogId(0xABC);

    @TempDir
    private Path directory;

    private LogId log = LOG;

    private CheckpointStore open() {
        return new CheckpointStore(directory, 2, () -> log, () -> Long.MAX_VALUE, () -> 1_000);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private LearnerSnapshot state(long instance) {
        return new LearnerSnapshot(instance, log, Bytes.wrap(random(instance, 500)));
    }

    private Checkpoint put(CheckpointStore store, long instance, int length) throws IOException {
        return store.put(state(instance), new ByteArrayInputStream(random(-instance, length)));
    }

    private static byte[] read(CheckpointStore store, Checkpoint checkpoint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.writeTo(checkpoint, out);
        return out.toByteArray();
    }

    @Test
    void whatWasStoredIsThereWithTheLearnersStateAlsoAfterARestart() throws IOException {
        for (int length : new int[] {0, 1, 65_536, 65_537, 300_000}) {
            Checkpoint stored = put(open(), 7 + length, length);
            CheckpointStore again = open();
            assertThat(again.newest()).isEqualTo(stored).isEqualTo(new Checkpoint(7 + length, LOG, 1_000, length));
            assertThat(read(again, stored)).isEqualTo(random(-7 - length, length));
            assertThat(again.state(stored)).isEqualTo(state(7 + length));
        }
    }

    @Test
    void theNewestFewAreKept() throws IOException {
        CheckpointStore store = open();
        for (long instance : new long[] {10, 30, 20, 40}) {
            put(store, instance, 10);
        }
        assertThat(store.all()).extracting(Checkpoint::instance).containsExactly(30L, 40L);
        assertThat(store.at(20)).isNull();
        assertThat(open().all()).extracting(Checkpoint::instance).containsExactly(30L, 40L);
    }

    /** Its store was emptied, and it joined another log: positions have another meaning there. */
    @Test
    void checkpointsOfAnotherLogCountAsNoneAndAreTheFirstToGo() throws IOException {
        CheckpointStore store = open();
        put(store, 30, 10);
        put(store, 40, 10);
        log = new LogId(0xDEF);
        assertThat(store.newest()).isNull();
        assertThat(store.atOrBelow(35)).isNull();
        assertThat(store.at(30)).isNull();
        assertThat(store.all()).isEmpty();
        Checkpoint first = put(store, 5, 10);
        assertThat(store.newest()).isEqualTo(first);
        Checkpoint second = put(store, 6, 10);
        assertThat(store.all()).containsExactly(first, second);
        requireFiles(2);
        assertThat(open().newest()).isEqualTo(second);
    }

    private static InputStream unread() {
        return new ByteArrayInputStream(new byte[1]) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                throw new AssertionError("it is read");
            }
        };
    }

    private static Condition<Throwable> refused(Reason reason) {
        return new Condition<>(
                thrown -> thrown instanceof CheckpointRefusedException refused && refused.reason() == reason,
                "refused as " + reason);
    }

    private void requireFiles(int count) throws IOException {
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(count);
        }
    }

    @Test
    void aCheckpointThatWouldBeTheFirstToGoIsRefusedBeforeItIsRead() throws IOException {
        CheckpointStore store = open();
        put(store, 20, 10);
        put(store, 30, 10);
        assertThatThrownBy(() -> store.put(state(10), unread())).is(refused(Reason.OUTDATED));
        Checkpoint again = put(store, 20, 11);
        assertThat(store.at(20)).isEqualTo(again);
        requireFiles(2);
    }

    /** Who sends slowly keeps nobody waiting, and is refused when it comes to be the first to go meanwhile. */
    @Test
    void othersAreStoredWhileOneComesIn() throws IOException {
        CheckpointStore store = open();
        InputStream slow = new ByteArrayInputStream(random(1, 10)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                for (long instance : new long[] {20, 30}) {
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return put(store, instance, 10);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }).orTimeout(20, TimeUnit.SECONDS).join();
                }
                return super.read(bytes, offset, length);
            }
        };
        assertThatThrownBy(() -> store.put(state(10), slow)).is(refused(Reason.OUTDATED));
        assertThat(store.all()).extracting(Checkpoint::instance).containsExactly(20L, 30L);
        requireFiles(2);
    }

    /** F06: what is left of the disk belongs to the log. */
    @Test
    void aCheckpointForWhichThereIsNoRoomLeavesNothingBehind() throws IOException {
        CheckpointStore store = new CheckpointStore(directory, 2, () -> log,
                () -> 4_000_000 - StoreFiles.bytesBelow(directory), () -> 1_000);
        assertThatThrownBy(() -> put(store, 10, 6_000_000)).is(refused(Reason.NO_ROOM));
        requireFiles(0);
        Checkpoint small = put(store, 20, 2_000_000);
        assertThatThrownBy(() -> put(store, 30, 2_000_000)).is(refused(Reason.NO_ROOM));
        assertThat(store.newest()).isEqualTo(small);
        requireFiles(1);
    }

    /** F21: one that was not finished is as if it had never been begun. */
    @Test
    void aCheckpointThatBreaksOffLeavesTheOneBefore() throws IOException {
        CheckpointStore store = open();
        Checkpoint before = put(store, 10, 1_000);
        InputStream breaking = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("connection reset");
                }
                int read = Math.min(left, length);
                left -= read;
                return read;
            }
        };
        assertThatThrownBy(() -> store.put(state(20), breaking)).hasMessageContaining("connection reset");
        assertThat(store.newest()).isEqualTo(before);
        requireFiles(1);
        Files.write(directory.resolve("forming-1"), random(1, 100));
        assertThat(open().newest()).isEqualTo(before);
        requireFiles(1);
    }

    @Test
    void aDamagedCheckpointIsNeverHandedOutWhole() throws IOException {
        Checkpoint stored = put(open(), 10, 200_000);
        Path file = file();
        byte[] whole = Files.readAllBytes(file);
        for (int at : new int[] {700, 100_000, whole.length - 12, whole.length - 3}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 8;
            Files.write(file, flipped);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThatThrownBy(() -> open().writeTo(stored, out)).as("byte %s", at).isInstanceOf(IOException.class);
            assertThat(out.size()).isLessThan(200_000);
        }
    }

    private Path file() throws IOException {
        try (var files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    /** A learner would go on from it, and hand it to others. */
    @Test
    void theLearnersStateInADamagedCheckpointIsNeitherServedNorStartedOn() throws IOException {
        CheckpointStore store = open();
        Checkpoint stored = put(store, 10, 1_000);
        byte[] whole = Files.readAllBytes(file());
        for (int at : new int[] {0, 5, 15, 25, 33, 100, 500, 538}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 8;
            Files.write(file(), flipped);
            assertThatThrownBy(() -> store.state(stored)).as("byte %s", at).isInstanceOf(IOException.class)
                    .hasMessageContaining(file() + " is damaged");
            assertThatThrownBy(this::open).as("byte %s", at).isInstanceOf(StoreUnusableException.class)
                    .hasMessageContaining(file() + " is damaged");
        }
    }

    @Test
    void aCheckpointThatIsCutOffRefusesTheStartAndIsNamed() throws IOException {
        put(open(), 10, 1_000);
        byte[] whole = Files.readAllBytes(file());
        for (int length : new int[] {0, 3, 40, 540}) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(this::open).as("%s bytes", length).isInstanceOf(StoreUnusableException.class)
                    .hasMessageContaining(file() + (length < 32 ? " is cut short" : " is damaged"));
        }
    }
}
