package io.synod.client.cli.torture;

import io.synod.client.cli.Pulse;
import io.synod.client.cli.SoakLog;
import io.synod.client.cli.cluster.OwnCluster;
import io.synod.client.cli.cluster.ServiceKind;
import io.synod.client.cli.cluster.ServiceName;
import io.synod.client.history.History;
import io.synod.runtime.LoopUnavailableException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run: load, recorders and faults on a cluster that takes values; then everything heals, and the whole history is checked. */
final class Torture {

    private static final long POLL_MILLIS = 50;
    private static final long PROGRESS_MILLIS = 10_000;
    private static final long WATCH_MILLIS = 1_000;
    private static final long HEAL_MILLIS_MAX = 60_000;
    /** Longer than a client's deadline, within which every value gets its outcome. */
    private static final long OUTCOMES_MILLIS_MAX = 20_000;
    private static final long LEVEL_MILLIS_MAX = 60_000;

    /** A moment at which a fault begins or ends. */
    private record Turn(long millis, Fault fault, boolean begins) {}

    private final OwnCluster cluster;
    private final Nemesis nemesis;
    private final List<Fault> faults;
    private final long millis;
    private final PrintWriter out;
    private final @Nullable SoakLog soak;
    private final History history = new History();
    private final Findings findings = new Findings();
    private final Pulse pulse = new Pulse();
    private final List<Recording> recordings = new ArrayList<>();
    private long beganNanos;
    private long nextWatchMillis;
    private long nextProgressMillis = PROGRESS_MILLIS;
    private int suffered;

    /**
     * @param faults the schedule
     * @param millis for how long
     * @param out takes a line for each fault, and one now and then
     * @param soak takes measurements; null if nobody wants any
     */
    Torture(OwnCluster cluster, Nemesis nemesis, List<Fault> faults, long millis, PrintWriter out,
            @Nullable SoakLog soak) {
        this.cluster = cluster;
        this.nemesis = nemesis;
        this.faults = faults;
        this.millis = millis;
        this.out = out;
        this.soak = soak;
    }

    /** Runs, and returns what was found. */
    Findings run() throws InterruptedException, LoopUnavailableException {
        beganNanos = System.nanoTime();
        for (ServiceName service : cluster.services()) {
            if (service.kind() == ServiceKind.LEARNER) {
                recordings.add(Recording.fromStart(service.toString(), cluster.httpPort(service),
                        () -> nemesis.hasForgotten(service), history, findings));
            }
        }
        int clientService = cluster.httpPort(new ServiceName(ServiceKind.CLIENT, 0));
        try (Clients clients = new Clients(cluster.file(), clientService, history, pulse)) {
            harm(clients);
            nemesis.close();
            line("all faults are over");
            await(HEAL_MILLIS_MAX, this::isHealed,
                    () -> "the cluster does not heal: " + String.join("; ", cluster.complaints()));
            clients.end();
            await(OUTCOMES_MILLIS_MAX, () -> history.openCount() == 0,
                    () -> history.openCount() + " values have no outcome");
            probe(clients);
        }
        recordings.forEach(Recording::close);
        recordings.clear();
        readAgain();
        findings.safety(history.violations(findings.isEmpty()));
        return findings;
    }

    private boolean isHealed() {
        nemesis.help();
        return cluster.complaints().isEmpty();
    }

    private void harm(Clients clients) throws InterruptedException {
        List<Turn> turns = new ArrayList<>();
        for (Fault fault : faults) {
            turns.add(new Turn(fault.atMillis(), fault, true));
            turns.add(new Turn(fault.endMillis(), fault, false));
        }
        turns.sort(Comparator.comparingLong(Turn::millis));
        for (Turn turn : turns) {
            waitUntil(turn.millis, clients);
            if (!findings.isEmpty()) {
                return;
            }
            if (turn.begins) {
                String hit = nemesis.begin(turn.fault);
                suffered += hit.startsWith("(") ? 0 : 1;
                line(turn.fault.words() + ": " + hit);
            } else {
                nemesis.end(turn.fault);
            }
        }
        waitUntil(millis, clients);
    }

    /** Looks after everything until a time has come, or something is wrong. */
    private void waitUntil(long untilMillis, Clients clients) throws InterruptedException {
        while (elapsedMillis() < untilMillis && findings.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(Math.clamp(untilMillis - elapsedMillis(), 1, POLL_MILLIS));
            if (elapsedMillis() >= nextWatchMillis) {
                nextWatchMillis = elapsedMillis() + WATCH_MILLIS;
                clients.requireAlive();
                nemesis.help();
                watch();
            }
            if (elapsedMillis() >= nextProgressMillis) {
                nextProgressMillis += PROGRESS_MILLIS;
                progress();
            }
        }
    }

    /** A process that no fault ended must run. */
    private void watch() {
        for (ServiceName service : cluster.services()) {
            if (!nemesis.isExpectedDown(service) && cluster.pid(service) < 0) {
                findings.crash(service + " ended by itself; see " + cluster.logFile(service));
            }
        }
        findings.safety(history.violationsSoFar());
    }

    private void progress() {
        List<String> counts = new ArrayList<>();
        recordings.forEach(recording -> counts.add(String.valueOf(recording.count())));
        line("%d acknowledged, %d refused, %d unknown, %d open; delivered %s; longest pause %.1f s".formatted(
                history.acknowledgedCount(), history.refusedCount(), history.unknownCount(), history.openCount(),
                String.join(" / ", counts), pulse.takeLongestNanos() / 1e9));
        SoakLog measurements = soak;
        if (measurements != null) {
            measurements.add(elapsedMillis() / 1e3, history.acknowledgedCount(), pulse.takeLatency());
        }
    }

    /** The healed cluster takes values in every session, and all recorders see them. */
    private void probe(Clients clients) throws InterruptedException, LoopUnavailableException {
        if (!findings.isEmpty()) {
            return;
        }
        List<String> last = clients.submitLast();
        await(OUTCOMES_MILLIS_MAX, () -> history.openCount() == 0, () -> "the last values have no outcome");
        await(LEVEL_MILLIS_MAX, () -> history.isLevel() && last.stream().allMatch(id -> history.delivered(id) != null),
                () -> "not all learners deliver the last values");
    }

    /** Once more all that learners still have, as one who comes late would read it. */
    private void readAgain() throws InterruptedException {
        if (!findings.isEmpty()) {
            return;
        }
        List<Recording> again = new ArrayList<>();
        for (ServiceName service : cluster.services()) {
            if (service.kind() == ServiceKind.LEARNER) {
                again.add(
                        Recording.fromEarliest(service + " read again", cluster.httpPort(service), history, findings));
            }
        }
        await(LEVEL_MILLIS_MAX,
                () -> again.stream().allMatch(recording -> recording.count() == history.deliveredCount()),
                () -> "not all learners can be read again");
        again.forEach(Recording::close);
    }

    private void await(long millisMax, BooleanSupplier condition, Supplier<String> otherwise)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        while (findings.isEmpty() && !condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                findings.liveness(otherwise.get());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
    }

    private void line(String text) {
        out.printf(Locale.ROOT, "%6.1f s  %s%n", elapsedMillis() / 1e3, text);
        out.flush();
    }

    /** Returns what happened, a line each. */
    List<String> summary() {
        return List.of(
                String.format(Locale.ROOT, "faults     %,10d    of %d planned", suffered, faults.size()),
                String.format(Locale.ROOT, "values     %,10d    acknowledged", history.acknowledgedCount()),
                String.format(Locale.ROOT, "           %,10d    refused", history.refusedCount()),
                String.format(Locale.ROOT, "           %,10d    unknown", history.unknownCount()),
                String.format(Locale.ROOT, "delivered  %,10d    each once, at the same place at every learner",
                        history.deliveredCount()));
    }
}
