package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTests {

    @TempDir
    private Path directory;

    @Test
    void theLastLinesAreThoseAtTheEnd() throws IOException {
        Path file = directory.resolve("log");
        Files.write(file, IntStream.rangeClosed(1, 200_000).mapToObj(i -> "line " + i).toList());
        assertThat(LogTail.lines(file, 2)).containsExactly("line 199999", "line 200000");
        assertThat(LogTail.lines(file, 0)).isEmpty();
    }

    @Test
    void aFileWithFewerLinesIsTakenWhole() throws IOException {
        Path file = directory.resolve("log");
        Files.write(file, List.of("one", "two"));
        assertThat(LogTail.lines(file, 10)).containsExactly("one", "two");
    }

    @Test
    void aMissingFileHasNoLines() {
        assertThat(LogTail.lines(directory.resolve("none"), 10)).isEmpty();
    }
}
