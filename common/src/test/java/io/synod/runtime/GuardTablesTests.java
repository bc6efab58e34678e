package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The tables behind the guard, against plain models of them. */
class GuardTablesTests {

    @Test
    void theReplayWindowTakesEachSequenceOnce() {
        int accepted = 0;
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            ReplayWindow window = new ReplayWindow();
            long floor = random.nextInt(100_000);
            window.beginAfter(floor);
            TreeSet<Long> seen = new TreeSet<>();
            long highest = floor;
            for (int i = 0; i < 5_000; i++) {
                long sequence =
                        switch (random.nextInt(10)) {
                            case 0 -> highest + random.nextInt(2 * ReplayWindow.WIDTH);
                            case 1 -> Math.max(1, highest - random.nextInt(2 * ReplayWindow.WIDTH));
                            default -> Math.max(1, highest - 20 + random.nextInt(40));
                        };
                boolean fresh = sequence > floor && sequence > highest - ReplayWindow.WIDTH && seen.add(sequence);
                highest = Math.max(highest, fresh ? sequence : 0);
                assertThat(window.accept(sequence)).as("seed %s, %s of %s", seed, sequence, highest).isEqualTo(fresh);
                accepted += fresh ? 1 : 0;
            }
        }
        assertThat(accepted).isGreaterThan(100_000);
    }

    @Test
    void theReplayWindowTakesTheHighestSequence() {
        ReplayWindow window = new ReplayWindow();
        window.beginAfter(3);
        assertThat(window.accept(Long.MAX_VALUE)).isTrue();
        assertThat(window.accept(Long.MAX_VALUE)).isFalse();
        assertThat(window.accept(Long.MAX_VALUE - 1)).isTrue();
        assertThat(window.accept(4)).isFalse();
    }

    @Test
    void leftIncarnationsAreRememberedUpToABound() {
        LeftIncarnations left = new LeftIncarnations();
        for (long incarnation = 1; incarnation <= LeftIncarnations.MAX; incarnation++) {
            assertThat(left.contains(incarnation)).isFalse();
            left.add(incarnation);
            assertThat(left.contains(incarnation)).isTrue();
            assertThat(left.contains(1)).isTrue();
        }
        left.add(-1);
        assertThat(left.contains(-1)).isTrue();
        assertThat(left.contains(1)).isFalse();
        assertThat(left.contains(2)).isTrue();
    }

    @Test
    void theClientTableForgetsTheLongestSilentClient() {
        Random random = new Random(5);
        int clientsMax = 300;
        ClientTable table = new ClientTable(clientsMax);
        Map<Long, Peer> model = new LinkedHashMap<>(16, 0.75f, true);
        for (int i = 0; i < 200_000; i++) {
            long incarnation = 1L + random.nextInt(450);
            Peer client = table.find(incarnation);
            assertThat(client).isEqualTo(model.get(incarnation));
            if (client != null) {
                table.heard(client);
            } else {
                if (model.size() == clientsMax) {
                    Iterator<Peer> silent = model.values().iterator();
                    silent.next();
                    silent.remove();
                }
                model.put(incarnation, table.add(incarnation));
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        assertThat(table.size()).isEqualTo(clientsMax);
    }
}
