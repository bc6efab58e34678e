package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod up}: starts a cluster of local processes and waits until it takes values. */
@Command(name = "up", description = {
        "Starts a cluster of local processes, waits until it takes values, and says what runs where.",
        "Datagrams are sealed with a key that is made for the cluster, readable by you alone, under the data directory.",
        "Acceptors keep what they promise and accept under the data directory, synced before they answer. A cluster that was "
                + "stopped or killed there goes on where it was; options that are left out are as they were.",
        "Learners keep what they deliver there too, and go on where they were. With --memory both remember in memory alone."
})
public final class UpCommand implements Callable<Integer> {

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final PlanOptions options = new PlanOptions();

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "how long to wait until all is ready (default: 60)")
    private long timeoutSeconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        DataDirectory directory = data.directory();
        refuseSecond(directory);
        ClusterPlan stopped = directory.stopped();
        ClusterPlan plan = stopped == null ? options.newPlan() : options.planOf(stopped, directory);
        PortOwners.requireFree(plan, plan.services());
        Installation installation = Installation.current();
        ClassArchive archive = ClassArchive.prepare(installation, progress);
        directory.write(plan);
        LocalCluster cluster = new LocalCluster(installation, directory, plan, archive);
        new StartUp(directory, plan, cluster, progress, timeoutSeconds).startAll();
        print(directory, plan, out);
        progress.line(plan.memory()
                ? "Storage is memory: a restarted acceptor stays out until ./synod rejoin, and the log is lost when a majority of"
                        + " them ends."
                : "The acceptors' stores are in " + directory.stores()
                        + "; ./synod up goes on with them after a stop.");
        return ExitStatus.OK.code();
    }

    private static void refuseSecond(DataDirectory directory) {
        List<ServiceName> living = directory.living();
        ClusterPlan plan = directory.plan();
        if (living.isEmpty() || plan == null) {
            return;
        }
        int down = plan.services().size() - (int) plan.services().stream().filter(living::contains).count();
        throw new CommandFailure(ExitStatus.FAILED, "a cluster runs here already (" + directory.path() + "): "
                + living.size() + " processes, " + down
                + " of its own down; see ./synod status, or stop it with ./synod stop");
    }

    private static void print(DataDirectory directory, ClusterPlan plan, PrintWriter out) {
        TextTable table = new TextTable("ROLE", "ID", "PID", "UDP", "HTTP", "LOG");
        for (ServiceName service : plan.services()) {
            ServiceProcess process = directory.living(service);
            table.row(service.kind(), service.id(), process == null ? "-" : process.pid(), plan.udpPort(service),
                    plan.httpPort(service), directory.logFile(service));
        }
        table.print(out);
    }
}
