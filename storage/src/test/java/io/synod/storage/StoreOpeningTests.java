package io.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.runtime.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreOpeningTests {

    private static final Path STORE = Path.of("store");
    private static final long LITTLE = StoreOpening.ROOM_BYTES - 1;
    private static final long ENOUGH = StoreOpening.ROOM_BYTES;

    /** Tells what a test gives it, and does not wait. */
    private static final class Disk implements StoreOpening.Room {

        private final Queue<Long> free;
        private int pauses;
        private boolean ending;

        Disk(Long... free) {
            this.free = new ArrayDeque<>(Arrays.asList(free));
        }

        @Override
        public long freeBytes(Path path) {
            return free.remove();
        }

        @Override
        public void pause() throws InterruptedException {
            pauses++;
            if (ending) {
                throw new InterruptedException();
            }
        }
    }

    private int attempts;

    @Test
    void whatFailsOnAFullDiskIsOpenedAgainWhenThereIsRoom() {
        Disk disk = new Disk(LITTLE, LITTLE, LITTLE, ENOUGH);

        assertThat(StoreOpening.open(STORE, failing(1, new IOException("EIO")), disk)).isEqualTo("opened");

        assertThat(attempts).isEqualTo(2);
        assertThat(disk.free).isEmpty();
    }

    /** As when there was room again before anybody looked. */
    @Test
    void aDiskThatTheEngineFoundFullIsTriedAgainHoweverMuchRoomThereIs() {
        Disk disk = new Disk(ENOUGH, ENOUGH);

        assertThat(StoreOpening.open(STORE, failing(2, new DiskFullException("full", new IOException())), disk))
                .isEqualTo("opened");

        assertThat(disk.pauses).isEqualTo(2);
    }

    @Test
    void whatFailsWhereThereIsRoomIsNotTriedAgain() {
        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(1, new IOException("EIO")), new Disk(ENOUGH)))
                .isInstanceOf(StoreUnusableException.class)
                .hasMessage("failure 1");

        assertThat(attempts).isEqualTo(1);
    }

    /** A store that another process holds, or that is another's, or has lost something, is no better for room. */
    @Test
    void whatWasReadAndFoundWrongIsNotTriedAgainOnAFullDisk() {
        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(1, null), new Disk())).hasMessage("failure 1");
        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(2, new NumberFormatException()), new Disk()))
                .hasMessage("failure 2");
    }

    @Test
    void whatFailsAgainOnceThereIsRoomIsSaid() {
        Disk disk = new Disk(LITTLE, ENOUGH, ENOUGH);

        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(2, new IOException("EIO")), disk))
                .hasMessage("failure 2");
    }

    @Test
    void aStoreThatOpensOnAFullDiskIsNotHeldUp() {
        assertThat(StoreOpening.open(STORE, failing(0, null), new Disk())).isEqualTo("opened");
    }

    @Test
    void whoEndsTheWaitIsNotToldThatTheStoreIsDamaged() {
        Disk disk = new Disk(LITTLE, LITTLE);
        disk.ending = true;

        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(1, new IOException("EIO")), disk))
                .hasMessageContaining("told to end while it waited for room")
                .hasMessageContaining("the store is as it was");

        assertThat(Thread.interrupted()).isTrue();
    }

    private Supplier<String> failing(int until, @Nullable Throwable cause) {
        return () -> {
            if (++attempts <= until) {
                throw new StoreUnusableException("failure " + attempts, cause);
            }
            return "opened";
        };
    }
}
