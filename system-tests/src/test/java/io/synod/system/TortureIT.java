package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of every kind under load, and the whole history checked afterwards (rules S7, S8, S9, L1). */
class TortureIT {

    private static final String MINUTES = "1.25";
    private static final Duration RUN_MAX = Duration.ofMinutes(5);
    private static final int SEEDS = 1_000_000;

    @TempDir
    private Path directory;

    @Test
    void nothingIsLostOrDoubledWithASeedThatIsAlwaysTheSame() {
        torture(1);
    }

    /** The seed is in the build's output. */
    @Test
    void norWithASeedOfThisRunAlone() {
        torture(ThreadLocalRandom.current().nextInt(SEEDS));
    }

    private void torture(int seed) {
        System.err.println("TortureIT: seed " + seed);
        Synod.Result result = new Synod(directory)
                .run(RUN_MAX, "torture", "--minutes", MINUTES, "--seed", String.valueOf(seed));
        assertThat(result.exit()).as("seed %s: %s%s", seed, result.out(), result.err()).isZero();
        assertThat(result.out()).contains("seed " + seed + ": nothing went wrong");
    }
}
