package io.synod.client.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What one process says of itself, by its {@code paxos} endpoint.
 *
 * @param name which it is
 * @param process null when it does not run
 * @param ready whether it says so
 * @param view the answer; missing when there was none
 */
record ServiceState(ServiceName name, @Nullable ServiceProcess process, boolean ready, JsonNode view) {

    private static final List<String> LEARNER_RUNS = List.of("STARTING", "CURRENT", "BEHIND");

    static ServiceState of(ServiceName name, @Nullable ServiceProcess process, boolean ready, @Nullable JsonNode view) {
        return new ServiceState(name, process, ready, view == null ? MissingNode.getInstance() : view);
    }

    private JsonNode role(String role) {
        return view.path("roles").path(role);
    }

    private JsonNode acceptor() {
        return role("acceptor");
    }

    private JsonNode proposer() {
        return role("proposer");
    }

    /** The learner's view; of a client, that of the learner inside it. */
    private JsonNode learner() {
        return name.kind() == ServiceKind.CLIENT ? role("client").path("learner") : role("learner");
    }

    /** Whether it is a client that has left, since it has nothing to do: what it last heard says nothing of the present. */
    private boolean isAway() {
        return name.kind() == ServiceKind.CLIENT && role("client").path("away").asBoolean(false);
    }

    /** Whether its proposer leads and takes new values. */
    boolean leads() {
        return proposer().path("state").asString("").equals("LEADER")
                && !proposer().path("recovering").asBoolean(false);
    }

    /** Whether it runs, is ready, and each of its roles does what it is there for. */
    boolean isHealthy() {
        return process != null && ready && complaints().isEmpty();
    }

    /** What is wrong with it, in words; empty if nothing is. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (!loopFailure().isEmpty()) {
            complaints.add("failed: " + loopFailure());
        }
        String keys = view.path("transport").path("keys").path("problem").asString("");
        if (!keys.isEmpty()) {
            complaints.add("has other keys than its file: " + keys);
        }
        String status = acceptor().path("status").asString("");
        if (!status.isEmpty() && !status.equals("VOTING")) {
            complaints.add(lower(status) + ": " + acceptor().path("reason").asString(""));
        }
        String learns = learner().path("state").asString("");
        if (!learns.isEmpty() && !LEARNER_RUNS.contains(learns)) {
            complaints.add(lower(learns) + ": " + learner().path("detail").asString(""));
        }
        String damage = learner().path("damage").asString("");
        if (!damage.isEmpty()) {
            complaints.add("store damaged: " + damage);
        }
        return complaints;
    }

    /** The id of the key that it seals its datagrams with; 0 if they are plain, -1 if it does not say. */
    int key() {
        return view.path("transport").path("keys").path("sending").asInt(-1);
    }

    /** Why its loop failed; empty if it did not. */
    String loopFailure() {
        return view.path("loop").path("failure").asString("");
    }

    /** In one word, what it does: down, starting, or what its role says. */
    String word() {
        if (process == null) {
            return "down";
        }
        if (view.isMissingNode()) {
            return ready ? "ready" : "starting";
        }
        if (!ready) {
            return "not ready";
        }
        if (isAway()) {
            return "idle";
        }
        return switch (name.kind()) {
            case ACCEPTOR -> lower(acceptor().path("status").asString("ready"));
            case PROPOSER, REPLICA -> lower(proposer().path("state").asString("ready"));
            case LEARNER, CLIENT -> lower(learner().path("state").asString("ready"));
        };
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The id of the proposer that it takes for the leader; -1 if it knows of none, or has left. */
    int leader() {
        return switch (name.kind()) {
            case ACCEPTOR -> acceptor().path("leader").path("round").asLong(0) == 0
                    ? -1
                    : acceptor().path("leader").path("proposerId").asInt(-1);
            case PROPOSER, REPLICA -> proposer().path("leaderId").asInt(-1);
            case LEARNER -> -1;
            case CLIENT -> isAway() ? -1 : role("client").path("leader").asInt(-1);
        };
    }

    /** The highest instance that it knows all to be decided up to; of a learner, the last delivered. -1 if it does not say. */
    long instance() {
        return switch (name.kind()) {
            case ACCEPTOR -> acceptor().path("watermark").asLong(-1);
            case PROPOSER -> proposer().path("watermark").asLong(-1);
            case LEARNER, REPLICA -> learner().path("delivered").asLong(-1);
            case CLIENT -> isAway() ? -1 : learner().path("delivered").asLong(-1);
        };
    }

    /** How many instances its acceptor stores; -1 without an acceptor. */
    long stored() {
        return acceptor().path("storedInstances").asLong(-1);
    }

    /** How far its acceptor has trimmed; -1 without an acceptor. */
    long trimmed() {
        return acceptor().path("trimPoint").asLong(-1);
    }

    /** Up to which instance its acceptor was asked to trim; -1 without an acceptor. */
    long trimAsked() {
        return acceptor().path("trimAsked").asLong(-1);
    }

    /** The ids of the learners that its acceptor does not wait for when it trims; empty without an acceptor. */
    Set<Integer> excludedLearners() {
        Set<Integer> ids = new TreeSet<>();
        acceptor().path("trimExcluded").forEach(id -> ids.add(id.asInt()));
        return ids;
    }

    /** What each configured learner holds, by id, as far as its acceptor was told; empty without an acceptor. */
    List<Long> heldByLearners() {
        List<Long> held = new ArrayList<>();
        acceptor().path("held").forEach(instance -> held.add(instance.asLong()));
        return held;
    }

    /** How many instances its learner lags behind the most that anyone knows; -1 without a learner that follows the log. */
    long lag(long decided) {
        long delivered = learner().path("delivered").asLong(-1);
        return delivered < 0 || isAway() ? -1 : Math.max(0, decided - delivered);
    }
}
