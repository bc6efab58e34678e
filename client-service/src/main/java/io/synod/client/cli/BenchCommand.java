package io.synod.client.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod bench}: a closed loop of values, measured. */
@Command(
        name = "bench",
        description = {
                "Puts the cluster under load and measures it. Each client keeps OUTSTANDING values under way.",
                "A line a second goes to standard error, the result to standard output; Ctrl-C ends it with the result so far."
        })
final class BenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description = "How long to measure. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = Durations.class,
            description = {
                    "How long to run before measuring. Default: ${DEFAULT-VALUE}.",
                    "The client's own code is compiled meanwhile, which with one value after the other takes some 15s."
            })
    private Duration warmup = Duration.ofSeconds(2);

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How to print the result. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = {
                    "Writes every ten seconds the values so far, latencies, and memory and file sizes of the processes,",
                    "of a cluster that was started here."
            })
    private @Nullable Path csv;

    @Override
    public Integer call() throws InterruptedException {
        if (duration.isZero()) {
            throw new CommandFailure(ExitStatus.USAGE, "--duration is 0; allowed are 1ms and more");
        }
        PrintWriter err = spec.commandLine().getErr();
        LoadRunner runner = new LoadRunner(load, cluster.read(), line -> {
            err.println(line);
            err.flush();
        });
        try (SoakLog soak = csv == null ? null : SoakLog.open(csv, cluster.directory());
                EndOnSignal _ = new EndOnSignal(runner::end)) {
            runner.soak(soak);
            LoadReport report = runner.run(warmup, duration);
            PrintWriter out = spec.commandLine().getOut();
            switch (format) {
                case TEXT -> out.print(report.toTable());
                case JSON -> out.println(report.toJson());
            }
            out.flush();
            return status(report).code();
        }
    }

    /** A value lost or delivered twice is a fault of the cluster, a refused one is not. */
    static ExitStatus status(LoadReport report) {
        return report.duplicates() > 0 || report.lost() > 0 || report.delivered() == 0
                ? ExitStatus.FAILED
                : ExitStatus.OK;
    }
}
