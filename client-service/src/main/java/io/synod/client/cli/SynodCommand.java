package io.synod.client.cli;

import io.synod.client.cli.cluster.DemoCommand;
import io.synod.client.cli.cluster.LogsCommand;
import io.synod.client.cli.cluster.SimulateCommand;
import io.synod.client.cli.cluster.StartCommand;
import io.synod.client.cli.cluster.StatusCommand;
import io.synod.client.cli.cluster.StopCommand;
import io.synod.client.cli.cluster.UpCommand;
import io.synod.client.cli.torture.TortureCommand;
import io.synod.config.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The top of the command line, {@code synod}. A command is a {@code Callable<Integer>} that answers an {@link ExitStatus}'
 * code, prints results on its spec's {@code commandLine().getOut()} and everything else on {@code getErr()}, and throws
 * {@link CommandFailure} for what a user can understand.
 */
@Command(
        name = "synod",
        description = "An ordered, replicated log: start a cluster, submit values, read what was decided.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = SynodCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        subcommands = {DemoCommand.class, UpCommand.class, StartCommand.class, StopCommand.class, StatusCommand.class,
                LogsCommand.class, SubmitCommand.class, TailCommand.class, TrimCommand.class,
                RejoinCommand.class, KeygenCommand.class, BenchCommand.class, KclientCommand.class,
                LearnerCommand.class,
                SimulateCommand.class, TortureCommand.class,
                FailoverCommand.class, TokenCommand.class, HelpCommand.class})
public final class SynodCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** Returns the whole command line, ready to execute. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new SynodCommand());
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> reportFailure(failure, command));
        commandLine.setParameterExceptionHandler((mistake, args) -> reportMistake(mistake));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        describeExitStatuses(commandLine);
        return commandLine;
    }

    private static int reportFailure(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (failure instanceof CommandFailure known) {
            err.println("synod: " + known.getMessage());
            return known.status().code();
        }
        if (failure instanceof ConfigurationException wrong) {
            err.println("synod: in the cluster file, " + wrong.getMessage());
            return ExitStatus.USAGE.code();
        }
        if (failure instanceof IOException io) {
            return reportIoFailure(io, err);
        }
        err.println("synod: " + failure);
        failure.printStackTrace(err);
        return ExitStatus.FAILED.code();
    }

    /** What the system refuses is a user's to mend; that whoever read the output has gone is nothing to report. */
    private static int reportIoFailure(IOException failure, PrintWriter err) {
        if ("Broken pipe".equals(failure.getMessage())) {
            return ExitStatus.OUTPUT_CLOSED.code();
        }
        err.println("synod: " + CommandFailure.text(failure));
        return ExitStatus.FAILED.code();
    }

    private static int reportMistake(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        command.getErr().println("synod: " + mistake.getMessage());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitStatus.USAGE.code();
    }

    private static void describeExitStatuses(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.exitCodeListHeading("%nExit status:%n");
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeList(ExitStatus.meanings());
        }
        command.getSubcommands().values().forEach(SynodCommand::describeExitStatuses);
    }

    /** Says which build this is, from the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            @Nullable String version = SynodCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                    "synod " + (version == null ? "(development build)" : version),
                    "Java " + Runtime.version()
            };
        }
    }
}
