package io.synod.client.cli;

import io.synod.protocol.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
                "Refused, with the learner that is in the way, when the trim quorum does not hold that much."
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

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (instance < 1) {
            throw new CommandFailure(ExitStatus.USAGE, "N is " + instance + "; allowed are 1 and more");
        }
        Rest rest = rest(cluster.read());
        Rest.Answer answer;
        try {
            answer = rest.post("/actuator/trim", "{\"instance\":" + instance + "}", ANSWER_MAX);
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
        NodeId node = file.addresses().layout().learner(id);
        return new Rest(node, file.http(node));
    }

    /** 409 and 403: it was refused. 503: too few answered, and those that were told may still do it. */
    static ExitStatus status(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> ExitStatus.USAGE;
            case 403, 409 -> ExitStatus.REFUSED;
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
                + String.join(", ", acceptors) + "; learners hold up to " + String.join(", ", learners);
    }
}
