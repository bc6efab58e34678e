package io.synod.client.cli.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that this launcher started, as its pid file names it. A pid alone may have gone to another process since, so
 * the file also holds a token that stands in the command line, and the time of the start: no process but the one
 * that was started is ever taken for it.
 *
 * @param pid the process id
 * @param token a random text in the process's command line
 * @param startedAt when it started, as the system says
 */
record ServiceProcess(long pid, String token, Instant startedAt) {

    /** The system computes the start from its uptime, whose zero moves a little when the clock is set. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(5);

    /** Returns what a pid file says; null if there is none, or it is damaged. */
    static @Nullable ServiceProcess read(Path pidFile) {
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return new ServiceProcess(Long.parseLong(lines.get(0)), lines.get(1), Instant.parse(lines.get(2)));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException | DateTimeParseException _) {
            return null;
        }
    }

    void write(Path pidFile) throws IOException {
        DataDirectory.replace(pidFile, List.of(String.valueOf(pid), token, startedAt.toString()));
    }

    /** Returns whether the process that was started still runs. */
    boolean isAlive() {
        return handle() != null;
    }

    /** Returns a handle of the process; null when it is gone. */
    @Nullable
    ProcessHandle handle() {
        Optional<ProcessHandle> found = ProcessHandle.of(pid);
        if (found.isEmpty() || !found.get().isAlive()) {
            return null;
        }
        ProcessHandle handle = found.get();
        String commandLine = commandLine(handle);
        return isSame(handle, commandLine) ? handle : null;
    }

    private boolean isSame(ProcessHandle handle, @Nullable String commandLine) {
        if (commandLine == null) {
            return startedThen(handle);
        }
        // A process has no command line either for the moment in which it takes on another program.
        return commandLine.isEmpty() ? !hasEnded(handle) && startedThen(handle) : commandLine.contains(token);
    }

    /** Returns whether a process is gone but for its parent, who has not asked for its status yet. */
    private static boolean hasEnded(ProcessHandle handle) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(handle.pid()), "stat"),
                    StandardCharsets.ISO_8859_1);
            // The name before it, in brackets, may hold anything.
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException _) {
            return true;
        }
    }

    private boolean startedThen(ProcessHandle handle) {
        Optional<Instant> start = handle.info().startInstant();
        return start.isPresent()
                && Duration.between(startedAt, start.get()).abs().compareTo(START_TOLERANCE) < 0;
    }

    /** Returns the command line; empty for a process that has none at the moment; null if the system does not tell. */
    private static @Nullable String commandLine(ProcessHandle handle) {
        Path file = Path.of("/proc", String.valueOf(handle.pid()), "cmdline");
        if (Files.isReadable(file)) {
            try {
                return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            } catch (IOException _) {
                return "";
            }
        }
        return handle.info().arguments().map(arguments -> String.join(" ", arguments)).orElse(null);
    }
}
