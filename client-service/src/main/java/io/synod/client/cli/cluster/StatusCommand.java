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
        "Prints what each process of the local cluster does.",
        "Exit status 0 if all run and are ready and one proposer leads, 5 if none runs, 1 otherwise."
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
        ClusterState state = ClusterState.read(directory, plan, new Http(2_000));
        TextTable table = new TextTable("ROLE", "ID", "PID", "STATE");
        boolean anyAlive = false;
        boolean allReady = true;
        for (ClusterState.Service service : state.services()) {
            ServiceProcess process = service.process();
            anyAlive |= process != null;
            allReady &= service.ready();
            table.row(service.name().kind(), service.name().id(), process == null ? "-" : process.pid(),
                    process == null ? "down" : service.ready() ? "ready" : "not ready");
        }
        table.print(out);
        if (!anyAlive) {
            return ExitStatus.UNREACHABLE.code();
        }
        return (allReady && state.hasLeader() ? ExitStatus.OK : ExitStatus.FAILED).code();
    }
}
