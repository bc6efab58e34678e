package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod start}: starts what is missing of a role. */
@Command(name = "start", description = {
        "Starts those of the first N processes of a role that do not run: \"start acceptor 3\" starts, or brings back, "
                + "acceptors 0 to 2. Roles may be started in any order.",
        "How many acceptors, proposers and learners there are belongs to the cluster's configuration. The first start in an empty "
                + "data directory fixes it, by the options; N itself is the number of its role. Clients may be any number.",
        "Acceptors keep what they accept in memory: one that is brought back stays out, and says so."
})
public final class StartCommand implements Callable<Integer> {

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final PlanOptions options = new PlanOptions();

    @Parameters(index = "0", paramLabel = "ROLE", description = "${COMPLETION-CANDIDATES}")
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private ServiceKind kind;

    @Parameters(index = "1", paramLabel = "N", description = "how many there shall be")
    private int count;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "how long to wait until all are ready (default: 60)")
    private long timeoutSeconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        DataDirectory directory = data.directory();
        ClusterPlan plan = plan(directory);
        int max = kind == ServiceKind.CLIENT ? ServiceKind.IDS_MAX : plan.count(kind);
        if (count < 1 || count > max) {
            throw new CommandFailure(ExitStatus.USAGE, "N is " + count + "; allowed are 1 to " + max
                    + (max == 0 ? " (the cluster under " + directory.path() + " has no " + kind + "s)"
                            : kind == ServiceKind.CLIENT ? "" : " (what " + directory.planFile() + " lists)"));
        }
        List<ServiceName> missing = IntStream.range(0, count).mapToObj(id -> new ServiceName(kind, id))
                .filter(service -> directory.living(service) == null).toList();
        if (!missing.isEmpty()) {
            Installation installation = Installation.current();
            LocalCluster cluster = new LocalCluster(installation, directory, plan,
                    ClassArchive.prepare(installation, progress));
            new StartUp(directory, plan, cluster, progress, timeoutSeconds).startMissing(missing);
        }
        out.println(missing.isEmpty()
                ? "nothing to start: " + count + " of " + kind + " run"
                : "started " + String.join(" ", missing.stream().map(ServiceName::toString).toList()));
        out.flush();
        return ExitStatus.OK.code();
    }

    /** Returns the plan of the cluster that is here; makes a new one where there is none. */
    private ClusterPlan plan(DataDirectory directory) {
        ClusterPlan plan = directory.plan();
        if (plan != null) {
            if (options.anySize()) {
                throw new CommandFailure(ExitStatus.USAGE,
                        "the sizes of the cluster are fixed by " + directory.planFile() + "; leave the options out");
            }
            return plan;
        }
        ClusterPlan fresh = options.newPlan(kind, count);
        directory.write(fresh);
        return fresh;
    }
}
