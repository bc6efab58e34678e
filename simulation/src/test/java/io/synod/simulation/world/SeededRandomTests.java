package io.synod.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeededRandomTests {

    @Test
    void aSeedGivesTheSameNumbersForEver() {
        SeededRandom random = new SeededRandom(1);

        // Written down once: a change here makes every kept seed another run.
        assertThat(new long[] {random.nextLong(), random.nextLong()})
                .containsExactly(-1041056189838986770L, 834844254806117752L);
    }

    @Test
    void aForkFollowsFromSeedAndLabelAlone() {
        SeededRandom used = new SeededRandom(5);
        used.nextLong();

        assertThat(used.fork("a").nextLong()).isEqualTo(new SeededRandom(5).fork("a").nextLong());
        assertThat(used.fork("a").nextLong()).isNotEqualTo(used.fork("b").nextLong());
    }

    @Test
    void numbersStayWithinTheirBounds() {
        SeededRandom random = new SeededRandom(3);
        for (int i = 0; i < 10_000; i++) {
            assertThat(random.between(-3, 4)).isBetween(-3, 4);
            assertThat(random.between(10L, 10L)).isEqualTo(10);
            assertThat(random.logBetween(10, 1_000_000)).isBetween(10L, 1_000_000L);
            assertThat(random.exponential(100)).isBetween(0L, 800L);
        }
    }
}
