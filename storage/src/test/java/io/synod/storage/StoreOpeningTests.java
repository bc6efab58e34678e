package io.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.runtime.StoreUnusableException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StoreOpeningTests {

    private static final Path STORE = Path.of("store");
    private static final long LITTLE = StoreOpening.ROOM_BYTES - 1;

    private int attempts;

    @Test
    void whatFailsOnAFullDiskIsOpenedAgainWhenThereIsRoom() {
        Queue<Long> free = new ArrayDeque<>(List.of(LITTLE, LITTLE, StoreOpening.ROOM_BYTES));

        assertThat(StoreOpening.open(STORE, failing(1), _ -> free.remove())).isEqualTo("opened");

        assertThat(attempts).isEqualTo(2);
        assertThat(free).isEmpty();
    }

    @Test
    void whatFailsWhereThereIsRoomIsNotTriedAgain() {
        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(1), _ -> StoreOpening.ROOM_BYTES))
                .isInstanceOf(StoreUnusableException.class)
                .hasMessage("failure 1");

        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void whatFailsAgainOnceThereIsRoomIsSaid() {
        Queue<Long> free =
                new ArrayDeque<>(List.of(LITTLE, StoreOpening.ROOM_BYTES, StoreOpening.ROOM_BYTES));

        assertThatThrownBy(() -> StoreOpening.open(STORE, failing(2), _ -> free.remove())).hasMessage("failure 2");
    }

    @Test
    void aStoreThatOpensOnAFullDiskIsNotHeldUp() {
        assertThat(StoreOpening.open(STORE, failing(0), _ -> 0)).isEqualTo("opened");
    }

    private Supplier<String> failing(int times) {
        return () -> {
            if (++attempts <= times) {
                throw new StoreUnusableException("failure " + attempts);
            }
            return "opened";
        };
    }
}
