package io.synod.client.cli;

import io.synod.client.Client;
import io.synod.client.ClientSettings;
import io.synod.client.cli.cluster.OwnCluster;
import io.synod.client.cli.cluster.Progress;
import io.synod.client.cli.cluster.ServiceKind;
import io.synod.client.cli.cluster.ServiceName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod failover}: for how long nothing is decided when the leader is killed, measured under load. A benchmark, not listed by help. */
@Command(
        name = "failover",
        hidden = true,
        description = {
                "Kills the leader of a cluster of its own again and again under load, with default settings, and measures for how",
                "long nothing was delivered each time. Exit status 0 only if that was less than a second every time."
        })
final class FailoverCommand implements Callable<Integer> {

    /** Without trims acceptors are full after some thirty kills. */
    private static final List<String> PROPERTIES = List.of("paxos.learner.can-trim=true");

    private static final long WAIT_SECONDS_MAX = 60;
    private static final long POLL_MILLIS = 10;
    private static final int VALUE_BYTES = 64;
    private static final double PAUSE_SECONDS_MAX = 1;
    private static final int SEVERAL = 1_000;

    @Option(names = "--kills", paramLabel = "N", defaultValue = "100",
            description = "How often the leader is killed. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(names = {"-o", "--outstanding"}, paramLabel = "N", defaultValue = "100",
            description = "How many values are under way at all times. Default: ${DEFAULT-VALUE}.")
    private int outstanding;

    @Option(names = "--proposers", paramLabel = "N", defaultValue = "2",
            description = "How many proposers there are. Default: ${DEFAULT-VALUE}.")
    private int proposers;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        OwnCluster cluster = OwnCluster.prepare("failover", 3, proposers, 1, PROPERTIES, progress);
        Thread undo = new Thread(cluster::close, "stop the cluster");
        Runtime.getRuntime().addShutdownHook(undo);
        Histogram pauses = new Histogram(3);
        try (OwnCluster running = cluster) {
            running.startAll(WAIT_SECONDS_MAX);
            measure(running, pauses);
        }
        Runtime.getRuntime().removeShutdownHook(undo);
        cluster.delete();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT,
                "leader killed %d times; nothing delivered for, in ms: min %.0f, p50 %.0f, p90 %.0f, max %.0f%n", kills,
                pauses.getMinValue() / 1e6, pauses.getValueAtPercentile(50) / 1e6,
                pauses.getValueAtPercentile(90) / 1e6, pauses.getMaxValue() / 1e6);
        out.flush();
        return (pauses.getMaxValue() / 1e9 < PAUSE_SECONDS_MAX ? ExitStatus.OK : ExitStatus.FAILED).code();
    }

    private void measure(OwnCluster cluster, Histogram pauses) throws InterruptedException {
        ClusterFile file = cluster.file();
        LoadStatistics statistics = new LoadStatistics(1);
        ClientSettings settings = file.clientSettings().withWindow(outstanding, 16L << 20).withLocates(false);
        LoadValues values = new LoadValues(VALUE_BYTES, false, 1, outstanding);
        try (ClientProcess process = ClientProcess.start(file, (incarnation, random) -> new ClosedLoopLoad(
                new Client(settings, incarnation, random), statistics, outstanding, values, (_, _) -> {}), _ -> {})) {
            awaitMore(statistics);
            for (int i = 1; i <= kills; i++) {
                process.requireAlive();
                long pauseNanos = kill(cluster, statistics);
                pauses.recordValue(pauseNanos);
                spec.commandLine().getErr().printf(Locale.ROOT, "%d: %.0f ms%n", i, pauseNanos / 1e6);
                spec.commandLine().getErr().flush();
            }
        }
    }

    /** Kills the leader once, and brings it back. Returns the longest time in which nothing was delivered meanwhile. */
    private static long kill(OwnCluster cluster, LoadStatistics statistics) throws InterruptedException {
        ServiceName leader = awaitLeader(cluster, null);
        statistics.takeLongestPauseNanos();
        cluster.kill(List.of(leader));
        awaitLeader(cluster, leader);
        awaitMore(statistics);
        long pauseNanos = statistics.takeLongestPauseNanos();
        cluster.start(leader);
        await("all proposers", () -> cluster.services().stream()
                .filter(service -> service.kind() == ServiceKind.PROPOSER)
                .allMatch(service -> cluster.get(service, "/actuator/health/readiness") != null));
        awaitMore(statistics);
        return pauseNanos;
    }

    private static ServiceName awaitLeader(OwnCluster cluster, @Nullable ServiceName not) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (System.nanoTime() - deadline < 0) {
            ServiceName leader = cluster.leader();
            if (leader != null && !leader.equals(not)) {
                return leader;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new CommandFailure(ExitStatus.FAILED, "no leader within " + WAIT_SECONDS_MAX + " s");
    }

    private static void awaitMore(LoadStatistics statistics) throws InterruptedException {
        long enough = statistics.delivered() + SEVERAL;
        await("deliveries", () -> statistics.delivered() >= enough);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new CommandFailure(ExitStatus.FAILED, "no " + what + " within " + WAIT_SECONDS_MAX + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
