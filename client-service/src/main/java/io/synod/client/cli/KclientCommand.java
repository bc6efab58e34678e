package io.synod.client.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code synod client}: the kclient of Kernel_Paxos, and with {@code -s} its user_app with {@code -c}: it runs until it is
 * stopped and prints statistics each second.
 */
@Command(
        name = "client",
        description = {
                "Puts the cluster under load until Ctrl-C, or for a time, with a line of statistics each second",
                "and a table at the end."
        })
final class KclientCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(
            names = {"-s", "--subscribe"},
            paramLabel = "LEARNER",
            description = {
                    "Learn of deliveries as an application does: over the WebSocket of this learner (or replica), given by its",
                    "id, or by the host:port at which it answers over HTTP. Each value carries a stamp for that, so",
                    "VALUE_SIZE is 20 or more. Without it, a learner inside this process tells."
            })
    private @Nullable String subscribe;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time. Without it, on Ctrl-C.")
    private @Nullable Duration duration;

    @Option(
            names = "--stats",
            paramLabel = "FILE",
            description = "Where to write the lines and the table at the end.")
    private @Nullable Path stats;

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        requireWritable();
        StringBuilder lines = new StringBuilder();
        ClusterFile file = cluster.read();
        load.subscribe = subscribe == null ? null : LearnerAddress.of(subscribe, file);
        LoadRunner runner = new LoadRunner(load, file, line -> {
            out.println(line);
            out.flush();
            lines.append(line).append('\n');
        });
        try (EndOnSignal _ = new EndOnSignal(runner::end)) {
            LoadReport report = runner.run(Duration.ZERO, duration);
            out.print(report.toTable());
            out.flush();
            Path path = stats;
            if (path != null) {
                lines.append(report.toTable());
                Files.writeString(path, lines, StandardCharsets.UTF_8);
            }
            return BenchCommand.status(report).code();
        }
    }

    /** Finds out now, and not after the load has run, that what it measures can be written. */
    private void requireWritable() {
        Path path = stats;
        if (path == null) {
            return;
        }
        try {
            Files.writeString(path, "", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--stats cannot be written: " + CommandFailure.text(e), e);
        }
    }
}
