package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acceptors trim what the trim quorum of learners holds, and nothing else (rule S9). */
class TrimIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    /** Longer than it takes to write some values and to be refused once. */
    private static final Duration GONE = Duration.ofSeconds(20);
    private static final int REFUSED = 3;
    private static final List<String> ACCEPTORS = List.of("acceptor-0", "acceptor-1", "acceptor-2");

    @TempDir
    private Path directory;

    @Test
    void aTrimIsRefusedUntilAllLearnersHoldTheInstance() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--learners", "2")) {
            Feed feed = Feed.start(cluster.synod(), "-o", "64");
            feed.write(2_000);
            feed.end().requireOk();
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0", "learner-1"), 2_000);
            long held = cluster.delivered("learner-0");

            cluster.signal("learner-1", "STOP");
            cluster.synod().run("submit", "2001").requireOk();
            Await.until("learner-0 delivers it", SOON, () -> cluster.delivered("learner-0") > held);
            long beyond = cluster.delivered("learner-0");
            Http.Answer refused = trim(cluster, beyond);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("detail").asString("")).contains("learner 1");
            assertThat(ACCEPTORS).allMatch(acceptor -> trimPoint(cluster, acceptor) < beyond);

            cluster.signal("learner-1", "CONT");
            Await.until("learner-1 delivers it", SOON, () -> cluster.delivered("learner-1") >= beyond);
            Await.until("acceptors trim what learner-1 held up", SOON,
                    () -> ACCEPTORS.stream().allMatch(acceptor -> trimPoint(cluster, acceptor) >= beyond));
            assertThat(ACCEPTORS).allMatch(
                    acceptor -> cluster.role(acceptor, "acceptor").path("storedInstances").asLong(-1) <= 1);
            assertThat(trim(cluster, beyond).status()).isEqualTo(200);

            cluster.synod().run("submit", "2002").requireOk();
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0", "learner-1"), 2_002);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** An operator says that a learner is gone: that is heeded when acceptors have missed it for as long as is configured. */
    @Test
    void aLearnerThatIsGoneIsExcludedAfterATimeAndCountsAgainWhenItIsBack() {
        Synod synod = new Synod(directory, Map.of("PAXOS_LEARNER_EXCLUDEAFTER", GONE.toSeconds() + "s"));
        try (ProcessCluster cluster = ProcessCluster.up(synod, "--learners", "2")) {
            Feed feed = Feed.start(synod, "-o", "64");
            cluster.kill("learner-1");
            feed.write(2_000);
            feed.end().requireOk();
            Await.until("learner-0 delivers them", SOON, () -> cluster.valuesDelivered("learner-0") >= 2_000);
            long instance = cluster.delivered("learner-0");

            Http.Answer blocked = trim(cluster, instance);
            assertThat(blocked.status()).isEqualTo(409);
            assertThat(blocked.json().path("blocking").toString()).isEqualTo("[1]");
            Synod.Result early = exclude(synod, instance);
            assertThat(early.exit()).isEqualTo(REFUSED);
            assertThat(early.err()).contains("learner 1 holds only up to",
                    "Learner 1 is not excluded: acceptors 0, 1, 2",
                    "within the last " + GONE.toSeconds() + " s (paxos.learner.exclude-after)");
            assertThat(synod.run("status").out()).contains("waits for learner-1").doesNotContain("trim without");

            Await.until("acceptors trim without it", SOON, () -> exclude(synod, instance).exit() == 0,
                    () -> exclude(synod, instance).err());
            assertThat(ACCEPTORS).allMatch(acceptor -> trimPoint(cluster, acceptor) >= instance);
            assertThat(exclude(synod, instance).out()).contains("acceptors trim without learner 1");
            assertThat(synod.run("status").out()).contains("acceptors trim without learner-1 until they hear it again")
                    .doesNotContain("waits for");

            synod.run("start", "learner", "2").requireOk();
            synod.run("submit", "2001").requireOk();
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0", "learner-1"), 2_001);
            assertThat(cluster.log("learner-1")).contains("another learner must give it");
            assertThat(synod.run("status").out()).doesNotContain("trim without");
            requireCounts(cluster, "learner-1");
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** Sees that acceptors wait for a learner. */
    private static void requireCounts(ProcessCluster cluster, String learner) {
        cluster.signal(learner, "STOP");
        long before = cluster.delivered("learner-0");
        cluster.synod().run("submit", "2002").requireOk();
        Await.until("learner-0 delivers it", SOON, () -> cluster.delivered("learner-0") > before);
        long beyond = cluster.delivered("learner-0");
        Http.Answer blocked = trim(cluster, beyond);
        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.json().path("blocking").toString()).isEqualTo("[1]");
        cluster.signal(learner, "CONT");
        Await.until("acceptors trim what it held up", SOON,
                () -> ACCEPTORS.stream().allMatch(acceptor -> trimPoint(cluster, acceptor) >= beyond));
    }

    private static Synod.Result exclude(Synod synod, long instance) {
        return synod.run("trim", String.valueOf(instance), "--exclude", "1");
    }

    private static Http.Answer trim(ProcessCluster cluster, long instance) {
        return cluster.post("learner-0", "/actuator/trim", "{\"instance\": " + instance + "}");
    }

    private static long trimPoint(ProcessCluster cluster, String acceptor) {
        return cluster.role(acceptor, "acceptor").path("trimPoint").asLong(-1);
    }
}
