package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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

    /** Below the ports that systems give to sockets that ask for any. */
    private static final int OFFSET_MIN = 2_000;
    private static final int OFFSET_MAX = 23_000;
    private static final int TRIES = 50;

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
        ClusterPlan plan = freePlan();
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
        deleteAll(data.path());
    }

    private static ExitStatus end(List<String> faults, DataDirectory data, PrintWriter out) {
        out.println();
        if (faults.isEmpty()) {
            deleteAll(data.path());
            out.println("All processes are stopped and their files gone. All went as it should.");
        } else {
            faults.forEach(fault -> out.println("WRONG: " + fault));
            out.println("All processes are stopped; their logs are kept in " + data.path());
        }
        out.flush();
        return faults.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /** Returns a plan at an offset where all ports are free. */
    private static ClusterPlan freePlan() {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < TRIES; i++) {
            ClusterPlan plan = new ClusterPlan("demo-" + LocalCluster.randomHex(4), 3, 2, 2, 0,
                    random.nextInt(OFFSET_MIN, OFFSET_MAX), 0, false);
            if (PortOwners.taken(plan, plan.services()).isEmpty()) {
                return plan;
            }
        }
        throw new CommandFailure(ExitStatus.FAILED, "found no free ports in " + TRIES + " tries");
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException _) {
            // What is left is in the system's directory for temporary files.
        }
    }
}
