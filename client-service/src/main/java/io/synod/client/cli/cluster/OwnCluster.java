package io.synod.client.cli.cluster;

import io.synod.client.cli.ClusterFile;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A cluster of local processes that belongs to one command: in a temporary directory, at free ports, and in the hands of that command,
 * which kills, halts and brings back what it likes. Methods that act on the same process are for one thread at a time.
 */
public final class OwnCluster implements AutoCloseable {

    private static final int ANSWER_MILLIS_MAX = 1_000;
    private static final int POLL_MILLIS = 10;
    private static final long SIGNAL_SECONDS_MAX = 10;

    private final DataDirectory data;
    private final ClusterPlan plan;
    private final LocalCluster processes;
    private final Progress progress;
    private final Http http = new Http(ANSWER_MILLIS_MAX);
    /** Is held while a process is started. */
    private final Object starting = new Object();
    private boolean closed;

    private OwnCluster(DataDirectory data, ClusterPlan plan, LocalCluster processes, Progress progress) {
        this.data = data;
        this.plan = plan;
        this.processes = processes;
        this.progress = progress;
    }

    /**
     * Prepares a durable cluster without a trimmer, unless its properties make its learners trim, and starts nothing yet.
     *
     * @param name what its name and its directory begin with
     * @param properties lines of configuration for its services, beside the usual
     */
    public static OwnCluster prepare(String name, int acceptors, int proposers, int learners, List<String> properties,
            Progress progress) throws IOException {
        Installation installation = Installation.current();
        DataDirectory data = DataDirectory.of(Files.createTempDirectory("synod-" + name + "-"));
        ClusterPlan plan = FreePorts.plan(offset -> new ClusterPlan(name + "-" + LocalCluster.randomHex(4), acceptors,
                proposers, learners, 0, offset, ClusterPlan.NO_TRIMMER, false));
        ClassArchive archive = ClassArchive.prepare(installation, progress);
        data.write(plan);
        data.configure(properties);
        return new OwnCluster(data, plan, new LocalCluster(installation, data, plan, archive), progress);
    }

    /** Starts all processes, and waits until the cluster takes values. */
    public void startAll(long secondsMax) {
        new StartUp(data, plan, processes, progress, secondsMax).startAll();
    }

    /** Where its files are. */
    public Path directory() {
        return data.path();
    }

    /** Who belongs to it, as commands see it. */
    public ClusterFile file() {
        return ClusterFile.read(data.planFile(), true);
    }

    /** Returns all its processes. */
    public List<ServiceName> services() {
        return plan.services();
    }

    /** Where the store of an acceptor or a learner is. */
    public Path store(ServiceName service) {
        return data.storeDirectory(service);
    }

    public Path logFile(ServiceName service) {
        return data.logFile(service);
    }

    public int udpPort(ServiceName service) {
        return plan.udpPort(service);
    }

    public int httpPort(ServiceName service) {
        return plan.httpPort(service);
    }

    /** Returns the id of a process; -1 if it does not run. */
    public long pid(ServiceName service) {
        ServiceProcess process = data.living(service);
        return process == null ? -1 : process.pid();
    }

    /**
     * Starts a process, which goes on with what it left on disk; does not wait until it is ready. Does nothing once the cluster
     * is closed, which another thread may do when the command is interrupted.
     */
    public void start(ServiceName service) {
        synchronized (starting) {
            if (closed) {
                return;
            }
            try {
                processes.start(service, true);
            } catch (IOException e) {
                throw new CommandFailure(ExitStatus.FAILED, "cannot start " + service + ": " + e.getMessage(), e);
            }
        }
    }

    /** Kills processes together, as {@code kill -9} does, and waits until they are gone. */
    public void kill(List<ServiceName> services) {
        List<ProcessHandle> handles = new ArrayList<>();
        for (ServiceName service : services) {
            ServiceProcess process = data.living(service);
            ProcessHandle handle = process == null ? null : process.handle();
            if (handle != null) {
                handles.add(handle);
            }
        }
        handles.forEach(ProcessHandle::destroyForcibly);
        while (services.stream().anyMatch(service -> data.living(service) != null)) {
            LocalCluster.pause(POLL_MILLIS);
        }
    }

    /** Sends a process a signal, such as {@code STOP}; nothing if it does not run. */
    public void signal(ServiceName service, String signal) {
        long pid = pid(service);
        if (pid < 0) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start();
            if (!kill.waitFor(SIGNAL_SECONDS_MAX, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new CommandFailure(ExitStatus.FAILED, "cannot send " + signal + " to " + service);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot run kill: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.INTERRUPTED, "interrupted", e);
        }
    }

    /** Deletes all that an acceptor or a learner keeps on disk, while it does not run; its directory, which may be a volume, stays. */
    public void wipe(ServiceName service) {
        Path store = store(service);
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(store)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot wipe " + store + ": " + e.getMessage(), e);
        }
    }

    /** Tells an acceptor that lost what it knew to rejoin; one that cannot be told so now says why, and is to be told again. */
    public void rejoin(ServiceName acceptor) {
        http.post(httpPort(acceptor), "/actuator/rejoin", "{}");
    }

    /** Returns the answer of a process at a path of its HTTP port; null if there is none, or no good one. */
    public @Nullable JsonNode get(ServiceName service, String path) {
        Http.Answer answer = http.get(httpPort(service), path);
        return answer != null && answer.isOk() ? answer.body() : null;
    }

    /** Returns the process whose proposer leads; null if none says so. */
    public @Nullable ServiceName leader() {
        for (ServiceName service : services()) {
            if (service.kind() == ServiceKind.PROPOSER && state(service).leads()) {
                return service;
            }
        }
        return null;
    }

    /** Returns what an acceptor says of itself in one word, such as {@code voting}; {@code down} if it does not run. */
    public String word(ServiceName service) {
        return state(service).word();
    }

    /** Returns why the loop of a process failed; empty if it did not, or does not say so. */
    public String loopFailure(ServiceName service) {
        return state(service).loopFailure();
    }

    private ServiceState state(ServiceName service) {
        ServiceProcess process = data.living(service);
        JsonNode view = process == null ? null : http.paxos(httpPort(service));
        return ServiceState.of(service, process, view != null, view);
    }

    /** Returns what is wrong with the cluster, a line each; empty if all run and do what they are there for, under a leader. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        ClusterState state = ClusterState.read(data, plan, http);
        if (!state.takesValues()) {
            complaints.add("no proposer leads");
        }
        for (ServiceState service : state.services()) {
            service.complaints().forEach(complaint -> complaints.add(service.name() + " " + complaint));
            if (service.process() == null || !service.ready()) {
                complaints.add(service.name() + " " + service.word());
            }
        }
        return complaints;
    }

    /** Stops all processes for good; the files stay. */
    @Override
    public void close() {
        synchronized (starting) {
            closed = true;
        }
        LocalCluster.stop(data, data.started());
    }

    /** Deletes the files. */
    public void delete() {
        data.deleteAll();
    }
}
