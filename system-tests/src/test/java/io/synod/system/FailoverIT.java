package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.cli.torture.DatagramDrop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is gone, halted or cut off is replaced, and does no harm when it comes back (F10, rules S7, S8, L1). */
class FailoverIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int CHUNK = 500;
    private static final List<String> PROPOSERS = List.of("proposer-0", "proposer-1");
    private static final List<String> THREE = List.of("proposer-0", "proposer-1", "proposer-2");
    private static final List<String> ACCEPTORS = List.of("acceptor-0", "acceptor-1", "acceptor-2");

    @TempDir
    private Path directory;

    @Test
    void aLeaderThatIsHaltedAndResumedDoesNoHarmAndYields() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2")) {
            Feed feed = Feed.start(cluster.synod());
            String former = cluster.leader(PROPOSERS);
            String other = other(PROPOSERS, former);
            write(cluster, feed);
            cluster.signal(former, "STOP");
            // Its datagrams wait in its socket, and it believes that it leads, until it looks at the time again.
            write(cluster, feed);
            assertThat(cluster.leader(List.of(other))).isEqualTo(other);
            cluster.signal(former, "CONT");
            awaitFollower(cluster, former);
            write(cluster, feed);
            assertThat(cluster.leader(List.of(other))).isEqualTo(other);
            requireAll(cluster, feed);
        }
    }

    @Test
    void aLeaderThatHearsNobodyStepsDownAndTheOtherLeads() {
        Requirement.FIREWALL.orSkip(getClass(), DatagramDrop.isPossible());
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2")) {
            Feed feed = Feed.start(cluster.synod());
            String former = cluster.leader(PROPOSERS);
            String other = other(PROPOSERS, former);
            write(cluster, feed);
            try (DatagramDrop cut = DatagramDrop.to(cluster.udpPort(former))) {
                // Acceptors still hear its heartbeats: nobody else may lead before it has given up by itself.
                awaitFollower(cluster, former);
                write(cluster, feed);
                assertThat(cluster.leader(List.of(other))).isEqualTo(other);
                assertThat(cut.dropped()).isPositive();
            }
            write(cluster, feed);
            requireAll(cluster, feed);
        }
    }

    @Test
    void aLeaderThatNobodyHearsIsReplacedAndYields() {
        Requirement.FIREWALL.orSkip(getClass(), DatagramDrop.isPossible());
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2")) {
            Feed feed = Feed.start(cluster.synod());
            String former = cluster.leader(PROPOSERS);
            String other = other(PROPOSERS, former);
            write(cluster, feed);
            try (DatagramDrop cut = DatagramDrop.from(cluster.udpPort(former))) {
                assertThat(cluster.leader(List.of(other))).isEqualTo(other);
                awaitFollower(cluster, former);
                write(cluster, feed);
                assertThat(cut.dropped()).isPositive();
            }
            write(cluster, feed);
            requireAll(cluster, feed);
        }
    }

    /** Acceptors that are halted are missed by all proposers at once, which all ask for leadership when they come back. */
    @Test
    void threeProposersThatDuelSettleOnOneLeader() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "3", "--learners", "2")) {
            Feed feed = Feed.start(cluster.synod());
            write(cluster, feed);
            for (int i = 0; i < 3; i++) {
                String leader = cluster.leader(THREE);
                ACCEPTORS.forEach(acceptor -> cluster.signal(acceptor, "STOP"));
                awaitFollower(cluster, leader);
                ACCEPTORS.forEach(acceptor -> cluster.signal(acceptor, "CONT"));
                write(cluster, feed);
            }
            String leader = cluster.leader(THREE);
            long round = round(cluster, leader);
            for (int i = 0; i < 4; i++) {
                write(cluster, feed);
            }
            assertThat(cluster.leader(List.of(leader))).isEqualTo(leader);
            assertThat(round(cluster, leader)).as("one leadership serves all of the load").isEqualTo(round);
            requireAll(cluster, feed);
        }
    }

    private static long round(ProcessCluster cluster, String proposer) {
        return cluster.role(proposer, "proposer").path("ballot").path("round").asLong(-1);
    }

    private static String other(List<String> proposers, String than) {
        return proposers.stream().filter(proposer -> !proposer.equals(than)).findFirst().orElseThrow();
    }

    private static void awaitFollower(ProcessCluster cluster, String proposer) {
        Await.until(proposer + " leads no more", SOON,
                () -> cluster.role(proposer, "proposer").path("state").asString("").equals("FOLLOWER"),
                () -> cluster.paxos(proposer));
    }

    /** Writes some lines, and waits until they are delivered. */
    private static void write(ProcessCluster cluster, Feed feed) {
        feed.write(CHUNK);
        Await.until(feed.lines() + " lines are delivered", SOON,
                () -> cluster.valuesDelivered("learner-0") >= feed.lines(), () -> cluster.paxos("learner-0"));
    }

    private static void requireAll(ProcessCluster cluster, Feed feed) {
        feed.end().requireOk();
        Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0", "learner-1"), feed.lines());
        assertThat(cluster.exceptionsLogged()).isEmpty();
    }
}
