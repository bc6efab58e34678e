package io.synod.client.cli;

import io.synod.protocol.Bytes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod submit}: a value, or each line of standard input, in order. */
@Command(
        name = "submit",
        description = {
                "Submits VALUE, or each line of standard input, and prints where each was decided:",
                "instance, colon, index among the instance's deliveries, tab, value; '-' for an index that",
                "no learner could tell in time, where values of others come before it in the instance.",
                "Exit status 0 only if all were delivered."
        })
final class SubmitCommand implements Callable<Integer> {

    private static final int BATCH_LINES_MAX = 1_024;
    private static final int OUTSTANDING_MAX = 16_384;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "VALUE",
            description = "The value; without it, standard input.")
    private @Nullable String value;

    @Option(names = {"-q", "--quiet"}, description = "Print no line for what was decided, only the summary.")
    private boolean quiet;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Durations.class,
            description = "After this a value that is not delivered counts as unknown. Default: ${DEFAULT-VALUE}.")
    private Duration deadline = Duration.ofSeconds(30);

    @Option(
            names = {"-o", "--outstanding"},
            paramLabel = "N",
            defaultValue = "4096",
            description = "How many values may be on their way at once. Default: ${DEFAULT-VALUE}.")
    private int outstanding;

    @Option(
            names = {"-p", "--proposer"},
            paramLabel = "ID",
            defaultValue = "0",
            description = "The proposer to begin with. Default: ${DEFAULT-VALUE}.")
    private int proposer;

    private boolean stoppedEarly;

    @Override
    public Integer call() throws IOException {
        if (outstanding < 1 || outstanding > OUTSTANDING_MAX) {
            throw new CommandFailure(
                    ExitStatus.USAGE, "--outstanding is " + outstanding + "; allowed are 1 to " + OUTSTANDING_MAX);
        }
        ClusterFile file = cluster.read();
        SubmitPipeline.Options options = new SubmitPipeline.Options(outstanding, proposer, deadline.toNanos(), quiet);
        PrintWriter err = spec.commandLine().getErr();
        // It belongs to the process, and stays open until that ends.
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        try (SubmitPipeline pipeline = SubmitPipeline.start(file, options, out, err)) {
            @Nullable CommandFailure mistake = submitTo(pipeline);
            SubmitTally tally = pipeline.finish();
            tally.summary().forEach(err::println);
            if (stoppedEarly) {
                err.println(leftOver(pipeline.submitted()));
            }
            if (mistake != null) {
                throw mistake;
            }
            return tally.status().code();
        }
    }

    /** Returns what is wrong with the input, if something is: what was submitted before is waited for all the same. */
    private @Nullable CommandFailure submitTo(SubmitPipeline pipeline) throws IOException {
        String given = value;
        try {
            if (given == null) {
                submitLines(System.in, pipeline);
            } else {
                pipeline.submit(List.of(Bytes.wrap(given.getBytes(StandardCharsets.UTF_8))));
            }
            return null;
        } catch (CommandFailure mistake) {
            return mistake;
        }
    }

    /** Submits lines until the input ends, or until one was not delivered: what follows is not read then. */
    private void submitLines(InputStream in, SubmitPipeline pipeline) throws IOException {
        LineReader reader = new LineReader(in, SubmitPipeline.VALUE_BYTES_MAX);
        while (!pipeline.isFailing()) {
            List<Bytes> lines = reader.next(BATCH_LINES_MAX);
            if (lines.isEmpty()) {
                return;
            }
            pipeline.submit(lines);
        }
        stoppedEarly = true;
    }

    /** What a user must know who wants to go on with the rest of the input. */
    static String leftOver(long submitted) {
        return "synod: stopped there; nothing after line " + submitted + " of the input was submitted";
    }
}
