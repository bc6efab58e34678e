package io.synod.system;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a flood of hostile datagrams costs a sealed cluster, as a benchmark that {@code benchmarks/flood-cost} runs: throughput in
 * turns without it, beside the same datagrams on their way to a socket that nobody reads, which take processor time from
 * the cluster and nothing else, and with the flood; and the share of the machine's processor time that its sender takes.
 */
final class FloodCost {

    private static final long SEED = 7;
    private static final int WARM_TURNS = 3;
    private static final Pattern RATE = Pattern.compile("\"valuesPerSecond\" *: *([0-9.]+)");
    private static final List<String> SERVICES =
            List.of("acceptor-0", "acceptor-1", "acceptor-2", "proposer-0", "learner-0", "client-0");

    private final ProcessCluster cluster;
    private final Duration turn;
    private final HostileDatagrams hostile;
    private int answers;

    private FloodCost(ProcessCluster cluster, Duration turn) {
        this.cluster = cluster;
        this.turn = turn;
        this.hostile = new HostileDatagrams(SEED, Relays.recordASubmit(cluster),
                EnumSet.allOf(HostileDatagrams.Kind.class));
    }

    public static void main(String[] args) throws IOException {
        int rounds = Integer.parseInt(args[0]);
        Duration turn = Duration.ofSeconds(Integer.parseInt(args[1]));
        Path directory = Files.createTempDirectory("synod-flood-cost");
        try (ProcessCluster cluster = ProcessCluster.up(directory, Arrays.copyOfRange(args, 2, args.length));
                DatagramSocket unread = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            new FloodCost(cluster, turn).run(rounds, unread.getLocalPort());
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run(int rounds, int unreadPort) {
        for (int i = 0; i < WARM_TURNS; i++) {
            bench();
        }
        List<Integer> ports = SERVICES.stream().map(cluster::udpPort).toList();
        double[] without = new double[rounds];
        List<Turn> beside = new ArrayList<>();
        List<Turn> with = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            without[i] = bench();
            beside.add(benchBeside(List.of(unreadPort)));
            with.add(benchBeside(ports));
            System.out.printf(Locale.ROOT, "%,12.0f values/s without, %s beside, %s with%n", without[i],
                    beside.getLast().text(), with.getLast().text());
        }
        System.out.printf(Locale.ROOT,
                "medians: beside %.2f of without, with %.2f; the sender took %.2f and %.2f of the processors; answers %d%n",
                median(beside, Turn::rate) / median(without), median(with, Turn::rate) / median(without),
                median(beside, Turn::share), median(with, Turn::share), answers);
    }

    /** A turn of the load beside datagrams that are sent: values a second, datagrams a second, the sender's share. */
    private record Turn(double rate, long datagrams, double share) {

        String text() {
            return String.format(Locale.ROOT, "%,12.0f (%,d datagrams/s, %.0f %% of the processors)", rate, datagrams,
                    100 * share);
        }
    }

    private Turn benchBeside(List<Integer> ports) {
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Flood> flood = CompletableFuture.supplyAsync(() -> flood(isOver::get, ports));
        try {
            double rate = bench();
            isOver.set(true);
            Flood sent = flood.join();
            return new Turn(rate, sent.datagrams(), sent.share());
        } finally {
            isOver.set(true);
        }
    }

    private double bench() {
        String told = cluster.synod()
                .run("bench", "-o", "1000", "--duration", turn.toSeconds() + "s", "--format", "json")
                .requireOk()
                .out();
        Matcher rate = RATE.matcher(told);
        if (!rate.find()) {
            throw new IllegalStateException("bench tells no rate: " + told);
        }
        return Double.parseDouble(rate.group(1));
    }

    /** Datagrams a second, and the share of all processors that the sender took, what the system did for it included. */
    private record Flood(long datagrams, double share) {}

    private Flood flood(BooleanSupplier isOver, List<Integer> ports) {
        long sentBefore = hostile.sent();
        long cpuBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long begunNanos = System.nanoTime();
        answers += hostile.flood(isOver, ports);
        double nanos = System.nanoTime() - begunNanos;
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuBefore;
        return new Flood((long) ((hostile.sent() - sentBefore) * 1e9 / nanos),
                cpu / nanos / Runtime.getRuntime().availableProcessors());
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> of) {
        return median(turns.stream().mapToDouble(of).toArray());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
