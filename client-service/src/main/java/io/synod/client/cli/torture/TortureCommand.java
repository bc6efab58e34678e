package io.synod.client.cli.torture;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import io.synod.client.cli.SoakLog;
import io.synod.client.cli.cluster.OwnCluster;
import io.synod.client.cli.cluster.Progress;
import io.synod.client.cli.cluster.ServiceKind;
import io.synod.client.cli.cluster.ServiceName;
import io.synod.runtime.LoopUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synod torture}: faults, load and recorders on a real local cluster, and the check of the whole history. */
@Command(
        name = "torture",
        description = {
                "Starts a durable cluster of its own in a temporary directory and at free ports, and harms it while clients submit "
                        + "and learners are recorded: kills processes, halts them, cuts links, loses datagrams, fills a disk, wipes an "
                        + "acceptor, which then rejoins, or a learner, which takes the log from another. Acceptors trim meanwhile. Then "
                        + "everything heals, and what clients were told is checked against what each learner delivered.",
                "Which faults come when follows from the seed. Cuts and losses need root and iptables, the full disk needs root and "
                        + "loop devices; without them the other faults go on."
        },
        exitCodeList = {
                "0:nothing went wrong",
                "2:wrong command line",
                Findings.CRASH + ":a process ended by itself, or a role failed",
                Findings.SAFETY + ":a value was lost, doubled, or delivered in another order",
                Findings.LIVENESS + ":the healed cluster made no progress"
        })
public final class TortureCommand implements Callable<Integer> {

    /** Small enough that a learner which lost its log always needs what acceptors have trimmed. */
    private static final List<String> PROPERTIES = List.of("paxos.acceptor.free-bytes-min=16MB",
            "paxos.learner.can-trim=true", "paxos.learner.trim-every=1000");
    private static final long VOLUME_BYTES = 256L << 20;
    private static final long READY_SECONDS_MAX = 120;
    private static final double MINUTES_MIN = 0.25;
    private static final double MINUTES_MAX = 24 * 60;
    private static final long MILLIS_A_MINUTE = 60_000;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "10",
            description = "For how long (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--seed", paramLabel = "S",
            description = "What the faults follow from (default: drawn, and printed).")
    private @Nullable Long seed;

    @Option(names = "--csv", paramLabel = "FILE",
            description = "Writes every ten seconds what was acknowledged, latencies, memory and file sizes of each process.")
    private @Nullable Path csv;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException, LoopUnavailableException {
        if (!(minutes >= MINUTES_MIN && minutes <= MINUTES_MAX)) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "--minutes is " + minutes + "; allowed are " + MINUTES_MIN + " to " + MINUTES_MAX);
        }
        long chosen = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        OwnCluster cluster = OwnCluster.prepare("torture", 3, 2, 2, PROPERTIES, progress);
        Thread undo = new Thread(cluster::close, "stop the cluster");
        Runtime.getRuntime().addShutdownHook(undo);
        out.println("seed " + chosen + ", " + minutes + " minutes, files in " + cluster.directory());
        out.flush();
        int status = run(cluster, chosen, out);
        Runtime.getRuntime().removeShutdownHook(undo);
        return status;
    }

    private int run(OwnCluster cluster, long chosen, PrintWriter out)
            throws IOException, InterruptedException, LoopUnavailableException {
        long millis = Math.round(minutes * MILLIS_A_MINUTE);
        boolean firewall = DatagramDrop.isPossible();
        List<Fault> faults = schedule(cluster, chosen, millis);
        print(faults, firewall, out);
        Findings findings;
        List<String> summary;
        try (SmallVolume volume = volume(cluster, out);
                OwnCluster running = cluster;
                SoakLog soak = csv == null ? null : SoakLog.open(csv, cluster.directory());
                Nemesis nemesis = new Nemesis(cluster, firewall, volume)) {
            running.startAll(READY_SECONDS_MAX);
            Torture torture = new Torture(cluster, nemesis, faults, millis, out, soak);
            findings = torture.run();
            summary = torture.summary();
        }
        summary.forEach(out::println);
        findings.lines().forEach(out::println);
        if (findings.isEmpty()) {
            cluster.delete();
            out.println("seed " + chosen + ": nothing went wrong");
        } else {
            out.println("the same faults again: ./synod torture --seed " + chosen + " --minutes "
                    + String.format(Locale.ROOT, "%s", minutes));
            out.println("logs and stores are kept in " + cluster.directory());
        }
        out.flush();
        return findings.status();
    }

    private static List<Fault> schedule(OwnCluster cluster, long chosen, long millis) {
        List<String> others = new ArrayList<>(names(cluster, ServiceKind.PROPOSER));
        others.addAll(names(cluster, ServiceKind.LEARNER));
        others.addAll(names(cluster, ServiceKind.CLIENT));
        return Schedule.draw(chosen, millis, names(cluster, ServiceKind.ACCEPTOR),
                names(cluster, ServiceKind.PROPOSER), names(cluster, ServiceKind.LEARNER), others);
    }

    private static List<String> names(OwnCluster cluster, ServiceKind kind) {
        return cluster.services().stream().filter(service -> service.kind() == kind).map(ServiceName::toString)
                .toList();
    }

    private static void print(List<Fault> faults, boolean firewall, PrintWriter out) {
        out.println("faults of this seed:");
        faults.forEach(fault -> out.println("  " + fault));
        if (!firewall) {
            out.println("cuts and losses are left out: they need root and iptables");
        }
        out.flush();
    }

    /** The disk of the last acceptor; null where none can be mounted. */
    private static @Nullable SmallVolume volume(OwnCluster cluster, PrintWriter out) {
        if (!SmallVolume.isPossible()) {
            out.println("the full disk is left out: it needs root, loop devices and mkfs.ext4");
            return null;
        }
        List<ServiceName> acceptors = cluster.services().stream()
                .filter(service -> service.kind() == ServiceKind.ACCEPTOR).toList();
        return SmallVolume.mount(cluster.store(acceptors.getLast()), VOLUME_BYTES);
    }
}
