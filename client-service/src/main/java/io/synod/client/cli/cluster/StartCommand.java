package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import io.synod.protocol.Quorums;
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
        "An acceptor that is brought back goes on where it was. In a cluster started with --memory it stays out "
                + "until ./synod rejoin brings it back, and says so.",
        "A learner that is brought back goes on where it was, or takes what it lacks from acceptors and other learners. "
                + "While one of them is down or stopped nothing is trimmed, and acceptors refuse new values when they are full; "
                + "status names it."
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
        DataDirectory directory = data.directory();
        requireWithin(count, 1, mostOf(kind), "");
        ClusterPlan existing = directory.plan();
        ClusterPlan plan = existing == null ? options.newPlan(kind, count) : existing;
        if (existing != null) {
            requireFixedSizes(directory, existing);
        }
        List<ServiceName> missing = IntStream.range(0, count).mapToObj(id -> new ServiceName(kind, id))
                .filter(service -> directory.living(service) == null).toList();
        if (!missing.isEmpty()) {
            start(directory, plan, missing, existing == null);
        }
        out.println(missing.isEmpty()
                ? "nothing to start: " + count + " of " + kind + " run"
                : "started " + String.join(" ", missing.stream().map(ServiceName::toString).toList()));
        out.flush();
        return ExitStatus.OK.code();
    }

    /** What a cluster may have of a role, before it is known what this one has. */
    private static int mostOf(ServiceKind kind) {
        return switch (kind) {
            case ACCEPTOR, REPLICA -> Quorums.ACCEPTORS_MAX;
            case PROPOSER, LEARNER, CLIENT -> ServiceKind.IDS_MAX;
        };
    }

    private void requireFixedSizes(DataDirectory directory, ClusterPlan plan) {
        if (options.anyLasting()) {
            throw new CommandFailure(ExitStatus.USAGE, "the sizes of the cluster and its storage are fixed by "
                    + directory.planFile() + "; leave the options out");
        }
        if (kind != ServiceKind.CLIENT) {
            int max = plan.count(kind);
            requireWithin(count, 1, max, max == 0
                    ? " (the cluster under " + directory.path() + " has no " + kind + "s)"
                    : " (what " + directory.planFile() + " lists)");
        }
    }

    private static void requireWithin(int count, int min, int max, String why) {
        if (count < min || count > max) {
            throw new CommandFailure(ExitStatus.USAGE, "N is " + count + "; allowed are " + min + " to " + max + why);
        }
    }

    /** Starts processes; the sizes of a new cluster are fixed only if these are ready in the end, or stores were made. */
    private void start(DataDirectory directory, ClusterPlan plan, List<ServiceName> missing, boolean isNew) {
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        PortOwners.requireFree(plan, missing);
        Installation installation = Installation.current();
        ClassArchive archive = ClassArchive.prepare(installation, progress);
        if (isNew) {
            directory.write(plan);
        }
        try {
            LocalCluster cluster = new LocalCluster(installation, directory, plan, archive);
            new StartUp(directory, plan, cluster, progress, timeoutSeconds).startMissing(missing);
        } catch (CommandFailure e) {
            if (isNew && directory.living().isEmpty() && directory.stopped() == null) {
                directory.forgetPlan();
            }
            throw e;
        }
    }
}
