package io.synod.client.cli;

import io.synod.protocol.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code synod rejoin acceptor}: brings back an acceptor that lost what it knew, and waits until it votes. */
@Command(
        name = "rejoin",
        description = {
                "Brings back an acceptor that lost what it knew: restarted without its store, or on an empty directory.",
                "Waits until it votes, and says meanwhile what it waits for. Refused when the acceptor is not out, or when"
                        + " its directory must be emptied first."
        })
final class RejoinCommand implements Callable<Integer> {

    private static final String PATH = "/actuator/rejoin";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 100;
    private static final int CONFLICT = 409;
    private static final List<Integer> REFUSED = List.of(401, 403, CONFLICT);

    /** What can be told to rejoin. */
    enum Role {
        acceptor
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Parameters(index = "0", paramLabel = "acceptor", description = "The role that rejoins: acceptor.")
    private Role role = Role.acceptor;

    @Parameters(index = "1", paramLabel = "ID", description = "The acceptor (or the replica that it lives in).")
    private int id;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to wait until it votes (default: 60s). It goes on by itself after that.")
    private Duration deadline = Duration.ofSeconds(60);

    private String told = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Rest rest = rest(cluster.read());
        long endNanos = System.nanoTime() + deadline.toNanos();
        while (!tell(rest)) {
            await(endNanos);
        }
        JsonNode standing = look(rest);
        while (!isVoting(standing)) {
            await(endNanos);
            standing = look(rest);
        }
        spec.commandLine().getOut().println(role + " " + id + " votes again, as " + text(standing, "storageId"));
        spec.commandLine().getOut().flush();
        return ExitStatus.OK.code();
    }

    private Rest rest(ClusterFile file) {
        int acceptors = file.addresses().layout().acceptors();
        if (id < 0 || id >= acceptors) {
            throw new CommandFailure(ExitStatus.USAGE, "ID is " + id + "; allowed are 0 to " + (acceptors - 1));
        }
        NodeId node = file.addresses().layout().acceptor(id);
        return new Rest(node, file.http(node), file.access());
    }

    /** Tells it to rejoin; returns false if it does not know yet what it has lost. */
    private boolean tell(Rest rest) throws InterruptedException {
        Rest.Answer answer;
        try {
            answer = rest.post(PATH, "{}", ANSWER_MAX);
        } catch (IOException e) {
            throw rest.unreachable(e);
        }
        if (answer.isOk()) {
            return true;
        }
        if (answer.status() == CONFLICT && text(answer.body(), "acceptorStatus").equals("FORMING")) {
            say(answer.problem());
            return false;
        }
        throw new CommandFailure(
                REFUSED.contains(answer.status()) ? ExitStatus.REFUSED : ExitStatus.FAILED, answer.problem());
    }

    private JsonNode look(Rest rest) throws InterruptedException {
        Rest.Answer answer;
        try {
            answer = rest.get(PATH, ANSWER_MAX);
        } catch (IOException e) {
            throw rest.unreachable(e);
        }
        if (!answer.isOk()) {
            throw new CommandFailure(ExitStatus.FAILED, answer.problem());
        }
        JsonNode standing = answer.body();
        long last = standing.path("last").asLong(0);
        if (!isVoting(standing)) {
            say(text(standing, "reason")
                    + (last == 0 ? "" : "; has all below instance " + standing.path("missing").asLong(0)));
        }
        return standing;
    }

    private static boolean isVoting(JsonNode standing) {
        return text(standing, "status").equals("VOTING");
    }

    private static String text(JsonNode body, String field) {
        return body.path(field).asString("");
    }

    private void say(String progress) {
        if (!progress.equals(told)) {
            told = progress;
            spec.commandLine().getErr().println(role + " " + id + ": " + progress);
            spec.commandLine().getErr().flush();
        }
    }

    private void await(long endNanos) throws InterruptedException {
        if (System.nanoTime() >= endNanos) {
            throw new CommandFailure(
                    ExitStatus.UNKNOWN, role + " " + id + " does not vote after " + deadline.toMillis() / 1_000
                            + " s: " + told);
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
}
