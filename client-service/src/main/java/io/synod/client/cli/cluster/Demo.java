package io.synod.client.cli.cluster;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the demo shows on a cluster that runs. It collects what is not as it should be. */
final class Demo {

    private static final List<String> LINES = List.of(
            "Early in this millennium the Aegean island was a thriving place.",
            "Its parliament kept a ledger of the decrees it passed.",
            "Legislators came and went as they pleased,",
            "messengers sometimes forgot what they carried,",
            "and still no two ledgers ever disagreed.",
            "Now the president leaves the chamber in the middle of a session.",
            "Another takes the chair, asks a majority what they have voted for,",
            "and passes that decree before any of his own.",
            "A decree that was once passed stays passed.",
            "Those who were away read it in a colleague's ledger.",
            "So the island has one history,",
            "and everybody reads it in the same order.");

    private static final long STEP_SECONDS_MAX = 60;
    private static final int POLL_MILLIS = 20;

    private final Installation installation;
    private final DataDirectory data;
    private final ClusterPlan plan;
    private final PrintWriter out;
    private final int loadSeconds;
    private final Http http = new Http(5_000);
    private final List<String> faults = new ArrayList<>();

    Demo(Installation installation, DataDirectory data, ClusterPlan plan, PrintWriter out, int loadSeconds) {
        this.installation = installation;
        this.data = data;
        this.plan = plan;
        this.out = out;
        this.loadSeconds = loadSeconds;
    }

    /** Returns what was not as it should be; nothing if all was well. */
    List<String> run() throws IOException {
        submitWhileTheLeaderIsKilled();
        compareLearners();
        if (loadSeconds > 0) {
            load();
        }
        heading("What each process says of itself (the killed proposer is down)");
        ClusterState.read(data, plan, http).print(out);
        return faults;
    }

    private void heading(String text) {
        out.println();
        out.println("--- " + text);
        out.flush();
    }

    private void submitWhileTheLeaderIsKilled() throws IOException {
        ServiceName leader = Objects.requireNonNull(awaitLeader(null), "the cluster was said to take values");
        heading("synod submit, a line at a time; " + leader + " leads");
        Process submit = command("submit").redirectError(Redirect.INHERIT).start();
        try (BufferedReader places = submit.inputReader(StandardCharsets.UTF_8);
                PrintWriter lines = new PrintWriter(submit.outputWriter(StandardCharsets.UTF_8), true)) {
            for (int i = 0; i < LINES.size(); i++) {
                if (i == LINES.size() / 2) {
                    kill(leader);
                }
                lines.println(LINES.get(i));
                String place = places.readLine();
                if (place == null) {
                    faults.add("submit ended before line " + (i + 1) + " was decided");
                    return;
                }
                out.println(place);
                out.flush();
            }
        }
        requireExit("submit", submit);
        ServiceName next = awaitLeader(leader);
        out.println(next == null ? "no proposer leads" : next + " leads now");
        if (next == null) {
            faults.add("no proposer leads after " + leader + " was killed");
        }
    }

    private void kill(ServiceName service) {
        ServiceProcess process = data.living(service);
        ProcessHandle handle = process == null ? null : process.handle();
        if (handle == null) {
            faults.add(service + " was to be killed but does not run");
            return;
        }
        handle.destroyForcibly();
        out.println("  ... kill -9 " + handle.pid() + " (" + service + ", the leader)");
        out.flush();
    }

    /** Waits for a leader other than one; null if there is none in time. */
    private @Nullable ServiceName awaitLeader(@Nullable ServiceName not) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STEP_SECONDS_MAX);
        do {
            for (ServiceState service : ClusterState.read(data, plan, http).services()) {
                if (service.leads() && !service.name().equals(not)) {
                    return service.name();
                }
            }
            LocalCluster.pause(POLL_MILLIS);
        } while (System.nanoTime() - deadline < 0);
        return null;
    }

    private void compareLearners() {
        heading("synod tail, at both learners");
        List<List<String>> logs = new ArrayList<>();
        for (int id = 0; id < plan.learners(); id++) {
            logs.add(awaitLog(new ServiceName(ServiceKind.LEARNER, id)));
        }
        TextTable table = new TextTable("LEARNER 0", "LEARNER 1");
        for (int i = 0; i < LINES.size(); i++) {
            table.row(lineOrNothing(logs.get(0), i), lineOrNothing(logs.get(1), i));
        }
        table.print(out);
        List<String> values = logs.getFirst().stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
        if (!logs.get(0).equals(logs.get(1))) {
            faults.add("the learners deliver different logs");
        } else if (!values.equals(LINES)) {
            faults.add("the learners did not deliver each line once, in the order of submission");
        } else {
            out.println("Both deliver each line once, at the same place, in the order of submission.");
        }
    }

    private static String lineOrNothing(List<String> log, int index) {
        return index < log.size() ? log.get(index) : "";
    }

    /** Returns what a learner delivers, as {@code instance:index value}, once it has as many values as lines were submitted. */
    private List<String> awaitLog(ServiceName learner) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STEP_SECONDS_MAX);
        List<String> log = log(learner);
        while (log.size() < LINES.size() && System.nanoTime() - deadline < 0) {
            LocalCluster.pause(POLL_MILLIS);
            log = log(learner);
        }
        return log;
    }

    private List<String> log(ServiceName learner) {
        List<String> lines = new ArrayList<>();
        Http.Answer answer = http.get(plan.httpPort(learner), "/api/values?from=1&limit=1000");
        JsonNode body = answer == null ? null : answer.body();
        if (body != null) {
            for (JsonNode value : body.path("values")) {
                lines.add(value.path("instance").asLong() + ":" + value.path("index").asInt() + " "
                        + value.path("value").asString(""));
            }
        }
        return lines;
    }

    private void load() throws IOException {
        heading("synod bench -o 100: 100 values of 64 bytes under way at all times, for " + loadSeconds + " s");
        Process bench = command("bench", "-o", "100", "--duration", loadSeconds + "s")
                .redirectInput(new File("/dev/null")).redirectError(Redirect.INHERIT).redirectOutput(Redirect.INHERIT)
                .start();
        requireExit("bench", bench);
    }

    private void requireExit(String name, Process process) {
        try {
            if (!process.waitFor(STEP_SECONDS_MAX + loadSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                faults.add(name + " did not end");
            } else if (process.exitValue() != 0) {
                faults.add(name + " ended with status " + process.exitValue());
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            faults.add("interrupted");
        }
    }

    /** Another command of this launcher, on this cluster. */
    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(installation.root().resolve("synod").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SYNOD_DATA", data.path().toString());
        builder.environment().put("SYNOD_BUILD", "skip");
        return builder;
    }
}
