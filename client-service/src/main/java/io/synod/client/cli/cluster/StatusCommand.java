package io.synod.client.cli.cluster;

import io.synod.client.cli.ExitStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code synod status}: what each process of the local cluster does. */
@Command(name = "status", description = {
        "Prints what each process of the local cluster says of itself: the proposer it takes for the leader, the instance up to "
                + "which it knows all to be decided (a learner: has delivered), and how many instances an acceptor stores.",
        "Exit status 0 if all run and do what they are there for under a leader, 5 if none runs, 1 otherwise."
})
public final class StatusCommand implements Callable<Integer> {

    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        DataDirectory directory = data.directory();
        ClusterPlan plan = directory.requirePlan();
        ClusterState state = ClusterState.read(directory, plan, new Http(2_000, directory.access()));
        state.print(out);
        if (!state.anyRuns()) {
            return ExitStatus.UNREACHABLE.code();
        }
        return (state.isHealthy() ? ExitStatus.OK : ExitStatus.FAILED).code();
    }
}
