package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.cli.torture.DatagramDrop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fifth of the datagrams to the acceptors is lost: nothing is lost or doubled, and nothing stalls for a second (F11). */
class LossIT {

    private static final Duration LOAD = Duration.ofSeconds(8);
    private static final Duration STALL_MAX = Duration.ofSeconds(1);
    private static final int CHUNK = 500;

    @TempDir
    private Path directory;

    @Test
    void lossSlowsButNeitherLosesNorDoublesNorStalls() {
        Requirement.FIREWALL.orSkip(getClass(), DatagramDrop.isPossible());
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2");
                DatagramDrop loss =
                        DatagramDrop.toPorts(cluster.udpPorts("acceptor-0", "acceptor-1", "acceptor-2"), 0.2)) {
            Feed feed = Feed.start(cluster.synod(), "-o", "512");
            Duration longestStall = feedFor(LOAD, feed, cluster);
            feed.write(Math.max(0, 20_000 - feed.lines()));
            feed.end().requireOk();
            assertThat(loss.dropped()).isPositive();
            assertThat(longestStall).isLessThan(STALL_MAX);

            String leader = cluster.leader(List.of("proposer-0", "proposer-1"));
            cluster.kill(leader);
            cluster.synod().run("submit", String.valueOf(feed.lines() + 1)).requireOk();
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0", "learner-1"), feed.lines() + 1);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** Feeds lines for a time; returns the longest time in which a learner delivered nothing. */
    private static Duration feedFor(Duration time, Feed feed, ProcessCluster cluster) {
        feed.write(CHUNK);
        Await.until("the first values are delivered", Duration.ofSeconds(20),
                () -> cluster.valuesDelivered("learner-0") > 0);
        long begin = System.nanoTime();
        long lastProgress = begin;
        long delivered = 0;
        long longest = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
            long now = cluster.valuesDelivered("learner-0");
            if (now > delivered) {
                delivered = now;
                lastProgress = System.nanoTime();
            }
            longest = Math.max(longest, System.nanoTime() - lastProgress);
            if (feed.lines() - delivered < 4 * CHUNK) {
                feed.write(CHUNK);
            }
        }
        return Duration.ofNanos(longest);
    }
}
