package io.synod.client.cli;

import io.synod.client.Client;
import io.synod.client.ClientSettings;
import io.synod.runtime.LoopUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs a load: opens the sessions, warms up, measures with a line each second, and lets what is under way end. */
final class LoadRunner {

    private static final long CALL_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);
    private static final long OPEN_NANOS_MAX = TimeUnit.SECONDS.toNanos(15);
    private static final long DRAIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
    private static final long POLL_MILLIS = 20;
    private static final int SOAK_SECONDS = 10;

    /** What the loop knows of the load at one moment. */
    private record Progress(int lanesOpened, long unfinished, long resent, long repeated, int acceptors) {}

    private final LoadOptions options;
    private final ClusterFile cluster;
    private final Consumer<String> lines;
    private final LoadStatistics statistics;
    /** Counted down to end the load early. */
    private final CountDownLatch end = new CountDownLatch(1);
    private final ClosedLoopLoad[] loads = new ClosedLoopLoad[1];
    private @Nullable SoakLog soak;
    private Runnable requireFeeds = () -> {};

    /**
     * Makes a run.
     *
     * @param lines takes the line of each second
     */
    LoadRunner(LoadOptions options, ClusterFile cluster, Consumer<String> lines) {
        this.options = options;
        this.cluster = cluster;
        this.lines = lines;
        this.statistics = new LoadStatistics(options.clients);
    }

    /** Adds a line to this log every {@value #SOAK_SECONDS} seconds of the measurement; null for none. */
    void soak(@Nullable SoakLog log) {
        soak = log;
    }

    /** Ends the measurement now, from any thread. */
    void end() {
        end.countDown();
    }

    /**
     * Runs the load.
     *
     * @param warmup how long to run before measuring
     * @param duration how long to measure; null until {@link #end}
     */
    LoadReport run(Duration warmup, @Nullable Duration duration) throws InterruptedException {
        ClientSettings settings = options.settings(cluster);
        try (LoadFeeds feeds = new LoadFeeds(options.subscribe, cluster.access(), statistics);
                ClientProcess process = ClientProcess.start(
                        cluster,
                        (incarnation, random) -> loads[0] = new ClosedLoopLoad(
                                new Client(settings, incarnation, random), statistics, options.outstanding,
                                options.values(), feeds::opened),
                        output -> {})) {
            feeds.attach(loads[0], process.loop());
            requireFeeds = feeds::requireAlive;
            awaitOpen(process);
            end.await(warmup.toMillis(), TimeUnit.MILLISECONDS);
            LoadReport measured = measure(process, duration);
            long left = drain(process);
            return new LoadReport(
                    measured.seconds(),
                    measured.valueBytes(),
                    measured.delivered(),
                    statistics.duplicates() + progress(process).repeated,
                    statistics.lost() + left,
                    statistics.refused(),
                    measured.resent(),
                    measured.latencyNanos());
        }
    }

    private void awaitOpen(ClientProcess process) throws InterruptedException {
        long deadline = System.nanoTime() + OPEN_NANOS_MAX;
        Progress progress = progress(process);
        while (progress.lanesOpened < options.clients && end.getCount() > 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new CommandFailure(
                        ExitStatus.UNREACHABLE,
                        "the cluster opened " + progress.lanesOpened + " of " + options.clients + " sessions in "
                                + TimeUnit.NANOSECONDS.toSeconds(OPEN_NANOS_MAX) + " s; " + progress.acceptors + " of "
                                + cluster.addresses().layout().acceptors() + " acceptors answer");
            }
            end.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            progress = progress(process);
        }
    }

    private LoadReport measure(ClientProcess process, @Nullable Duration duration) throws InterruptedException {
        long resentBefore = progress(process).resent;
        long deliveredBefore = statistics.delivered();
        statistics.takeLatency();
        Histogram all = new Histogram(3);
        Histogram sinceLine = new Histogram(3);
        long start = System.nanoTime();
        long stop = duration == null ? Long.MAX_VALUE : start + duration.toNanos();
        long second = 1;
        long lineNanos = start;
        long lineDelivered = deliveredBefore;
        long now = start;
        while (end.getCount() > 0 && now < stop) {
            long next = Math.min(stop, start + TimeUnit.SECONDS.toNanos(second));
            end.await(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
            now = System.nanoTime();
            process.requireAlive();
            requireFeeds.run();
            Histogram latency = statistics.takeLatency();
            all.add(latency);
            long delivered = statistics.delivered();
            lines.accept(report(now - lineNanos, delivered - lineDelivered, 0, latency).toLine(second));
            sinceLine.add(latency);
            if (soak != null && second % SOAK_SECONDS == 0) {
                soak.add((now - start) / 1e9, delivered - deliveredBefore, sinceLine);
                sinceLine.reset();
            }
            lineNanos = now;
            lineDelivered = delivered;
            second++;
        }
        return report(
                now - start, lineDelivered - deliveredBefore, progress(process).resent - resentBefore, all);
    }

    private LoadReport report(long nanos, long delivered, long resent, Histogram latency) {
        return new LoadReport(nanos / 1e9, options.valueBytes, delivered, 0, 0, 0, resent, latency);
    }

    /** Submits nothing more and waits for the rest; returns how many values have no outcome after all. */
    private long drain(ClientProcess process) throws InterruptedException {
        process.loop().execute((nowNanos, _) -> loads[0].drain());
        long deadline = System.nanoTime() + DRAIN_NANOS_MAX;
        long unfinished = progress(process).unfinished;
        while (unfinished > 0 && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            unfinished = progress(process).unfinished;
        }
        return unfinished;
    }

    private Progress progress(ClientProcess process) {
        process.requireAlive();
        try {
            return process.loop().call((nowNanos, _) -> {
                var view = loads[0].client().view(nowNanos);
                int acceptors = 0;
                for (var acceptor : view.learner().acceptors()) {
                    acceptors += acceptor.registered() ? 1 : 0;
                }
                return new Progress(
                        loads[0].lanesOpened(),
                        loads[0].unfinished(),
                        view.counts().resent(),
                        view.counts().repeated(),
                        acceptors);
            }, CALL_NANOS_MAX);
        } catch (LoopUnavailableException e) {
            throw new CommandFailure(ExitStatus.FAILED, "the client does not answer: " + e.getMessage(), e);
        }
    }
}
