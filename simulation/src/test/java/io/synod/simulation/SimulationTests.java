package io.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.simulation.option.Mix;
import io.synod.simulation.option.Options;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTests {

    /** How many seeds a build runs. */
    private static final int SEEDS = Integer.getInteger("synod.simulation.seeds", 1_000);
    private static final int TIGHT_SEEDS = 150;

    @Test
    void nothingGoesWrongInAThousandClusters() {
        Totals totals = SeedRunner.broad().run(1, SEEDS, result -> {});

        System.out.println(totals.describe());
        assertThat(totals.failures()).isEmpty();
        assertThat(totals.seeds()).isEqualTo(SEEDS);
        assertThat(totals.halted()).as("clusters that had to halt").isPositive();
        assertThat(totals.delivered()).isGreaterThan(100L * SEEDS);
        assertThat(totals.faults().nodeFaults()).isGreaterThan(SEEDS);
    }

    /** Where bounds are reached all the time, what is refused or dropped must come again. */
    @Test
    void nothingGoesWrongWhereRoomIsTight() {
        SeedRunner tight = new SeedRunner(Mix.TIGHT, Roles.GENUINE, Runtime.getRuntime().availableProcessors(), false);
        assertThat(tight.run(1, TIGHT_SEEDS, result -> {}).failures()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mix.class)
    void theSameSeedGivesTheSameTrace(Mix mix) {
        for (long seed = 1; seed <= 3; seed++) {
            Options options = Options.draw(seed, mix);
            Result first = Simulation.run(options);
            Result second = Simulation.run(options);

            assertThat(second.traceHash()).as("trace of seed %d", seed).isEqualTo(first.traceHash());
            assertThat(second.events()).isEqualTo(first.events());
            assertThat(second.checks()).isEqualTo(first.checks());
        }
    }

    @Test
    void otherSeedsGiveOtherTraces() {
        assertThat(Simulation.run(Options.draw(1, Mix.BROAD)).traceHash())
                .isNotEqualTo(Simulation.run(Options.draw(2, Mix.BROAD)).traceHash());
    }

    @Test
    void seedsThatOnceFailedPass() throws IOException {
        for (String line : lines("/seeds-that-once-failed.txt")) {
            String[] words = line.split("\\s+", 3);
            Options options = Options.draw(Long.parseLong(words[1]), Mix.valueOf(words[0]));
            assertThat(Simulation.run(options).failure()).as(line).isNull();
        }
    }

    private static List<String> lines(String resource) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(SimulationTests.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
