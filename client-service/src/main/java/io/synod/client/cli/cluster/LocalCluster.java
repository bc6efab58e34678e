package io.synod.client.cli.cluster;

import io.synod.client.cli.ClusterTiming;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts and stops the processes of a cluster on this host. Not for several threads. */
final class LocalCluster {

    private static final long TERMINATE_SECONDS_MAX = 15;
    private static final long KILL_SECONDS_MAX = 5;
    private static final int POLL_MILLIS = 20;
    private static final List<String> PLANNED = List.of("PAXOS_CLUSTER_", "PAXOS_QUORUM_PHASE", "PAXOS_ROLE",
            "PAXOS_ID", "PAXOS_TRANSPORT_PORT", "PAXOS_SECURITY_KEY", ClusterTiming.ENVIRONMENT);

    private final Installation installation;
    private final DataDirectory data;
    private final ClusterPlan plan;
    private final @Nullable ClassArchive archive;

    /** @param archive what starts are speeded up with; null to do without */
    LocalCluster(Installation installation, DataDirectory data, ClusterPlan plan, @Nullable ClassArchive archive) {
        this.installation = installation;
        this.data = data;
        this.plan = plan;
        this.archive = archive;
    }

    /** Returns a short random text, for names and tokens. */
    static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * Starts a process and notes it; it outlives this one.
     *
     * @param append whether its log goes on where the last one ended
     */
    void start(ServiceName service, boolean append) throws IOException {
        String token = randomHex(8);
        Path log = data.logFile(service);
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(command(service, token))
                .directory(data.path().toFile())
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(append ? Redirect.appendTo(log.toFile()) : Redirect.to(log.toFile()));
        builder.environment().keySet().removeIf(LocalCluster::isOfPlan);
        Process process = builder.start();
        Instant startedAt = process.info().startInstant().orElseGet(Instant::now);
        new ServiceProcess(process.pid(), token, startedAt).write(data.pidFile(service));
    }

    /** Whether an environment variable would win over what the plan says of who is who and where. */
    static boolean isOfPlan(String variable) {
        String name = variable.toUpperCase(Locale.ROOT);
        return PLANNED.stream().anyMatch(name::startsWith);
    }

    private List<String> command(ServiceName service, String token) {
        List<String> command = new ArrayList<>(detached());
        command.add(Installation.java().toString());
        command.add("-Dsynod.service=" + service);
        command.add("-Dsynod.token=" + token);
        if (archive != null) {
            command.add("-XX:AOTCache=" + archive.file());
        }
        command.addAll(JvmFlags.service(System.getenv(JvmFlags.ENVIRONMENT)));
        command.addAll(List.of("-cp", installation.classPath(service.kind(), archive)));
        command.add(service.kind().applicationClass());
        command.add("--spring.config.additional-location=" + data.planFile().toUri());
        command.add("--paxos.id=" + service.id());
        command.add("--server.port=" + plan.httpPort(service));
        if (plan.sealed()) {
            command.add("--paxos.security.key-file=" + data.keyFile(service.kind()));
        }
        if (service.kind() == ServiceKind.CLIENT) {
            command.add("--paxos.transport.port=" + plan.udpPort(service));
        }
        if (service.kind().hasAcceptor()) {
            command.add("--paxos.acceptor.data-directory=" + data.storeDirectory(service));
        }
        if (service.kind().hasLearner()) {
            command.add("--paxos.learner.client-services=" + ClusterPlan.HOST + ":"
                    + plan.httpPort(new ServiceName(ServiceKind.CLIENT, 0)));
            command.add("--paxos.learner.data-directory=" + data.learnerDirectory(service));
        }
        if (plan.isTrimmer(service)) {
            command.add("--paxos.learner.can-trim=true");
        }
        return command;
    }

    /** What keeps a process alive when the terminal that this one was started from is closed. Both keep the process id. */
    private static List<String> detached() {
        for (String tool : List.of("/usr/bin/setsid", "/bin/setsid", "/usr/bin/nohup")) {
            if (Files.isExecutable(Path.of(tool))) {
                return List.of(tool);
            }
        }
        return List.of();
    }

    /**
     * Ends processes: asks, waits, and kills what does not go.
     *
     * @return the processes that had to be killed
     */
    static List<ServiceName> stop(DataDirectory data, List<ServiceName> services) {
        Map<ServiceName, ProcessHandle> living = new LinkedHashMap<>();
        for (ServiceName service : services) {
            ServiceProcess process = data.living(service);
            ProcessHandle handle = process == null ? null : process.handle();
            if (handle != null) {
                living.put(service, handle);
                handle.destroy();
            }
        }
        awaitGone(data, living, TERMINATE_SECONDS_MAX);
        List<ServiceName> killed = List.copyOf(living.keySet());
        living.values().forEach(ProcessHandle::destroyForcibly);
        awaitGone(data, living, KILL_SECONDS_MAX);
        if (!living.isEmpty()) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot end " + living);
        }
        for (ServiceName service : services) {
            deleteQuietly(data.pidFile(service));
        }
        return killed;
    }

    /** Waits until no process is left in {@code living}, and takes out those that go. */
    private static void awaitGone(DataDirectory data, Map<ServiceName, ProcessHandle> living, long secondsMax) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
        while (true) {
            living.keySet().removeIf(service -> data.living(service) == null);
            if (living.isEmpty() || System.nanoTime() - deadline > 0) {
                return;
            }
            pause(POLL_MILLIS);
        }
    }

    /** Waits a little between two looks at something outside of this process. */
    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.INTERRUPTED, "interrupted");
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // It names a process that is gone, which every reader finds out for itself.
        }
    }
}
