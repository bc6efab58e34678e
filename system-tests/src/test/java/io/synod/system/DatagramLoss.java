package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A firewall rule that drops datagrams at random, on the loopback interface and to given ports alone. */
final class DatagramLoss implements AutoCloseable {

    private static final Path IPTABLES = Path.of("/usr/sbin/iptables");
    private static final int COMMAND_SECONDS_MAX = 10;

    private final List<String> rule;
    private final Thread hook = new Thread(this::remove, "remove firewall rule");

    private DatagramLoss(List<String> rule) {
        this.rule = rule;
        iptables("-I", 0);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns whether this process may set such rules. */
    static boolean isPossible() {
        return Files.isExecutable(IPTABLES) && run(List.of(IPTABLES.toString(), "-n", "-L", "INPUT")).exit() == 0;
    }

    /**
     * Drops datagrams to a range of ports until closed.
     *
     * @param probability of each to be dropped
     */
    static DatagramLoss toPorts(int first, int last, double probability) {
        return new DatagramLoss(
                List.of("INPUT", "-i", "lo", "-p", "udp", "--dport", first + ":" + last, "-m", "statistic",
                        "--mode", "random", "--probability", String.valueOf(probability), "-j", "DROP"));
    }

    /** Returns how many datagrams were dropped by all rules of this kind. */
    long dropped() {
        String list = run(List.of(IPTABLES.toString(), "-n", "-v", "-x", "-L", "INPUT")).output();
        String ports = "dpts:" + rule.get(6);
        return list.lines().filter(line -> line.contains(ports))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[0]))
                .sum();
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void remove() {
        iptables("-D", 0);
    }

    private void iptables(String action, int exit) {
        List<String> command = new ArrayList<>(List.of(IPTABLES.toString(), action));
        command.addAll(rule);
        Ended ended = run(command);
        if (ended.exit() != exit) {
            throw new IllegalStateException(command + ": " + ended);
        }
    }

    private record Ended(int exit, String output) {}

    private static Ended run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            return new Ended(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
