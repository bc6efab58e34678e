package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Starts services together and waits until each is ready, then until the cluster takes values. If one fails, it shows why
 * and ends those that it started; so does a signal meanwhile.
 */
final class StartUp {

    private static final int POLL_MILLIS = 50;
    private static final int LOG_LINES = 15;

    private final DataDirectory data;
    private final ClusterPlan plan;
    private final LocalCluster cluster;
    private final Progress progress;
    private final long secondsMax;
    private final long beganNanos = System.nanoTime();
    private final Http http;
    private final Object starting = new Object();
    private volatile boolean interrupted;

    /** @param secondsMax how long to wait until all is ready */
    StartUp(DataDirectory data, ClusterPlan plan, LocalCluster cluster, Progress progress, long secondsMax) {
        this.data = data;
        this.plan = plan;
        this.cluster = cluster;
        this.progress = progress;
        this.secondsMax = secondsMax;
        this.http = new Http(2_000, data.access());
    }

    /** Starts all of a new cluster, and waits until it takes values. */
    void startAll() {
        start(plan.services(), false, this::awaitLeader);
    }

    /** Starts some of a cluster, and waits until each is ready; their logs go on where the last ones ended. */
    void startMissing(List<ServiceName> services) {
        start(services, true, () -> {});
    }

    private void start(List<ServiceName> services, boolean append, Runnable afterwards) {
        PortOwners.requireFree(plan, services);
        try (OnSignal _ = new OnSignal(() -> undo(services))) {
            for (ServiceName service : services) {
                startUnlessInterrupted(service, append);
            }
            awaitReady(services);
            afterwards.run();
        } catch (IOException e) {
            LocalCluster.stop(data, services);
            throw new CommandFailure(ExitStatus.FAILED, "cannot start a service: " + e.getMessage(), e);
        } catch (CommandFailure e) {
            progress.line("stopping what was started");
            LocalCluster.stop(data, services);
            throw e;
        }
    }

    private void undo(List<ServiceName> services) {
        synchronized (starting) {
            interrupted = true;
        }
        LocalCluster.stop(data, services);
    }

    /** Either the hook sees that the process is there, or it is not started any more. */
    private void startUnlessInterrupted(ServiceName service, boolean append) throws IOException {
        synchronized (starting) {
            requireNotInterrupted();
            cluster.start(service, append);
        }
    }

    private void requireNotInterrupted() {
        if (interrupted) {
            throw new CommandFailure(ExitStatus.INTERRUPTED, "interrupted");
        }
    }

    private void awaitReady(List<ServiceName> services) {
        TreeSet<ServiceName> waiting = new TreeSet<>(services);
        while (!waiting.isEmpty()) {
            for (ServiceName service : List.copyOf(waiting)) {
                requireAlive(service);
                if (http.isReady(plan.httpPort(service))) {
                    waiting.remove(service);
                    progress.line("%6.1f s  %s is ready".formatted(seconds(), service));
                }
            }
            requireTime("not ready: " + join(waiting), List.copyOf(waiting));
            progress.state("%6.1f s  %d of %d ready; waiting for %s".formatted(seconds(),
                    services.size() - waiting.size(), services.size(), join(waiting)));
            if (!waiting.isEmpty()) {
                LocalCluster.pause(POLL_MILLIS);
            }
        }
    }

    private void awaitLeader() {
        while (!ClusterState.read(data, plan, http).takesValues()) {
            requireTime("no proposer leads", plan.services());
            progress.state("%6.1f s  waiting for a leader".formatted(seconds()));
            LocalCluster.pause(POLL_MILLIS);
        }
        progress.line("%6.1f s  the cluster takes values".formatted(seconds()));
    }

    private double seconds() {
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    private static String join(Iterable<ServiceName> services) {
        List<String> names = new ArrayList<>();
        services.forEach(service -> names.add(service.toString()));
        return String.join(" ", names);
    }

    private void requireAlive(ServiceName service) {
        requireNotInterrupted();
        if (data.living(service) == null) {
            showLog(service);
            throw new CommandFailure(ExitStatus.FAILED,
                    service + " ended while it started; its last lines stand above");
        }
    }

    private void requireTime(String what, List<ServiceName> late) {
        if (System.nanoTime() - beganNanos > TimeUnit.SECONDS.toNanos(secondsMax)) {
            if (!late.isEmpty()) {
                showLog(late.getFirst());
            }
            throw new CommandFailure(ExitStatus.FAILED, what + " after " + secondsMax + " s");
        }
    }

    private void showLog(ServiceName service) {
        progress.line("--- " + data.logFile(service));
        for (String line : LogTail.lines(data.logFile(service), LOG_LINES)) {
            progress.line(line);
        }
        progress.line("---");
    }
}
