package io.synod.client.cli;

import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code synod learner}: the user_app of Kernel_Paxos with {@code -l}, an application that only receives. It reads a
 * learner's WebSocket, prints statistics each second, and asks for a trim every so many instances.
 */
@Command(
        name = "learner",
        description = {
                "Receives every delivered value from a learner until Ctrl-C, or for a time, with a line of statistics each",
                "second and a table at the end; asks acceptors to trim every TRIM instances. A learner that restarts is",
                "connected to again where the connection ended."
        })
final class LearnerCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Option(
            names = {"-l", "--trim-every"},
            paramLabel = "TRIM",
            description = "Ask for a trim every so many instances. Without it, never.")
    private long trimEvery;

    @Option(
            names = {"-d", "--learner"},
            paramLabel = "LEARNER",
            description = {
                    "The learner (or replica), by its id or by the host:port at which it answers over HTTP.",
                    "Default: the cluster's trimmer, or learner 0."
            })
    private @Nullable String learner;

    @Option(
            names = "--from",
            paramLabel = "N|earliest|latest",
            defaultValue = "latest",
            description = "Where to begin, as for 'tail'. Default: ${DEFAULT-VALUE}.")
    private String from = "latest";

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time. Without it, on Ctrl-C.")
    private @Nullable Duration duration;

    @Option(names = "--stats", paramLabel = "FILE", description = "Where to write the lines and the table at the end.")
    private @Nullable Path stats;

    private final CountDownLatch end = new CountDownLatch(1);
    private final Received received = new Received(end);

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (spec.commandLine().getParseResult().hasMatchedOption("-l") && trimEvery < 1) {
            throw new CommandFailure(ExitStatus.USAGE, "--trim-every is " + trimEvery + "; allowed are 1 and more");
        }
        ClusterFile file = cluster.read();
        PeerAddress address =
                LearnerAddress.of(learner == null ? String.valueOf(Math.max(0, file.trimmer())) : learner, file);
        StringBuilder lines = new StringBuilder();
        try (EndOnSignal _ = new EndOnSignal(end::countDown);
                ValueFeed _ = new ValueFeed(address, file.access(), from, null, received);
                TrimEvery trims = new TrimEvery(trimEvery, address, file.access(), spec.commandLine().getErr())) {
            print(trims, lines);
            CommandFailure failure = received.failure;
            if (failure != null) {
                throw failure;
            }
        } finally {
            Path path = stats;
            if (path != null) {
                Files.writeString(path, lines, StandardCharsets.UTF_8);
            }
        }
        return ExitStatus.OK.code();
    }

    private void print(TrimEvery trims, StringBuilder lines) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        long start = System.nanoTime();
        Duration limit = duration;
        long stop = limit == null ? Long.MAX_VALUE : limit.toNanos();
        Totals before = received.totals();
        long lineNanos = start;
        for (long second = 1; end.getCount() > 0 && System.nanoTime() - start < stop; second++) {
            long next = Math.min(stop, TimeUnit.SECONDS.toNanos(second));
            end.await(Math.max(0, start + next - System.nanoTime()), TimeUnit.NANOSECONDS);
            Totals now = received.totals();
            long nowNanos = System.nanoTime();
            String line = now.since(before, (nowNanos - lineNanos) / 1e9).line(second);
            lines.append(line).append('\n');
            out.println(line);
            out.flush();
            trims.delivered(now.instance);
            before = now;
            lineNanos = nowNanos;
        }
        String table = received.totals().since(Totals.NONE, (System.nanoTime() - start) / 1e9).table();
        lines.append(table);
        out.print(table);
        out.flush();
    }

    /** What came so far, or in a time; {@code seconds} is 0 for the former. */
    private record Totals(long values, long bytes, long instance, double seconds) {

        static final Totals NONE = new Totals(0, 0, 0, 0);

        Totals since(Totals before, double time) {
            return new Totals(values - before.values, bytes - before.bytes, instance, time);
        }

        private double perSecond() {
            return seconds <= 0 ? 0 : values / seconds;
        }

        private double mbps() {
            return seconds <= 0 ? 0 : bytes * 8 / 1e6 / seconds;
        }

        String line(long second) {
            return String.format(Locale.ROOT, "%4d s  %,11.0f values/s  %9.2f Mbit/s  instance %,d", second,
                    perSecond(),
                    mbps(), instance);
        }

        String table() {
            return String.format(Locale.ROOT, """
                    values/s   %,15.0f    over %.1f s
                    Mbit/s     %,15.2f
                    received   %,15d
                    instance   %,15d    the last
                    """, perSecond(), seconds, mbps(), values, instance);
        }
    }

    /** Counts what comes; written by the feed's thread, read by another. */
    private static final class Received implements ValueFeed.Sink {

        private final CountDownLatch end;
        private long values;
        private long bytes;
        private long instance;
        private volatile Totals totals = Totals.NONE;
        private volatile @Nullable CommandFailure failure;

        Received(CountDownLatch end) {
            this.end = end;
        }

        @Override
        public void onValue(long valueInstance, int index, ByteBuffer value) {
            values++;
            bytes += value.remaining();
            instance = valueInstance;
        }

        @Override
        public void onBatch() {
            totals = new Totals(values, bytes, instance, 0);
        }

        @Override
        public void onEnd(CommandFailure why) {
            failure = why;
            end.countDown();
        }

        Totals totals() {
            return totals;
        }
    }
}
