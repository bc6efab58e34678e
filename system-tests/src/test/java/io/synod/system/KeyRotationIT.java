package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The cluster's key is rotated under load, with an acceptor down in the middle of it: nothing is lost, and nothing stands still. */
class KeyRotationIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    /** About what a failover takes; what the start of a JVM on few processors adds is in it. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(3);
    private static final int CHUNK = 20;
    private static final List<String> SERVICES = List.of("acceptor-0", "acceptor-1", "acceptor-2", "proposer-0",
            "proposer-1", "learner-0", "learner-1", "client-0");
    private static final List<String> LEARNERS = List.of("learner-0", "learner-1");
    private static final List<String> WITHOUT_ACCEPTOR_2 = SERVICES.stream()
            .filter(service -> !service.equals("acceptor-2")).toList();

    @TempDir
    private Path directory;

    @Test
    void aRotationUnderLoadWithANodeDownLosesNothingAndPausesNobody() throws IOException {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2")) {
            Load load = new Load(cluster);
            load.awaitMore();
            awaitKeys(cluster, SERVICES, 1, List.of(1));

            step(cluster, "--add");
            awaitKeys(cluster, SERVICES, 1, List.of(1, 2));
            load.awaitMore();

            // Down while the others turn to the new key; its own file is that of before.
            Path before = cluster.synod().data().resolve("keys/before.keys");
            Files.copy(keys(cluster), before);
            cluster.kill("acceptor-2");
            load.awaitMore();
            step(cluster, "--promote");
            awaitKeys(cluster, WITHOUT_ACCEPTOR_2, 2, List.of(2, 1));
            load.awaitMore();

            try (LoneService _ = LoneService.start(cluster, "acceptor-2", "--paxos.security.key-file=" + before)) {
                awaitVotes(cluster, "acceptor-2");
                // Its key is in the others' rings still: it is heard, and everybody sees that the old key may not go.
                assertThat(heardUnder(cluster, "proposer-0", "acceptor-2")).isEqualTo(1);
                Await.until("acceptor-1 is heard under the new key", SOON,
                        () -> heardUnder(cluster, "proposer-0", "acceptor-1") == 2);
                // What arrives there while the process runs is taken over.
                Files.copy(keys(cluster), before.resolveSibling("now.keys"));
                Files.move(before.resolveSibling("now.keys"), before,
                        StandardCopyOption.REPLACE_EXISTING);
                awaitKeys(cluster, SERVICES, 2, List.of(2, 1));
                Await.until("acceptor-2 is heard under the new key", SOON,
                        () -> heardUnder(cluster, "proposer-0", "acceptor-2") == 2
                                && heardUnder(cluster, "proposer-1", "acceptor-2") == 2);
                load.awaitMore();
            }

            cluster.synod().run("start", "acceptor", "3").requireOk();
            awaitVotes(cluster, "acceptor-2");
            step(cluster, "--retire");
            awaitKeys(cluster, SERVICES, 2, List.of(2));
            load.awaitMore();
            // With one of the others gone, acceptor 2 is needed.
            cluster.kill("acceptor-0");
            load.awaitMore();

            int lines = load.end();
            assertThat(load.longestPause()).isLessThan(PAUSE_MAX);
            Logs.requireEachLineOnceInOrder(cluster, LEARNERS, lines);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    private static Path keys(ProcessCluster cluster) {
        return cluster.synod().data().resolve("keys/cluster.keys");
    }

    /** Takes a step in the cluster's file, and derives that of the clients anew. */
    private static void step(ProcessCluster cluster, String step) {
        String file = keys(cluster).toString();
        cluster.synod().run("keygen", step, "--file", file).requireOk();
        cluster.synod().run("keygen", "--client", file, "--file",
                keys(cluster).resolveSibling("client.keys").toString()).requireOk();
    }

    private static void awaitKeys(ProcessCluster cluster, List<String> services, int sending, List<Integer> accepted) {
        for (String service : services) {
            Await.until(service + " seals with key " + sending + " and takes " + accepted, SOON, () -> {
                JsonNode keys = cluster.paxos(service).path("transport").path("keys");
                List<Integer> ids = keys.path("accepted").valueStream().map(JsonNode::asInt).toList();
                return keys.path("sending").asInt(-1) == sending && ids.equals(accepted);
            }, () -> cluster.paxos(service).path("transport").path("keys"));
        }
    }

    private static void awaitVotes(ProcessCluster cluster, String acceptor) {
        Await.until(acceptor + " votes", SOON,
                () -> cluster.role(acceptor, "acceptor").path("status").asString("").equals("VOTING")
                        && heardUnder(cluster, "proposer-0", acceptor) > 0,
                () -> cluster.role(acceptor, "acceptor"));
    }

    /** Returns the id of the key by which a service last heard a peer, as its gauge tells whoever rotates keys. */
    private static int heardUnder(ProcessCluster cluster, String service, String peer) {
        Matcher gauge = Pattern.compile("paxos_peer_key_id\\{[^}]*peer=\"" + peer + "\"[^}]*} ([0-9.]+)")
                .matcher(cluster.get(service, "/actuator/prometheus").text());
        assertThat(gauge.find()).as("%s has a gauge of the key of %s", service, peer).isTrue();
        return (int) Double.parseDouble(gauge.group(1));
    }

    /** Submits lines by one command from before the rotation to its end, some at a time, and looks how long each time takes. */
    private static final class Load {

        private final ProcessCluster cluster;
        private final Feed feed;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong delivered = new AtomicLong();
        private final AtomicLong longestNanos = new AtomicLong();
        private final Thread thread;

        Load(ProcessCluster cluster) {
            this.cluster = cluster;
            this.feed = Feed.start(cluster.synod());
            // The start of the command is no pause.
            submitSome();
            longestNanos.set(0);
            thread = Thread.ofPlatform().daemon().name("load").start(() -> {
                while (!ended.get()) {
                    submitSome();
                }
            });
        }

        private void submitSome() {
            long beganNanos = System.nanoTime();
            feed.write(CHUNK);
            int wanted = feed.lines();
            Await.until("line " + wanted + " is delivered", SOON,
                    () -> cluster.valuesDelivered("learner-0") >= wanted);
            longestNanos.accumulateAndGet(System.nanoTime() - beganNanos, Math::max);
            delivered.set(wanted);
        }

        /** Waits until some more lines are delivered that were not submitted yet. */
        void awaitMore() {
            long wanted = delivered.get() + 5 * CHUNK;
            Await.until("more lines are delivered", SOON, () -> delivered.get() >= wanted || !thread.isAlive());
            assertThat(thread.isAlive()).as("the load goes on").isTrue();
        }

        Duration longestPause() {
            return Duration.ofNanos(longestNanos.get());
        }

        /** Returns how many lines were submitted; all are decided. */
        int end() {
            ended.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            feed.end().requireOk();
            return feed.lines();
        }
    }
}
