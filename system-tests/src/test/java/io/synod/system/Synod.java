package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The script {@code synod} as a user runs it, with a data directory of its own. It never builds: what is tested is what the
 * build has packaged.
 */
final class Synod {

    private static final Path ROOT = Path.of(property("synod.root"));
    private static final String VERSION = property("synod.version");
    private static final Duration COMMAND_MAX = Duration.ofMinutes(2);

    private final Path directory;
    private final Map<String, String> environment;
    private int commands;

    /** @param directory an empty directory, where commands run; the cluster's data lie in {@code data} below it */
    Synod(Path directory) {
        this(directory, Map.of());
    }

    /** @param environment variables that commands, and what they start, see besides those of this process */
    Synod(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /** What a command did. */
    record Result(int exit, String out, String err) {

        /** Fails the test unless the command ended with status 0. */
        Result requireOk() {
            assertThat(exit).as("exit status; err: %s out: %s", err, out).isZero();
            return this;
        }
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set; failsafe sets it");
        }
        return value;
    }

    /** The root of the project. */
    static Path root() {
        return ROOT;
    }

    /** Where the jar of a service is that {@code java -jar} runs. */
    static Path executableJar(String role) {
        return ROOT.resolve(role + "-service/target/synod-" + role + "-service-" + VERSION + "-exec.jar");
    }

    Path data() {
        return directory.resolve("data");
    }

    Path directory() {
        return directory;
    }

    /** Runs a command to its end. */
    Result run(String... arguments) {
        return run(COMMAND_MAX, arguments);
    }

    Result run(Duration timeMax, String... arguments) {
        return start(Redirect.from(Path.of("/dev/null").toFile()), arguments).await(timeMax);
    }

    /** Starts a command that reads what the test writes to {@code process().getOutputStream()}. */
    Running startWithPipe(String... arguments) {
        return start(Redirect.PIPE, arguments);
    }

    private Running start(Redirect input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("synod").toString()));
        command.addAll(List.of(arguments));
        int number = ++commands;
        Path out = directory.resolve("command-" + number + ".out");
        Path err = directory.resolve("command-" + number + ".err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectInput(input)
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("SYNOD_BUILD", "skip");
        builder.environment().remove("SYNOD_DATA");
        builder.environment().putAll(environment);
        try {
            return new Running(builder.start(), String.join(" ", arguments), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command under way. */
    record Running(Process process, String command, Path outFile, Path errFile) {

        Result await(Duration timeMax) {
            try {
                if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("synod " + command + " took more than " + timeMax + "; err: " + err());
                }
                return new Result(process.exitValue(), out(), err());
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }

        String out() {
            return text(outFile);
        }

        String err() {
            return text(errFile);
        }

        private static String text(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
