package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acceptors trim what the trim quorum of learners holds, and nothing else (rule S9). */
class TrimIT {

    private static final Duration SOON = Duration.ofSeconds(20);
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
            ProcessCluster.Answer refused = trim(cluster, beyond);
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

    private static ProcessCluster.Answer trim(ProcessCluster cluster, long instance) {
        return cluster.post("learner-0", "/actuator/trim", "{\"instance\": " + instance + "}");
    }

    private static long trimPoint(ProcessCluster cluster, String acceptor) {
        return cluster.role(acceptor, "acceptor").path("trimPoint").asLong(-1);
    }
}
