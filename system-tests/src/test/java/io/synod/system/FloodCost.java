package io.synod.system;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a flood of hostile datagrams costs a sealed cluster, as a benchmark that {@code benchmarks/flood-cost} runs: throughput in
 * turns without and with the flood, and the share of the machine's processor time that the flood takes.
 */
final class FloodCost {

    private static final long SEED = 7;
    private static final int WARM_TURNS = 3;
    private static final Duration MARGIN = Duration.ofSeconds(3);
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
        int pairs = Integer.parseInt(args[0]);
        Duration turn = Duration.ofSeconds(Integer.parseInt(args[1]));
        Path directory = Files.createTempDirectory("synod-flood-cost");
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--memory")) {
            new FloodCost(cluster, turn).run(pairs);
        }
    }

    private void run(int pairs) {
        for (int i = 0; i < WARM_TURNS; i++) {
            bench();
        }
        double[] without = new double[pairs];
        double[] with = new double[pairs];
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            without[i] = bench();
            long sentBefore = hostile.sent();
            CompletableFuture<Double> flood = CompletableFuture.supplyAsync(this::flood);
            with[i] = bench();
            double share = flood.join();
            shares.add(share);
            System.out.printf(Locale.ROOT,
                    "%,12.0f values/s without, %,12.0f with %,d hostile datagrams/s, which took %.0f %% of the processors%n",
                    without[i], with[i], (hostile.sent() - sentBefore) / turn.plus(MARGIN).toSeconds(), 100 * share);
        }
        System.out.printf(Locale.ROOT,
                "ratio of the medians %.2f, the flood's share of the processors %.2f, answers %d%n",
                median(with) / median(without), median(shares.stream().mapToDouble(Double::doubleValue).toArray()),
                answers);
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

    /** Returns the share of all processors that this thread took, what the system did for it included. */
    private double flood() {
        long cpuBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Duration time = turn.plus(MARGIN);
        answers += hostile.flood(time, SERVICES.stream().map(cluster::udpPort).toList());
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuBefore;
        return (double) cpu / time.toNanos() / Runtime.getRuntime().availableProcessors();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
