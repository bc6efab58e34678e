package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.history.History;
import io.synod.testing.SynodCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The images as a cluster of containers in a network of their own. One cluster serves all tests, since it takes long to
 * start; so the order matters: what trims, or loses an acceptor for good, comes last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ContainersIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** A failover, with what the restarts of half a dozen JVMs on few processors add. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(3);
    private static final List<String> ACCEPTORS = List.of("acceptor-0", "acceptor-1", "acceptor-2");
    private static final List<String> LEARNERS = List.of("learner-0", "learner-1");
    private static final List<String> PROPOSERS = List.of("proposer-0", "proposer-1");

    private static final History HISTORY = new History();
    private static @Nullable SynodCluster cluster;

    @BeforeAll
    static void start() {
        Requirement.DOCKER.orSkip(ContainersIT.class, Images.arePossible());
        Images.build(List.of("acceptor", "proposer", "learner", "client"));
        HISTORY.submitted(SynodCluster.FIRST_VALUE);
        HISTORY.unknown(SynodCluster.FIRST_VALUE);
        cluster = SynodCluster.builder().proposers(2).learners(2).clients(2).start();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void cutNetworksLoseNothing() {
        try (ContainerLoad load = new ContainerLoad(cluster(), "cuts", HISTORY)) {
            load.awaitMore(20);
            cluster().cut("acceptor-1");
            load.awaitMore(50);
            cluster().heal("acceptor-1");

            String leader = leader();
            cluster().cut(leader);
            load.awaitMore(50);
            assertThat(leader()).isNotEqualTo(leader);
            cluster().heal(leader);
            load.awaitMore(20);
            requireShortPauses(load, "the cuts");
            load.end();
            requireHistory("the cuts");
        }
    }

    @Test
    @Order(2)
    void everyContainerIsRestartedInTurnUnderLoad() {
        try (ContainerLoad load = new ContainerLoad(cluster(), "restarts", HISTORY)) {
            for (String node : cluster().nodes()) {
                load.awaitMore(20);
                cluster().restart(node);
                awaitVotes();
            }
            load.awaitMore(50);
            requireShortPauses(load, "the restarts");
            load.end();
            requireHistory("the restarts");
        }
    }

    @Test
    @Order(3)
    void prometheusScrapesEveryService() {
        try (PrometheusContainer prometheus = new PrometheusContainer(cluster())) {
            for (String node : cluster().nodes()) {
                Await.until(node + " is scraped", SOON, () -> prometheus.value("up{instance=\"" + node + "\"}") == 1);
            }
            Await.until("one proposer leads", SOON, () -> prometheus.value("sum(paxos_proposer_leader)") == 1);
        }
    }

    @Test
    @Order(4)
    void aTrimOverHttpIsVotedAndDone() {
        long delivered = submit("the last before the trim");
        LEARNERS.forEach(learner -> cluster().awaitDelivered(learner, delivered));
        Await.until("acceptors have trimmed", SOON, () -> trim(delivered).statusCode() == 200,
                () -> trim(delivered).body());
        assertThat(ACCEPTORS).allMatch(
                acceptor -> cluster().state(acceptor, "acceptor").path("trimPoint").asLong(-1) >= delivered);
        submit("the first after the trim");
    }

    @Test
    @Order(5)
    void anAcceptorThatIsKilledComesBackAndOneThatLosesItsVolumeStaysOut() {
        try (ContainerLoad load = new ContainerLoad(cluster(), "losses", HISTORY)) {
            load.awaitMore(20);
            cluster().kill("acceptor-2");
            load.awaitMore(20);
            cluster().start("acceptor-2");
            awaitVotes();
            cluster().replace("acceptor-2");
            Await.until("acceptor-2 stays out", SOON,
                    () -> status("acceptor-2").equals("OUT"), () -> cluster().state("acceptor-2", "acceptor"));
            load.awaitMore(20);
            requireShortPauses(load, "the losses");
            load.end();
            requireHistory("the losses");
        }
    }

    private static void requireShortPauses(ContainerLoad load, String during) {
        Duration pause = load.longestPause();
        System.out.printf("The longest pause in %s: %d ms%n", during, pause.toMillis());
        assertThat(pause).isLessThan(PAUSE_MAX);
    }

    private static SynodCluster cluster() {
        return Objects.requireNonNull(cluster);
    }

    private static void awaitVotes() {
        for (String acceptor : ACCEPTORS) {
            Await.until(acceptor + " votes", SOON, () -> status(acceptor).equals("VOTING"),
                    () -> cluster().state(acceptor, "acceptor"));
        }
    }

    private static String status(String acceptor) {
        return cluster().state(acceptor, "acceptor").path("status").asString("");
    }

    private static HttpResponse<String> trim(long instance) {
        return cluster().post("learner-0", "/actuator/trim", "application/json", "{\"instance\": " + instance + "}");
    }

    /** Returns the proposer that leads, of those that answer; waits until there is one. */
    private static String leader() {
        String[] leader = new String[1];
        Await.until("a proposer leads", SOON, () -> {
            for (String proposer : PROPOSERS) {
                if (cluster().state(proposer, "proposer").path("state").asString("").equals("LEADER")) {
                    leader[0] = proposer;
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    /** Submits a value by itself, and returns its instance. */
    private static long submit(String value) {
        HISTORY.submitted(value);
        long instance = cluster().submit(value).instance();
        HISTORY.acknowledged(value, instance, -1);
        return instance;
    }

    /** Requires that what learners delivered so far agrees with what was submitted and acknowledged. */
    private static void requireHistory(String after) {
        long last = submit("the last of " + after);
        for (String learner : LEARNERS) {
            cluster().awaitDelivered(learner, last);
            History.Reader reader = HISTORY.reader(learner + " after " + after);
            Logs.read(cluster().delivered(learner), reader);
            assertThat(reader.count()).isEqualTo(HISTORY.deliveredCount());
        }
        assertThat(HISTORY.violations(true)).isEmpty();
    }
}
