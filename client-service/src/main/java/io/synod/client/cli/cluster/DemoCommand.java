package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod demo}: the tour in one command, on a cluster of its own that is gone afterwards. */
@Command(name = "demo", description = {
        "Starts a cluster of 3 acceptors, 2 proposers and 2 learners in a temporary directory and at free ports, submits lines "
                + "of text, kills the proposer that leads meanwhile, shows that both learners deliver the same in one order, puts "
                + "the cluster under load for some seconds, and stops it again.",
        "Exit status 0 only if all went as it should; otherwise the logs are kept."
})
public final class DemoCommand implements Callable<Integer> {

    @Option(names = "--load-seconds", paramLabel = "N", defaultValue = "5",
            description = "how long the load runs; 0 for none (default: 5)")
    private int loadSeconds;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "120",
            description = "how long to wait until the cluster is ready (default: 120)")
    private long timeoutSeconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        Installation installation = Installation.current();
        DataDirectory data = DataDirectory.of(Files.createTempDirectory("synod-demo-"));
        try (OnSignal _ = new OnSignal(() -> undo(data))) {
            return show(installation, data, progress, out).code();
        } catch (CommandFailure failure) {
            throw new CommandFailure(failure.status(), failure.getMessage() + "; logs are kept in " + data.path(),
                    failure);
        }
    }

    private ExitStatus show(Installation installation, DataDirectory data, Progress progress, PrintWriter out)
            throws IOException {
        ClusterPlan plan = FreePorts.plan(offset -> new ClusterPlan("demo-" + LocalCluster.randomHex(4), 3, 2, 2, 0,
                offset, 0, false));
        ClassArchive archive = ClassArchive.prepare(installation, progress);
        data.write(plan);
        LocalCluster cluster = new LocalCluster(installation, data, plan, archive);
        out.println("A cluster of 3 acceptors, 2 proposers, 2 learners and a client-service, each a process; files in "
                + data.path());
        out.flush();
        List<String> faults;
        try {
            new StartUp(data, plan, cluster, progress, timeoutSeconds).startAll();
            faults = new Demo(installation, data, plan, out, loadSeconds).run();
        } finally {
            LocalCluster.stop(data, data.started());
        }
        return end(faults, data, out);
    }

    private static void undo(DataDirectory data) {
        LocalCluster.stop(data, data.started());
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
        data.deleteAll();
    }

    private static ExitStatus end(List<String> faults, DataDirectory data, PrintWriter out) {
        out.println();
        if (faults.isEmpty()) {
            data.deleteAll();
            out.println("All processes are stopped and their files gone. All went as it should.");
        } else {
            faults.forEach(fault -> out.println("WRONG: " + fault));
            out.println("All processes are stopped; their logs are kept in " + data.path());
        }
        out.flush();
        return faults.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
    }
}
