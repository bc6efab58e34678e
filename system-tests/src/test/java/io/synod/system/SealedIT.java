package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A cluster that {@code up} starts is sealed: who has another key, or none, is heard by nobody, and says so. */
class SealedIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final List<String> PEERS = List.of("acceptor-0", "acceptor-1", "proposer-0", "learner-0");

    @TempDir
    private Path directory;

    @Test
    void whoHasAnotherKeyOrNoneIsHeardByNobodyAndSaysSo() throws IOException {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            Path keys = cluster.synod().data().resolve("keys");
            for (String file : List.of("cluster.keys", "client.keys")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(file))))
                        .as(file).isEqualTo("rw-------");
            }
            assertThat(cluster.synod().run("status").requireOk().out()).contains("datagrams are sealed with key 1");
            cluster.synod().run("submit", "a sealed value").requireOk();
            cluster.kill("acceptor-2");

            Path another = keys.resolve("another.keys");
            cluster.synod().run("keygen", "--file", another.toString()).requireOk();
            Path usual = cluster.synod().data().resolve("cluster.properties");
            requireUnheard(cluster, "seal", "seal", usual, "--paxos.security.key-file=" + another);
            Path other = keys.resolve("other.keys");
            cluster.synod().run("keygen", "--id", "7", "--file", other.toString()).requireOk();
            requireUnheard(cluster, "key_id", "key_id", usual, "--paxos.security.key-file=" + other);
            Path plain = usual.resolveSibling("plain.properties");
            Files.writeString(plain, Files.readString(usual).replaceAll("(?m)^paxos\\.security\\..*$", ""));
            requireUnheard(cluster, "unsealed", "sealed", plain);

            // The right key opens everything again, and the cluster never stood still.
            cluster.synod().run("start", "acceptor", "3").requireOk();
            cluster.kill("acceptor-0");
            cluster.synod().run("submit", "with the one that has the key again").requireOk();
            assertThat(cluster.deliveredLog("learner-0")).hasSize(5);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /**
     * Starts acceptor 2 with what it should not have.
     *
     * @param theirs the reason by which the proposer counts what it says
     * @param own the reason by which it counts what they say, and which its log names
     */
    private static void requireUnheard(ProcessCluster cluster, String theirs, String own, Path configuration,
            String... arguments) {
        int logged = cluster.log("acceptor-2").length();
        // Acceptors speak to proposers and learners, and not to each other once the log is formed.
        long before = rejected(cluster, "proposer-0", theirs);
        try (LoneService _ = LoneService.start(cluster, "acceptor-2", configuration, arguments)) {
            Await.until("its datagrams are rejected as " + theirs, SOON,
                    () -> rejected(cluster, "proposer-0", theirs) > before, () -> cluster.paxos("proposer-0"));
            Await.until("it rejects the others' as " + own, SOON, () -> rejected(cluster, "acceptor-2", own) > 0,
                    () -> cluster.paxos("acceptor-2"));
            Await.until("its log says so", SOON, () -> cluster.log("acceptor-2").substring(logged)
                    .contains("datagrams since the last such line: " + own + ". "),
                    () -> cluster.log("acceptor-2").substring(logged));
            cluster.synod().run("submit", "without " + theirs).requireOk();
            for (String peer : PEERS) {
                assertThat(silentMillis(cluster, "acceptor-2", peer)).as("acceptor-2 hears " + peer).isNegative();
                assertThat(silentMillis(cluster, peer, "acceptor-2")).as(peer + " hears acceptor-2")
                        .matches(silent -> silent < 0 || silent > 1_000);
            }
        }
    }

    private static long rejected(ProcessCluster cluster, String service, String reason) {
        return cluster.paxos(service).path("transport").path("rejected").path(reason).asLong(0);
    }

    /** Returns for how long a service has not heard a peer; -1 if it never did. */
    private static long silentMillis(ProcessCluster cluster, String service, String peer) {
        for (JsonNode known : cluster.paxos(service).path("peers")) {
            if (known.path("node").asString("").equals(peer)) {
                return known.path("silentMillis").asLong(-1);
            }
        }
        throw new AssertionError(service + " knows no " + peer);
    }
}
