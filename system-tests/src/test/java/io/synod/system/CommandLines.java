package io.synod.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads command lines of processes, whole where the system has {@code /proc}: Java cuts long ones. */
final class CommandLines {

    private CommandLines() {}

    /** Returns the command line; empty for a process that has ended, also while its parent has not waited for it. */
    static String of(ProcessHandle process) {
        Path file = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return process.info().commandLine().orElse("");
        }
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
        } catch (IOException _) {
            return "";
        }
    }
}
