package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the system. */
final class Commands {

    private Commands() {}

    /** How a command ended, and all that it printed. */
    record Ended(int exit, String output) {}

    /** Returns whether a command is on the path. */
    static boolean exists(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** Runs a command in the root of the project to its end. */
    static Ended run(Duration timeMax, List<String> command) {
        try {
            Path output = Files.createTempFile("command", ".out");
            Process process = new ProcessBuilder(command).directory(Synod.root().toFile()).redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(output.toFile()).start();
            if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not within " + timeMax + ": " + command + " " + text(output));
            }
            return new Ended(process.exitValue(), text(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String text(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return text;
    }
}
