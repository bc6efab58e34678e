package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.cli.torture.SmallVolume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One acceptor of three has a disk that is slow, full, broken or damaged: for real, on a file system of its own (F04 to F07). */
class StorageFaultsIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration STALL_MAX = Duration.ofSeconds(1);
    private static final Duration SLOW_SYNC = Duration.ofSeconds(2);
    private static final long VOLUME_BYTES = 256L << 20;
    private static final long BYTES_LEFT = 8L << 20;
    private static final long HARDLY_ANY_LEFT = 1L << 20;
    private static final long NATIVE_BYTES_MIN = 10L << 20;
    private static final int CHUNK = 200;
    private static final int UNREACHABLE = 5;
    private static final List<String> PROPOSERS = List.of("proposer-0", "proposer-1");
    private static final List<String> LEARNERS = List.of("learner-0");
    private static final String HARMED = "acceptor-1";

    @TempDir
    private Path directory;

    private Synod synod;

    @BeforeEach
    void launcher() {
        synod = new Synod(directory, Map.of("PAXOS_ACCEPTOR_FREEBYTESMIN", "32MB"));
    }

    private SmallVolume volume() {
        Requirement.VOLUME.orSkip(getClass(), SmallVolume.isPossible());
        return SmallVolume.mount(store(), VOLUME_BYTES);
    }

    private Path store() {
        return synod.data().resolve("store").resolve(HARMED);
    }

    /** F07: a sync takes two seconds, three times; the other acceptors make progress, and the leader stays. */
    @Test
    void aSlowDiskNeitherHoldsTheOthersUpNorMakesThemElect() {
        try (SmallVolume volume = volume(); ProcessCluster cluster = ProcessCluster.up(synod, "--proposers", "2")) {
            Feed feed = Feed.start(synod);
            write(cluster, feed);
            String leader = cluster.leader(PROPOSERS);
            String ballot = cluster.role(leader, "proposer").path("ballot").toString();
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 3; i++) {
                volume.freeze();
                longest = longer(longest, writeFor(SLOW_SYNC, cluster, feed));
                volume.thaw();
                longest = longer(longest, write(cluster, feed));
            }
            assertThat(longest).isLessThan(STALL_MAX);
            assertThat(cluster.role(leader, "proposer").path("ballot").toString()).isEqualTo(ballot);
            long watermark = cluster.delivered("learner-0");
            Await.until(HARMED + " has accepted again what was decided", SOON,
                    () -> cluster.role(HARMED, "acceptor").path("highestInstance").asLong() >= watermark);
            requireAll(cluster, feed);
        }
    }

    /** F06: the acceptor refuses new instances before the disk is full, says so, and takes them again when there is room. */
    @Test
    void aFullDiskIsSaidEarlyAndRecoversByItself() {
        try (SmallVolume volume = volume(); ProcessCluster cluster = ProcessCluster.up(synod)) {
            Feed feed = Feed.start(synod);
            write(cluster, feed);
            volume.fill(BYTES_LEFT);
            Await.until("the acceptor knows", SOON, () -> isNearlyFull(cluster));
            assertThat(cluster.log(HARMED)).contains("The disk is nearly full");
            write(cluster, feed);

            cluster.kill("acceptor-0");
            Synod.Result refused = synod.run("submit", "--deadline", "3s", "no room");
            // Not even the opening of its session is taken.
            assertThat(refused.exit()).as(refused.err()).isEqualTo(UNREACHABLE);
            assertThat(refused.err()).contains("certainly not submitted");

            volume.free();
            Await.until("the acceptor knows", SOON, () -> !isNearlyFull(cluster));
            write(cluster, feed);
            assertThat(cluster.log(HARMED)).contains("There is room on the disk again");
            requireAll(cluster, feed);
        }
    }

    /** F06: an acceptor that is started while its disk is full votes when there is room, by itself. */
    @Test
    void anAcceptorThatIsStartedOnAFullDiskVotesOnceThereIsRoom() {
        try (SmallVolume volume = volume(); ProcessCluster cluster = ProcessCluster.up(synod)) {
            Feed feed = Feed.start(synod);
            write(cluster, feed);
            cluster.kill(HARMED);
            // Without the native code that the last start unpacked, of which this one would have the room.
            long room = store().toFile().getUsableSpace();
            cluster.wipe(HARMED + "/store/native");
            // The system gives back what a process had mapped a moment after that process is gone.
            Await.until("there is room where that was", SOON,
                    () -> store().toFile().getUsableSpace() > room + NATIVE_BYTES_MIN);
            volume.fill(HARDLY_ANY_LEFT);

            Synod.Running starting = synod.startWithPipe("start", "acceptor", "3");
            Await.until(HARMED + " waits", SOON,
                    () -> cluster.log(HARMED).contains("the store is opened when there are"),
                    () -> starting.err() + cluster.log(HARMED));
            write(cluster, feed);
            volume.free();

            starting.await(SOON).requireOk();
            Await.until(HARMED + " votes", SOON,
                    () -> cluster.role(HARMED, "acceptor").path("status").asString("").equals("VOTING"));
            requireAll(cluster, feed);
        }
    }

    private static boolean isNearlyFull(ProcessCluster cluster) {
        return cluster.role(HARMED, "acceptor").path("diskNearlyFull").asBoolean();
    }

    /** F05: a sync fails with an input/output error. */
    @Test
    void anAcceptorWhoseDiskFailsVotesNoMoreAndIsNotAlive() {
        try (SmallVolume volume = volume(); ProcessCluster cluster = ProcessCluster.up(synod)) {
            Feed feed = Feed.start(synod);
            write(cluster, feed);
            volume.breakDisk();
            write(cluster, feed);
            cluster.awaitAcceptor(HARMED, "OUT");
            assertThat(cluster.get(HARMED, "/actuator/health/liveness").status()).isEqualTo(503);
            assertThat(cluster.log(HARMED)).contains("failed, and the acceptor votes no more");
            write(cluster, feed);
            feed.end().requireOk();
            Logs.requireEachLineOnceInOrder(cluster, LEARNERS, feed.lines());
        }
    }

    /** F04: a bit flips in the middle of what the acceptor had made durable. */
    @Test
    void aDamagedStoreRefusesTheStartAndNamesTheFile() {
        try (ProcessCluster cluster = ProcessCluster.up(synod)) {
            Feed feed = Feed.start(synod);
            for (int i = 0; i < 10; i++) {
                write(cluster, feed);
            }
            cluster.kill(HARMED);
            Path damaged = largestLog();
            flipBit(damaged);
            for (int start = 0; start < 2; start++) {
                Synod.Result refused = synod.run("start", "acceptor", "3");
                assertThat(refused.exit()).isEqualTo(1);
                assertThat(refused.err()).contains("is damaged, and what is left of it is not used")
                        .contains(damaged.getFileName().toString()).contains("offset");
            }
            write(cluster, feed);
            requireAll(cluster, feed);
        }
    }

    private Path largestLog() {
        try (Stream<Path> files = Files.walk(store())) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.comparingLong(StorageFaultsIT::size)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flipBit(Path path) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long offset = file.length() / 2;
            file.seek(offset);
            int read = file.read();
            file.seek(offset);
            file.write(read ^ 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes lines for a time, each few delivered before the next; returns the longest that some took. */
    private static Duration writeFor(Duration time, ProcessCluster cluster, Feed feed) {
        long begin = System.nanoTime();
        Duration longest = Duration.ZERO;
        while (System.nanoTime() - begin < time.toNanos()) {
            longest = longer(longest, write(cluster, feed));
        }
        return longest;
    }

    private static Duration write(ProcessCluster cluster, Feed feed) {
        long begin = System.nanoTime();
        feed.write(CHUNK);
        Await.until(feed.lines() + " lines are delivered", SOON,
                () -> cluster.valuesDelivered("learner-0") >= feed.lines(), () -> cluster.paxos("learner-0"));
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static void requireAll(ProcessCluster cluster, Feed feed) {
        feed.end().requireOk();
        Logs.requireEachLineOnceInOrder(cluster, LEARNERS, feed.lines());
        assertThat(cluster.exceptionsLogged()).isEmpty();
    }
}
