package io.synod.client.cli;

import io.synod.protocol.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code synod trim}: asks the trimmer to have the acceptors drop what the trim quorum of learners holds. */
@Command(
        name = "trim",
        description = {
                "Asks the learner that may trim to have the acceptors drop all up to instance N.",
                "Refused, with the learner that is in the way, when the trim quorum does not hold that much.",
                "A learner that is gone is no longer waited for with --exclude, once acceptors have missed it for "
                        + "paxos.learner.exclude-after (10 minutes), until they hear it again."
        })
final class TrimCommand implements Callable<Integer> {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything runs
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Parameters(index = "0", paramLabel = "N", description = "The last instance to drop.")
    private long instance;

    @Option(
            names = {"-l", "--learner"},
            paramLabel = "ID",
            description = "The learner (or replica) to ask. Default: the cluster's trimmer.")
    private @Nullable Integer learner;

    @Option(
            names = {"-x", "--exclude"},
            paramLabel = "ID",
            split = ",",
            description = "Learners (or replicas) that are gone, and not to be waited for. When one comes back it takes the log "
                    + "from another learner, and counts again.")
    private List<Integer> excluded = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (instance < 1) {
            throw new CommandFailure(ExitStatus.USAGE, "N is " + instance + "; allowed are 1 and more");
        }
        Rest rest = rest(cluster.read());
        Rest.Answer answer;
        try {
            answer = rest.post("/actuator/trim", request(), ANSWER_MAX);
        } catch (IOException e) {
            throw rest.unreachable(e);
        }
        if (!answer.isOk()) {
            throw new CommandFailure(status(answer.status()), answer.problem());
        }
        spec.commandLine().getOut().println(text(answer.body()));
        spec.commandLine().getOut().flush();
        return ExitStatus.OK.code();
    }

    private String request() {
        String named = excluded.isEmpty() ? "" : ",\"exclude\":\"" + joined(excluded) + "\"";
        return "{\"instance\":" + instance + named + "}";
    }

    private static String joined(List<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private Rest rest(ClusterFile file) {
        Integer chosen = learner;
        int id = chosen == null ? file.trimmer() : chosen;
        int learners = file.addresses().layout().learners();
        if (id < 0 || id >= learners) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    chosen == null
                            ? "this cluster has no trimmer; --learner names a learner to ask"
                            : "--learner is " + id + "; allowed are 0 to " + (learners - 1));
        }
        for (int gone : excluded) {
            if (gone < 0 || gone >= learners || gone == id) {
                throw new CommandFailure(ExitStatus.USAGE, "--exclude is " + gone + "; allowed are 0 to "
                        + (learners - 1) + ", but not " + id + ", which is asked");
            }
        }
        NodeId node = file.addresses().layout().learner(id);
        return new Rest(node, file.http(node), file.access());
    }

    /** 401, 403 and 409: it was refused. 503: too few answered, and those that were told may still do it. */
    static ExitStatus status(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> ExitStatus.USAGE;
            case 401, 403, 409 -> ExitStatus.REFUSED;
            case 503 -> ExitStatus.UNKNOWN;
            default -> ExitStatus.FAILED;
        };
    }

    private String text(JsonNode body) {
        List<String> acceptors = new ArrayList<>();
        for (JsonNode trimPoint : body.path("acceptors")) {
            acceptors.add(trimPoint.asLong() < 0 ? "no answer" : trimPoint.asString());
        }
        List<String> learners = new ArrayList<>();
        for (JsonNode held : body.path("learners")) {
            learners.add(held.asString());
        }
        return "trimmed up to " + body.path("instance").asLong(instance) + "; acceptors have trimmed up to "
                + String.join(", ", acceptors) + "; learners hold up to " + String.join(", ", learners)
                + without(body);
    }

    /** Says whom acceptors do not wait for; and who was named for that and is waited for, since nobody was in the way. */
    private static String without(JsonNode body) {
        StringBuilder text = new StringBuilder();
        body.path("excluded").forEach(id -> text.append("; acceptors trim without learner ").append(id.asInt()));
        body.path("notExcluded").forEach(refused -> text.append("; learner ").append(refused.path("learner").asInt())
                .append(" is not excluded: acceptors have not missed it for long enough"));
        return text.toString();
    }
}
