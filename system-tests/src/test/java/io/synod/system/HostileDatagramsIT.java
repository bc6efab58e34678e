package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.system.HostileDatagrams.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Datagrams that are not to be acted on are counted by reason and change nothing (rule S11, F15, F16). */
class HostileDatagramsIT {

    private static final int DATAGRAMS = 100_000;
    private static final int CHUNK = 500;
    private static final String DROPPED = "dropped by the system";
    private static final int OF_A_KIND = 4_000;
    private static final long SEED = 7;
    private static final Duration FLOOD = Duration.ofSeconds(Integer.getInteger("synod.flood.seconds", 30));
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> RELAYED = List.of("acceptor-0", "acceptor-1", "proposer-0", "proposer-1");
    private static final List<String> SERVICES = List.of("acceptor-0", "acceptor-1", "acceptor-2", "proposer-0",
            "proposer-1", "learner-0", "learner-1", "client-0");

    /** Where the header is right: the node does not hear who it claims to be from, or the seal does not open. */
    private static final Set<String> NOT_OPENED = Set.of("own", "sender_type", "seal", "not_tried");
    /** What each kind may be counted under. */
    private static final Map<Kind, Set<String>> REASONS = new EnumMap<>(Map.of(
            Kind.RANDOM, Set.of("too_short", "magic"),
            Kind.TRUNCATED, with(NOT_OPENED, "too_short"),
            Kind.WRONG_CLUSTER, Set.of("cluster"),
            Kind.WRONG_VERSION, Set.of("version"),
            Kind.CORRUPT, with(NOT_OPENED, "sender_id", "header_field"),
            Kind.REPLAYED, with(NOT_OPENED, "replayed"),
            Kind.UNSEALED, Set.of("unsealed"),
            Kind.OTHER_KEY, Set.of("key_id", "own", "sender_type"),
            Kind.FORGED, NOT_OPENED,
            Kind.MIXED, NOT_OPENED));

    @TempDir
    private Path directory;

    @Test
    void hostileDatagramsUnderLoadAreCountedAndChangeNothing() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--plain", "--proposers", "2", "--learners",
                "2")) {
            List<byte[]> good = Relays.recordASubmit(cluster);
            String leader = cluster.leader(List.of("proposer-0", "proposer-1"));
            JsonNode ballot = cluster.role(leader, "proposer").path("ballot");
            Map<String, Long> before = rejected(cluster);

            HostileDatagrams hostile = new HostileDatagrams(SEED, good, HostileDatagrams.OF_PLAIN);
            Feed feed = Feed.start(cluster.synod(), "-o", "256");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> hostile.send(DATAGRAMS, SERVICES.stream().map(cluster::udpPort).toList()));
            long begun = cluster.valuesDelivered("learner-0");
            while (!sending.isDone()) {
                feed.write(CHUNK);
                long wanted = begun + feed.lines() - CHUNK;
                Await.until("lines are delivered meanwhile", Duration.ofSeconds(5),
                        () -> cluster.valuesDelivered("learner-0") >= wanted);
            }
            sending.join();
            feed.end().requireOk();

            requireCounted(hostile, difference(before, cluster));
            assertThat(cluster.role(leader, "proposer").path("ballot")).isEqualTo(ballot);
            assertThat(cluster.synod().run("status").exit()).isZero();
            requireSameLogs(cluster, feed.lines() + 1);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** One kind at a time, to a sealed cluster that has nothing else to do: what is wrong is what it is counted under. */
    @Test
    void eachKindIsCountedUnderItsReasonInASealedCluster() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2");
                Relays relays = new Relays(cluster)) {
            try (LoneService _ = relayedAcceptor(cluster, relays)) {
                Feed feed = Feed.start(cluster.synod(), "--cluster", relays.to(RELAYED).toString());
                feed.write(CHUNK);
                feed.end().requireOk();
                Await.until("enough is recorded", SOON, () -> relays.recorded().size() > 100);
                List<byte[]> good = relays.recorded();
                for (Kind kind : Kind.values()) {
                    Map<String, Long> before = rejected(cluster);
                    HostileDatagrams hostile = new HostileDatagrams(SEED, good, EnumSet.of(kind));
                    hostile.send(OF_A_KIND, SERVICES.stream().map(cluster::udpPort).toList());
                    Await.until(kind + " is counted", SOON, () -> difference(before, cluster).values().stream()
                            .mapToLong(Long::longValue).sum() >= OF_A_KIND, () -> difference(before, cluster));
                    Map<String, Long> counted = difference(before, cluster);
                    counted.remove(DROPPED);
                    counted.values().removeIf(count -> count == 0);
                    assertThat(counted.keySet()).as("%s", kind).isNotEmpty().isSubsetOf(REASONS.get(kind));
                }
            }
        }
    }

    /** Without the key nothing that is recorded, changed or made up opens, however much of it comes. */
    @Test
    void aFloodOfHostileDatagramsChangesNothingInASealedCluster() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2");
                Relays relays = new Relays(cluster)) {
            // A client that stays speaks through relays, too.
            try (LoneService _ = relayedAcceptor(cluster, relays)) {
                Feed feed = Feed.start(cluster.synod(), "-o", "256", "--cluster",
                        relays.to(RELAYED).toString());
                feed.write(CHUNK);
                Await.until("lines are delivered", SOON, () -> cluster.valuesDelivered("learner-0") >= CHUNK);
                Await.until("enough is recorded", SOON, () -> relays.recorded().size() > 100);
                List<byte[]> good = relays.recorded();
                Map<String, Long> before = rejected(cluster);

                HostileDatagrams hostile = new HostileDatagrams(SEED, good, EnumSet.allOf(Kind.class));
                CompletableFuture<Integer> flood = CompletableFuture.supplyAsync(
                        () -> hostile.flood(FLOOD, SERVICES.stream().map(cluster::udpPort).toList()));
                // The client-service has nothing to do, so nobody speaks to it.
                Await.until("services keep known sources apart", SOON, () -> SERVICES.stream()
                        .allMatch(service -> service.equals("client-0") || lanes(cluster, service) > 0));
                // A client whose port is new to all.
                cluster.synod().run("submit", "stranger").requireOk();
                assertThat(flood.isDone()).as("the flood is over").isFalse();
                int others = 1;
                while (!flood.isDone()) {
                    feed.write(CHUNK);
                    int wanted = feed.lines() + others;
                    Await.until("lines are delivered meanwhile", SOON,
                            () -> cluster.valuesDelivered("learner-0") >= wanted);
                }
                assertThat(flood.join()).as("answers to the hostile socket").isZero();
                feed.end().requireOk();

                Await.until("all is counted", SOON, () -> difference(before, cluster).values().stream()
                        .mapToLong(Long::longValue).sum() >= hostile.sent(),
                        () -> hostile.sent() + " sent, " + difference(before, cluster));
                Map<String, Long> counted = difference(before, cluster);
                long lost = counted.getOrDefault(DROPPED, 0L);
                Map.of(Kind.UNSEALED, "unsealed", Kind.OTHER_KEY, "key_id", Kind.WRONG_CLUSTER, "cluster",
                        Kind.WRONG_VERSION, "version", Kind.FORGED, "seal").forEach(
                                (kind, reason) -> assertThat(sum(counted, reason)).as("%s: %s", kind, counted)
                                        .isGreaterThanOrEqualTo((hostile.sent(kind) - lost) / 2).isPositive());
                requireOwnBallot(cluster);
                requireSameLogs(cluster, feed.lines() + others);
                Await.until("no source is kept apart any more", SOON, () -> SERVICES.stream()
                        .allMatch(service -> lanes(cluster, service) == 0));
                assertThat(cluster.exceptionsLogged()).isEmpty();
            }
        }
    }

    /** Acceptor 2 started anew, so that it speaks through relays, which keep what it says. */
    private static LoneService relayedAcceptor(ProcessCluster cluster, Relays relays) {
        cluster.kill("acceptor-2");
        return LoneService.start(cluster, "acceptor-2", relays.to(RELAYED),
                "--paxos.security.key-file=" + cluster.synod().data().resolve("keys/cluster.keys"));
    }

    private static Set<String> with(Set<String> reasons, String... more) {
        Set<String> all = new TreeSet<>(reasons);
        all.addAll(List.of(more));
        return all;
    }

    private static int lanes(ProcessCluster cluster, String service) {
        return cluster.paxos(service).path("transport").path("lanes").asInt(-1);
    }

    /**
     * Where the flood takes the processors the leader may have been elected anew, but what acceptors have promised is its ballot,
     * in its own life.
     */
    private static void requireOwnBallot(ProcessCluster cluster) {
        Await.until("acceptors have promised the leader's ballot", SOON, () -> {
            String leader = cluster.leader(List.of("proposer-0", "proposer-1"));
            JsonNode ballot = cluster.role(leader, "proposer").path("ballot");
            return cluster.log(leader).contains("incarnation " + ballot.path("incarnation").asString())
                    && Stream.of("acceptor-0", "acceptor-1", "acceptor-2")
                            .allMatch(acceptor -> cluster.role(acceptor, "acceptor").path("promised").equals(ballot));
        }, () -> cluster.role("acceptor-0", "acceptor"));
    }

    private static Map<String, Long> rejected(ProcessCluster cluster) {
        Map<String, Long> sums = new TreeMap<>();
        for (String service : SERVICES) {
            JsonNode transport = cluster.paxos(service).path("transport");
            transport.path("rejected").properties()
                    .forEach(entry -> sums.merge(entry.getKey(), entry.getValue().asLong(), Long::sum));
            sums.merge(DROPPED, transport.path("droppedBySystem").asLong(0), Long::sum);
        }
        return sums;
    }

    private static Map<String, Long> difference(Map<String, Long> before, ProcessCluster cluster) {
        Map<String, Long> counted = new LinkedHashMap<>(rejected(cluster));
        counted.replaceAll((reason, count) -> count - before.getOrDefault(reason, 0L));
        return counted;
    }

    /** A full receive buffer may drop a few before anybody can count them. */
    private static void requireCounted(HostileDatagrams hostile, Map<String, Long> counted) {
        long lost = counted.getOrDefault(DROPPED, 0L);
        long cut = hostile.sent(Kind.TRUNCATED) + hostile.sent(Kind.RANDOM);
        assertThat(lost).as("%s", counted).isLessThan(DATAGRAMS / 20);
        assertThat(sum(counted, "too_short", "magic", "checksum"))
                .as("%s", counted).isGreaterThanOrEqualTo(cut + hostile.sent(Kind.CORRUPT) - lost);
        assertThat(sum(counted, "version")).as("%s", counted)
                .isGreaterThanOrEqualTo(hostile.sent(Kind.WRONG_VERSION) - lost);
        assertThat(sum(counted, "cluster")).as("%s", counted)
                .isGreaterThanOrEqualTo(hostile.sent(Kind.WRONG_CLUSTER) - lost);
        assertThat(sum(counted, "replayed", "left_incarnation", "not_admitted", "own", "no_right", "no_receiver"))
                .as("%s", counted).isGreaterThanOrEqualTo(hostile.sent(Kind.REPLAYED) / 2);
    }

    private static long sum(Map<String, Long> counted, String... reasons) {
        long sum = 0;
        for (String reason : reasons) {
            sum += counted.getOrDefault(reason, 0L);
        }
        return sum;
    }

    private static void requireSameLogs(ProcessCluster cluster, int count) {
        for (String learner : List.of("learner-0", "learner-1")) {
            Await.until(learner + " delivers all", Duration.ofSeconds(30),
                    () -> cluster.valuesDelivered(learner) >= count);
            assertThat(cluster.deliveredLog(learner)).hasSize(count);
        }
        assertThat(cluster.deliveredLog("learner-1")).isEqualTo(cluster.deliveredLog("learner-0"));
    }
}
