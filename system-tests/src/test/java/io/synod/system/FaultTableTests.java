package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of faults in {@code docs/testing.md} names tests that exist. */
class FaultTableTests {

    private static final Path ROOT = Path.of("..");
    private static final Path SCENARIOS = ROOT.resolve("simulation/src/test/resources/scenarios");
    private static final Pattern ROW = Pattern.compile("\\| (F\\d\\d) \\|.*\\| ([^|]*) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern SCENARIO = Pattern.compile("scenario `([\\w-]+)`");
    private static final int FAULTS = 28;

    @Test
    void everyFaultHasATestThatExists() throws IOException {
        Map<String, List<Path>> sources = testSources();
        List<String> rows = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/testing.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(row.group(1));
                requireTests(row.group(1), row.group(2), sources);
            }
        }
        assertThat(rows)
                .isEqualTo(IntStream.rangeClosed(1, FAULTS).mapToObj(fault -> "F%02d".formatted(fault)).toList());
    }

    private static void requireTests(String fault, String tests, Map<String, List<Path>> sources) {
        int count = 0;
        for (Matcher test = TEST.matcher(tests); test.find(); count++) {
            String method = "void " + test.group(2) + "(";
            assertThat(sources.getOrDefault(test.group(1) + ".java", List.of()))
                    .as("%s names %s", fault, test.group()).anyMatch(file -> text(file).contains(method));
        }
        for (Matcher scenario = SCENARIO.matcher(tests); scenario.find(); count++) {
            assertThat(SCENARIOS.resolve(scenario.group(1) + ".txt")).as(fault).exists();
        }
        assertThat(count).as("tests of %s", fault).isPositive();
    }

    /** The test sources of all modules, by file name. */
    private static Map<String, List<Path>> testSources() throws IOException {
        Map<String, List<Path>> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path folder : modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(
                            file -> sources.computeIfAbsent(file.getFileName().toString(), _ -> new ArrayList<>())
                                    .add(file));
                }
            }
        }
        return sources;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
