package io.synod.client.cli.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * A rule of the firewall that drops datagrams on the loopback interface until closed, or until this process ends. Needs root and
 * {@code iptables}.
 */
public final class DatagramDrop implements AutoCloseable {

    private static final Path IPTABLES = Path.of("/usr/sbin/iptables");
    private static final int COMMAND_SECONDS_MAX = 10;

    private final String ports;
    private final List<String> rule;
    private final AtomicBoolean removed = new AtomicBoolean();
    private final Thread hook = new Thread(this::remove, "remove firewall rule");

    private DatagramDrop(String ports, List<String> matches) {
        this.ports = ports;
        rule = new ArrayList<>(List.of("INPUT", "-i", "lo", "-p", "udp"));
        rule.addAll(matches);
        rule.addAll(List.of("-j", "DROP"));
        iptables("-I");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private DatagramDrop(List<String> ports) {
        this(String.join(" ", ports), ports);
    }

    /** Returns whether this process may set such rules. */
    public static boolean isPossible() {
        return Files.isExecutable(IPTABLES) && run(List.of(IPTABLES.toString(), "-n", "-L", "INPUT")).exit() == 0;
    }

    /**
     * Drops datagrams to some ports at random.
     *
     * @param ports at most 15
     */
    public static DatagramDrop toPorts(List<Integer> ports, double probability) {
        String list = ports.stream().map(String::valueOf).collect(Collectors.joining(","));
        return new DatagramDrop("--dports " + list,
                List.of("-m", "multiport", "--dports", list, "-m", "statistic", "--mode", "random",
                        "--probability", String.format(Locale.ROOT, "%.4f", probability)));
    }

    /** Drops all datagrams to a port. */
    public static DatagramDrop to(int port) {
        return new DatagramDrop(List.of("--dport", String.valueOf(port)));
    }

    /** Drops all datagrams from a port. */
    public static DatagramDrop from(int port) {
        return new DatagramDrop(List.of("--sport", String.valueOf(port)));
    }

    /** Drops all datagrams from one port to another. */
    public static DatagramDrop between(int from, int to) {
        return new DatagramDrop(List.of("--sport", String.valueOf(from), "--dport", String.valueOf(to)));
    }

    /** Returns how many datagrams were dropped by all rules for the ports of this one. */
    public long dropped() {
        String list = run(List.of(IPTABLES.toString(), "-w", "5", "-v", "-S", "INPUT")).output();
        return list.lines().filter(line -> line.contains(" " + ports + " ")).mapToLong(DatagramDrop::packets).sum();
    }

    /** The line holds {@code -c PACKETS BYTES}. */
    private static long packets(String line) {
        int at = line.indexOf(" -c ");
        return at < 0 ? 0 : Long.parseLong(line.substring(at + 4).split(" ")[0]);
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // This process ends.
        }
    }

    private void remove() {
        if (!removed.getAndSet(true)) {
            iptables("-D");
        }
    }

    private void iptables(String action) {
        List<String> command = new ArrayList<>(List.of(IPTABLES.toString(), "-w", "5", action));
        command.addAll(rule);
        Ended ended = run(command);
        if (ended.exit() != 0) {
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
