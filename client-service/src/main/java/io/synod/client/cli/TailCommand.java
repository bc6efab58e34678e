package io.synod.client.cli;

import io.synod.protocol.NodeId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod tail}: the delivered log, as one learner has it. Of the same log any learner gives the same lines. */
@Command(
        name = "tail",
        description = {
                "Prints the delivered log: instance, colon, index, tab, value; or a JSON object a line.",
                "Any learner prints the same lines for the same part of the log."
        })
final class TailCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Option(
            names = "--from",
            paramLabel = "N|earliest|latest",
            defaultValue = "earliest",
            description = {
                    "Where to begin: an instance, an instance and an index as 42:7, the earliest that is retained, or the",
                    "present. Default: ${DEFAULT-VALUE}."
            })
    private String from = "earliest";

    @Option(names = {"-f", "--follow"}, description = "Go on as values are delivered, until stopped.")
    private boolean follow;

    @Option(names = {"-n", "--limit"}, paramLabel = "COUNT", description = "Stop after so many values.")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = {"-l", "--learner"},
            paramLabel = "ID",
            defaultValue = "0",
            description = "The learner (or replica) to ask. Default: ${DEFAULT-VALUE}.")
    private int learner;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How to print a value. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterFile file = cluster.read();
        if (limit < 0) {
            throw new CommandFailure(ExitStatus.USAGE, "--limit is " + limit + "; allowed are 0 and more");
        }
        Rest rest = rest(file);
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            LogFollower.Options options = new LogFollower.Options(from, follow, limit, format);
            new LogFollower(rest, options, new PlaceWriter(out), spec.commandLine().getErr()).run();
        }
        return ExitStatus.OK.code();
    }

    private Rest rest(ClusterFile file) {
        int learners = file.addresses().layout().learners();
        if (learner < 0 || learner >= learners) {
            throw new CommandFailure(
                    ExitStatus.USAGE, "--learner is " + learner + "; allowed are 0 to " + (learners - 1));
        }
        NodeId node = file.addresses().layout().learner(learner);
        return new Rest(node, file.http(node), file.access());
    }
}
