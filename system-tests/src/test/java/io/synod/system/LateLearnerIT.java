package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learners that come after acceptors have trimmed what they need (F20), and those that come back with what they kept. */
class LateLearnerIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<String> LEARNERS = List.of("learner-0", "learner-1", "learner-2");
    /** A value an instance, so that trims come often. */
    private static final Map<String, String> OFTEN_TRIMMED =
            Map.of("PAXOS_LEARNER_TRIMEVERY", "500", "PAXOS_PROPOSER_MAXVALUESPERINSTANCE", "1");
    private static final String STATE = "what an application made of it";

    @TempDir
    private Path directory;

    @Test
    void aLearnerThatComesAfterTrimsTakesCheckpointAndLogFromAPeerAndReachesTheLiveStreamUnderLoad() {
        Map<String, String> environment = new HashMap<>(OFTEN_TRIMMED);
        // Two of three learners suffice for a trim.
        environment.put("PAXOS_QUORUM_TRIM", "2");
        environment.put("PAXOS_LEARNER_RETENTION_INSTANCES", "5000");
        try (ProcessCluster cluster = ProcessCluster.up(new Synod(directory, environment), "--learners", "3")) {
            Feed feed = Feed.start(cluster.synod(), "-o", "256");
            cluster.kill("learner-2");
            cluster.wipe("learner-2");
            Await.until("learners keep the end of the log alone, and acceptors less", SOON, () -> {
                feed.write(1_000);
                return first(cluster, "learner-0") > 1 && first(cluster, "learner-1") > 1 && trimPoint(cluster) > 1_000;
            }, () -> cluster.role("learner-0", "learner"));
            long checkpoint = cluster.delivered("learner-0");
            Http.Answer stored = cluster.put("learner-0", "/api/checkpoints/" + checkpoint, STATE);
            assertThat(stored.status()).as(stored.text()).isEqualTo(201);
            assertThat(cluster.get("learner-0", "/api/values?from=1").json().path("checkpoint").asLong())
                    .isEqualTo(checkpoint);

            cluster.synod().run("start", "learner", "3").requireOk();
            long begun = cluster.delivered("learner-0");
            Await.until("learner-2 is where the others are, while values come", SOON, () -> {
                feed.write(500);
                return cluster.delivered("learner-2") >= begun;
            }, () -> cluster.role("learner-2", "learner"));
            feed.end().requireOk();
            int lines = feed.lines();
            for (String learner : LEARNERS) {
                Await.until(learner + " has all", SOON, () -> cluster.valuesDelivered(learner) >= lines);
            }

            List<String> late = cluster.deliveredLog("learner-2", checkpoint + 1);
            assertThat(late).isEqualTo(cluster.deliveredLog("learner-0", checkpoint + 1))
                    .isEqualTo(cluster.deliveredLog("learner-1", checkpoint + 1));
            assertThat(late.getLast()).endsWith(" " + lines);
            assertThat(cluster.get("learner-2", "/api/checkpoints/latest").text()).isEqualTo(STATE);
            assertThat(cluster.log("learner-2")).contains("another learner must give it",
                    "from the snapshot of a peer");
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** Services read the longer list one after the other, acceptors first, as docs/operations.md says. */
    @Test
    void aLearnerThatIsAddedToTheListsUnderLoadHasTheWholeLog() throws IOException {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2")) {
            Synod synod = cluster.synod();
            Feed feed = Feed.start(synod, "--deadline", "60s");
            feed.writeUntilDelivered(cluster, "learner-0", 2_000);
            Path lists = synod.data().resolve("cluster.properties");
            String listed = "learners=127.0.0.1:" + cluster.udpPort("learner-0");
            String before = Files.readString(lists);
            assertThat(before).contains(listed);
            Files.writeString(lists, before.replace(listed, listed + ",127.0.0.1:" + cluster.udpPort("learner-1")));

            for (String service : List.of("acceptor-0", "acceptor-1", "acceptor-2", "proposer-0", "proposer-1",
                    "learner-0",
                    "client-0")) {
                String role = service.substring(0, service.indexOf('-'));
                int id = Integer.parseInt(service.substring(service.indexOf('-') + 1));
                synod.run("stop", role, String.valueOf(id)).requireOk();
                feed.write(200);
                synod.run("start", role, String.valueOf(id + 1)).requireOk();
                if (role.equals("acceptor")) {
                    cluster.awaitAcceptor(service, "VOTING");
                }
                feed.writeUntilDelivered(cluster, "learner-0", feed.lines() + 200);
            }
            synod.run("start", "learner", "2").requireOk();
            feed.write(1_000);
            int lines = feed.lines();
            feed.end().requireOk();

            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0", "learner-1"), lines);
            assertThat(synod.run("status").requireOk().out()).contains("learner    1");
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** What acceptors have trimmed is in all learners' own stores (rule S9): nobody else need be asked. */
    @Test
    void learnersThatAreKilledAfterTrimsGoOnWhereTheyWere() {
        try (ProcessCluster cluster = ProcessCluster.up(new Synod(directory, OFTEN_TRIMMED), "--learners", "3")) {
            Feed feed = Feed.start(cluster.synod(), "-o", "256");
            feed.writeUntilDelivered(cluster, "learner-0", 20_000);
            Await.until("acceptors trim", SOON, () -> {
                feed.write(500);
                return trimPoint(cluster) > 500;
            });
            cluster.kill(LEARNERS.toArray(String[]::new));
            cluster.synod().run("start", "learner", "3").requireOk();
            feed.write(1_000);
            feed.end().requireOk();
            Logs.requireEachLineOnceInOrder(cluster, LEARNERS, feed.lines());
            LEARNERS.forEach(
                    learner -> assertThat(cluster.log(learner)).doesNotContain("another learner must give it"));
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    private static long trimPoint(ProcessCluster cluster) {
        return cluster.role("acceptor-0", "acceptor").path("trimPoint").asLong(-1);
    }

    private static long first(ProcessCluster cluster, String learner) {
        return cluster.get(learner, "/api/values?from=latest&limit=1").json().path("firstInstance").asLong();
    }
}
