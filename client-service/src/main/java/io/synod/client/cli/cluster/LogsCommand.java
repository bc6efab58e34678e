package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod logs}: prints the end of a process' log. */
@Command(name = "logs", description = "Prints the last lines of a process' log.")
public final class LogsCommand implements Callable<Integer> {

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(index = "0", paramLabel = "ROLE", description = "${COMPLETION-CANDIDATES}")
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private ServiceKind kind;

    @Parameters(index = "1", paramLabel = "ID", description = "the process' id")
    private int id;

    @Option(names = {"-n", "--lines"}, paramLabel = "N", defaultValue = "100",
            description = "how many lines (default: 100)")
    private int lines;

    @Option(names = {"-f", "--follow"}, description = "go on with what is added, until interrupted")
    private boolean follow;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path log = data.directory().logFile(new ServiceName(kind, id));
        if (!Files.exists(log)) {
            throw new CommandFailure(ExitStatus.USAGE, kind + " " + id + " has no log here (" + log + ")");
        }
        if (lines < 0) {
            throw new CommandFailure(ExitStatus.USAGE, "-n is " + lines + "; allowed are 0 and more");
        }
        LogTail.lines(log, lines).forEach(out::println);
        out.flush();
        if (follow) {
            LogTail.follow(log, out);
        }
        return ExitStatus.OK.code();
    }
}
