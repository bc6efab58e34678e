package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines from one submitter arrive once each and in order, whoever is killed meanwhile; acceptors remember in memory (rules S7, S8, S10, L1). */
class KillsIT {

    private static final int LINES = 20_000;
    private static final int CHUNK = 1_000;
    private static final Duration PROGRESS_MAX = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void killingTheLeaderAndAnAcceptorLosesAndDoublesNothing() {
        try (ProcessCluster cluster =
                ProcessCluster.up(directory, "--memory", "--acceptors", "3", "--proposers", "2", "--learners", "2")) {
            List<String> learners = List.of("learner-0", "learner-1");
            String leader = cluster.leader(List.of("proposer-0", "proposer-1"));
            submitWhileKilling(cluster, "learner-1", leader, "acceptor-1");
            Logs.requireEachLineOnceInOrder(cluster, learners, LINES);
            tailsAreTheSame(cluster);

            cluster.synod().run("start", "proposer", "2").requireOk();
            cluster.synod().run("start", "acceptor", "3").requireOk();
            anAcceptorThatLostItsMemoryStaysOutAndSaysSo(cluster, "acceptor-1");
            cluster.synod().run("submit", String.valueOf(LINES + 1)).requireOk();
            Logs.requireEachLineOnceInOrder(cluster, learners, LINES + 1);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    @Test
    void killingTheLeadingReplicaLosesAndDoublesNothing() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--memory", "--replicas", "3")) {
            List<String> replicas = List.of("replica-0", "replica-1", "replica-2");
            String leader = cluster.leader(replicas);
            List<String> others = replicas.stream().filter(replica -> !replica.equals(leader)).toList();
            submitWhileKilling(cluster, others.getFirst(), leader);
            Logs.requireEachLineOnceInOrder(cluster, others, LINES);

            cluster.synod().run("start", "replica", "3").requireOk();
            anAcceptorThatLostItsMemoryStaysOutAndSaysSo(cluster, leader);
            cluster.synod().run("submit", String.valueOf(LINES + 1)).requireOk();
            Logs.requireEachLineOnceInOrder(cluster, replicas, LINES + 1);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** Submits all lines, and kills one process after another at moments spread over them. */
    private static void submitWhileKilling(ProcessCluster cluster, String learner, String... victims) {
        Feed feed = Feed.start(cluster.synod());
        int killed = 0;
        while (feed.lines() < LINES) {
            feed.write(CHUNK);
            if (killed < victims.length
                    && feed.lines() == LINES / (victims.length + 1) * (killed + 1) / CHUNK * CHUNK) {
                int delivered = feed.lines() - CHUNK;
                Await.until("some of the lines are delivered", PROGRESS_MAX,
                        () -> cluster.valuesDelivered(learner) > delivered);
                cluster.kill(victims[killed++]);
            }
        }
        assertThat(killed).isEqualTo(victims.length);
        Synod.Result result = feed.end().requireOk();
        assertThat(result.out().lines()).hasSize(LINES);
    }

    private static void tailsAreTheSame(ProcessCluster cluster) {
        List<String> tails = List.of("0", "1").stream()
                .map(id -> cluster.synod().run("tail", "--from", "1", "--format", "json", "--learner", id).requireOk()
                        .out())
                .toList();
        assertThat(tails.getFirst().lines()).hasSize(LINES);
        assertThat(tails.get(1)).isEqualTo(tails.getFirst());
    }

    private static void anAcceptorThatLostItsMemoryStaysOutAndSaysSo(ProcessCluster cluster, String service) {
        cluster.awaitAcceptor(service, "OUT");
        assertThat(cluster.role(service, "acceptor").path("reason").asString("")).isNotEmpty();
        Synod.Result status = cluster.synod().run("status");
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.out()).contains(service + " out: ");
    }
}
