package io.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskWatchTests {

    private final List<Boolean> told = new ArrayList<>();
    private long free = 10_000;
    private boolean heard = true;
    private final DiskWatch watch = new DiskWatch("property", "nothing is written", () -> free, 800, nearlyFull -> {
        told.add(nearlyFull);
        return heard;
    });

    private List<Boolean> lookAt(long... freeBytes) {
        told.clear();
        for (long bytes : freeBytes) {
            free = bytes;
            watch.look();
        }
        return told;
    }

    @Test
    void theRoleIsToldOnceBeforeTheDiskIsFullAndOnceThereIsRoomAgain() {
        assertThat(lookAt(Long.MAX_VALUE, 10_000, 800)).isEmpty();
        assertThat(lookAt(799, 500, 0)).containsExactly(true);
        assertThat(lookAt(800, 899)).as("not at once, so that it does not go to and fro").isEmpty();
        assertThat(lookAt(900, 5_000)).containsExactly(false);
    }

    @Test
    void whatWasNotHeardIsToldAgain() {
        heard = false;
        assertThat(lookAt(10, 10)).containsExactly(true, true);
        heard = true;
        assertThat(lookAt(10, 10)).containsExactly(true);
    }
}
