package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acceptors that lost what they knew stay out until they are told to rejoin, and are then as good as any (rule S10). */
class RejoinIT {

    private static final int CHUNK = 1_000;
    private static final int REFUSED = 3;
    private static final int UNKNOWN = 4;
    private static final int UNREACHABLE = 5;

    @TempDir
    private Path directory;

    @Test
    void f08AWipedAcceptorStaysOutRejoinsAndIsThenNeededForTheQuorum() {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            Feed feed = Feed.start(cluster.synod(), "--deadline", "120s");
            feed.write(CHUNK);
            cluster.kill("acceptor-1");
            cluster.wipe("acceptor-1");
            feed.write(CHUNK);
            cluster.synod().run("start", "acceptor", "3").requireOk();
            awaitOut(cluster, "acceptor-1");

            rejoin(cluster, "acceptor-1");
            cluster.synod().run("status").requireOk();
            cluster.kill("acceptor-2");
            feed.write(CHUNK);
            Synod.Result result = feed.end().requireOk();
            assertThat(result.out().lines()).hasSize(3 * CHUNK);
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0"), 3 * CHUNK);

            String storageId = storageId(cluster, "acceptor-1");
            cluster.kill("acceptor-1");
            cluster.synod().run("start", "acceptor", "3").requireOk();
            cluster.awaitAcceptor("acceptor-1", "VOTING");
            assertThat(storageId(cluster, "acceptor-1")).isEqualTo(storageId);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    @Test
    void anAcceptorThatLostItsMemoryRejoinsAndSoDoesTheNextOne() {
        wipeOneAfterTheOther("acceptor", "learner-0", "--memory");
    }

    @Test
    void soDoTheAcceptorsOfReplicas() {
        wipeOneAfterTheOther("replica", "replica-0", "--memory", "--replicas", "3");
    }

    /** Each loses what it knew, in turn, and what was acknowledged is there all the same. */
    private void wipeOneAfterTheOther(String kind, String learner, String... options) {
        try (ProcessCluster cluster = ProcessCluster.up(directory, options)) {
            Feed feed = Feed.start(cluster.synod(), "--deadline", "120s");
            for (int id = 2; id >= 1; id--) {
                feed.write(CHUNK);
                String service = kind + "-" + id;
                cluster.kill(service);
                cluster.synod().run("start", kind, "3").requireOk();
                awaitOut(cluster, service);
                rejoin(cluster, service);
            }
            feed.write(CHUNK);
            feed.end().requireOk();
            Logs.requireEachLineOnceInOrder(cluster, List.of(learner), 3 * CHUNK);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    @Test
    void f09WhenAMajorityIsWipedTheClusterHaltsAndSaysWhy() {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            cluster.synod().run("submit", "1").requireOk();
            List<String> wiped = List.of("acceptor-0", "acceptor-2");
            for (String service : wiped) {
                cluster.kill(service);
                cluster.wipe(service);
            }
            cluster.synod().run("start", "acceptor", "3").requireOk();
            wiped.forEach(service -> awaitOut(cluster, service));

            Synod.Result rejoin = cluster.synod().run("rejoin", "acceptor", "2", "--deadline", "2s");
            assertThat(rejoin.exit()).isEqualTo(UNKNOWN);
            assertThat(rejoin.err()).contains("acceptor 0 (which does not vote itself)");
            Synod.Result submit = cluster.synod().run("submit", "2", "--deadline", "3s");
            assertThat(submit.exit()).isEqualTo(UNREACHABLE);
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0"), 1);
        }
    }

    @Test
    void whereThereIsNothingToRejoinTheCommandSaysSo() {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            Synod.Result votes = cluster.synod().run("rejoin", "acceptor", "1");
            assertThat(votes.exit()).isEqualTo(REFUSED);
            assertThat(votes.err()).contains("acceptor 1 cannot rejoin: it votes");
            Http.Answer answer = cluster.post("acceptor-1", "/actuator/rejoin", "{}");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().path("detail").asString("")).contains("it votes");
        }
    }

    private static void awaitOut(ProcessCluster cluster, String service) {
        cluster.awaitAcceptor(service, "OUT");
        String command = "./synod rejoin acceptor " + service.charAt(service.length() - 1);
        assertThat(cluster.get(service, "/actuator/health").text()).contains("stays out").contains(command);
        assertThat(cluster.log(service)).contains("stays out").contains(command);
    }

    private static void rejoin(ProcessCluster cluster, String service) {
        String id = service.substring(service.length() - 1);
        Synod.Result result = cluster.synod().run("rejoin", "acceptor", id).requireOk();
        assertThat(result.out()).startsWith("acceptor " + id + " votes again");
        cluster.awaitAcceptor(service, "VOTING");
    }

    private static String storageId(ProcessCluster cluster, String service) {
        return cluster.role(service, "acceptor").path("storageId").toString();
    }
}
