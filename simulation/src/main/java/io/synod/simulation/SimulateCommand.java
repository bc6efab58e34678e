package io.synod.simulation;

import io.synod.simulation.check.Failure;
import io.synod.simulation.option.Mix;
import io.synod.simulation.option.Options;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the simulation. */
@Command(
        name = "synod simulate",
        description = "Runs simulated clusters under faults and checks every rule. What happens follows from the seed.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
                "0:all seeds passed",
                "2:wrong command line",
                SimulateCommand.CRASH + ":a role failed",
                SimulateCommand.SAFETY + ":a rule that must always hold was broken",
                SimulateCommand.LIVENESS + ":a healed cluster made no progress"
        })
public final class SimulateCommand implements Callable<Integer> {

    /** Exit status: a role failed. */
    public static final int CRASH = 20;

    /** Exit status: a rule that must always hold was broken. */
    public static final int SAFETY = 21;

    /** Exit status: a healed cluster made no progress. */
    public static final int LIVENESS = 22;

    private static final long PROGRESS_NANOS = 1_000_000_000L;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1000",
            description = "How many seeds to run (default: ${DEFAULT-VALUE}).")
    private long seeds;

    @Option(names = "--seed", paramLabel = "S", description = "Runs this seed alone and prints its options.")
    private @Nullable Long seed;

    @Option(names = "--first", paramLabel = "S", defaultValue = "1",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long first;

    @Option(names = "--mix", defaultValue = "BROAD",
            description = "What seeds are drawn from: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Mix mix = Mix.BROAD;

    @Option(names = "--threads", paramLabel = "N",
            description = "How many seeds run at a time (default: one a processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--keep-going", description = "Runs all seeds, also after one has failed.")
    private boolean keepGoing;

    @Option(names = "--trace", description = "With --seed: prints what happens in the run.")
    private boolean trace;

    @Option(names = "--messages", description = "With --trace: prints each message too.")
    private boolean messages;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** Returns the command line, ready to execute. */
    public static CommandLine commandLine() {
        return new CommandLine(new SimulateCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() {
        if (seeds < 1 || threads < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds and --threads must be 1 or more");
        }
        if (trace && seed == null) {
            throw new ParameterException(spec.commandLine(), "--trace needs --seed");
        }
        if (messages && !trace) {
            throw new ParameterException(spec.commandLine(), "--messages needs --trace");
        }
        return seed != null ? one(seed) : many();
    }

    private int one(long chosen) {
        PrintWriter out = spec.commandLine().getOut();
        Options options = Options.draw(chosen, mix);
        out.println("seed " + chosen + ", mix " + mix.name().toLowerCase(Locale.ROOT));
        out.println(options.describe());
        Result result = Simulation.run(options, Roles.GENUINE, trace ? out::println : null, messages);
        Totals totals = new Totals();
        totals.add(result);
        out.println(totals.describe());
        out.printf("trace hash:      %016x%n", result.traceHash());
        out.flush();
        return report(totals);
    }

    private int many() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        long startNanos = System.nanoTime();
        long[] nextNanos = {startNanos + PROGRESS_NANOS};
        long[] done = {0};
        Totals totals = new SeedRunner(mix, Roles.GENUINE, threads, keepGoing).run(first, seeds, result -> {
            done[0]++;
            if (System.nanoTime() >= nextNanos[0]) {
                nextNanos[0] = System.nanoTime() + PROGRESS_NANOS;
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                err.printf(Locale.ROOT, "%,d of %,d seeds, %.1f a second%n", done[0], seeds, done[0] / seconds);
                err.flush();
            }
        });
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        out.println(totals.describe());
        out.printf(Locale.ROOT, "took:            %.1f s, %.1f seeds a second%n", seconds, totals.seeds() / seconds);
        out.flush();
        return report(totals);
    }

    private int report(Totals totals) {
        PrintWriter out = spec.commandLine().getOut();
        int status = CommandLine.ExitCode.OK;
        for (Result failed : totals.failures()) {
            Failure failure = failed.failure();
            if (failure == null) {
                continue;
            }
            out.println();
            out.println("seed " + failed.options().seed() + " failed: "
                    + failure.kind().name().toLowerCase(Locale.ROOT) + ": " + failure.getMessage());
            if (failure.kind() == Failure.Kind.CRASH && failure.getCause() != null) {
                failure.getCause().printStackTrace(out);
            }
            out.println("replay with: ./synod simulate --seed " + failed.options().seed()
                    + (mix == Mix.BROAD ? "" : " --mix " + mix.name().toLowerCase(Locale.ROOT)) + " --trace");
            status = switch (failure.kind()) {
                case CRASH -> CRASH;
                case SAFETY -> SAFETY;
                case LIVENESS -> LIVENESS;
            };
        }
        out.flush();
        return status;
    }
}
