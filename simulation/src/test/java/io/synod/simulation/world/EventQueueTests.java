package io.synod.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventQueueTests {

    private final EventQueue events = new EventQueue();

    @Test
    void eventsHappenInTheOrderOfTheirTimesAndThenOfTheirScheduling() {
        SeededRandom random = new SeededRandom(7);
        List<long[]> happened = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            long order = i;
            long time = random.between(0, 300);
            events.at(time, () -> happened.add(new long[] {events.nowNanos(), time, order}));
        }

        while (events.step(1_000)) {}

        assertThat(happened).hasSize(2_000);
        for (int i = 0; i < happened.size(); i++) {
            long[] at = happened.get(i);
            assertThat(at[0]).isEqualTo(at[1]);
            if (i > 0) {
                long[] before = happened.get(i - 1);
                assertThat(before[1] < at[1] || (before[1] == at[1] && before[2] < at[2])).isTrue();
            }
        }
        assertThat(events.nowNanos()).isEqualTo(1_000);
    }

    @Test
    void anEventScheduledForThePastHappensNow() {
        events.at(50, () -> events.at(10, () -> assertThat(events.nowNanos()).isEqualTo(50)));

        while (events.step(100)) {}

        assertThat(events.executed()).isEqualTo(2);
    }

    @Test
    void noEventHappensBeyondTheTimeAskedFor() {
        events.at(50, () -> {});

        assertThat(events.step(49)).isFalse();
        assertThat(events.nowNanos()).isEqualTo(49);
        assertThat(events.step(50)).isTrue();
    }
}
