package io.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.ClusterLayout;
import io.synod.simulation.check.Checks;
import io.synod.simulation.option.Options;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.FaultCounts;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.SeededRandom;
import io.synod.simulation.world.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden scenarios: scripts of commands, each followed by what it brought about in a cluster without chance faults. Run with
 * {@code -Dsynod.scenarios.rewrite=true} they are written anew, to be reviewed as a diff.
 *
 * <p>A line that begins with {@code >} is a command: {@code cluster ACCEPTORS PROPOSERS LEARNERS disk|memory} comes first, then
 * {@code run MILLIS}, {@code submit VALUES}, {@code crash HOST MILLIS}, {@code lose HOST MILLIS} (a crash that takes the store along),
 * {@code rejoin HOST} (its acceptor is told to), {@code stop HOST MILLIS}, {@code pause HOST MILLIS}, {@code cut HOST HOST MILLIS} (one way). Lines that begin with {@code #} are
 * comments; all others are the transcript.
 */
class ScenarioTests {

    private static final Path FOLDER = Path.of("src", "test", "resources", "scenarios");
    private static final long MILLIS = 1_000_000L;

    static Stream<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aScenarioGoesAsWritten(Path file) throws IOException {
        List<String> written = Files.readAllLines(file);
        List<String> actual = new ArrayList<>();
        Script script = new Script(actual);
        for (String line : written) {
            if (line.startsWith("#") || line.isBlank()) {
                actual.add(line);
            } else if (line.startsWith(">")) {
                actual.add(line);
                script.execute(line.substring(1).trim().split(" "));
            }
        }
        if (Boolean.getBoolean("synod.scenarios.rewrite")) {
            Files.write(file, actual);
        }
        assertThat(actual).isEqualTo(written);
    }

    /** A cluster under the commands of a script. */
    private static final class Script {

        private final List<String> transcript;
        private final EventQueue events = new EventQueue();
        private @Nullable Cluster cluster;

        Script(List<String> transcript) {
            this.transcript = transcript;
        }

        void execute(String[] words) {
            if (words[0].equals("cluster")) {
                cluster = newCluster(words);
                return;
            }
            Cluster running = Objects.requireNonNull(cluster, "a script begins with the cluster");
            switch (words[0]) {
                case "run" -> run(nanos(words[1]));
                case "submit" -> running.submit(Integer.parseInt(words[1]));
                case "crash" -> running.crash(host(running, words[1]), false, nanos(words[2]));
                case "lose" -> running.crash(host(running, words[1]), true, nanos(words[2]));
                case "rejoin" -> running.tellToRejoin(host(running, words[1]));
                case "stop" -> running.stop(host(running, words[1]), nanos(words[2]));
                case "pause" -> host(running, words[1]).pause(events.nowNanos() + nanos(words[2]));
                case "cut" -> running.cut(host(running, words[1]), host(running, words[2]), nanos(words[3]));
                default -> throw new IllegalArgumentException("unknown command " + words[0]);
            }
        }

        private void run(long nanos) {
            long untilNanos = events.nowNanos() + nanos;
            while (events.step(untilNanos)) {
                // Each event happens as it is taken.
            }
        }

        private static long nanos(String millis) {
            return Long.parseLong(millis) * MILLIS;
        }

        private static Host host(Cluster cluster, String name) {
            return cluster.hosts().stream()
                    .filter(host -> host.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no host " + name));
        }

        private Cluster newCluster(String[] words) {
            ClusterLayout layout = new ClusterLayout(
                    Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]), false);
            Options options = CalmOptions.of(layout, words[4].equals("memory"), CalmOptions.NETWORK);
            Cluster made = new Cluster(
                    options,
                    Roles.GENUINE,
                    events,
                    new SeededRandom(options.seed()),
                    new FaultCounts(),
                    new Checks(),
                    new Trace(events, this::note, false));
            made.start();
            return made;
        }

        /** Leaves out what tells nothing about the order of things, and the fractions of milliseconds. */
        private void note(String line) {
            if (!line.contains("GapRepaired") && !line.contains("Registered[")
                    && !line.contains("SessionOpened[nonce")) {
                transcript.add(line.substring(0, 9) + line.substring(12));
            }
        }
    }
}
