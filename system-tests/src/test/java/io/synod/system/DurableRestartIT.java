package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acceptors with a store on disk come back as those that they were (rules S1, S2, S10). */
class DurableRestartIT {

    private static final int LINES = 12_000;
    private static final int CHUNK = 1_000;
    private static final long COPY_SECONDS_MAX = 30;
    private static final String HARMED = "acceptor-1";

    @TempDir
    private Path directory;

    @Test
    void anAcceptorThatIsKilledAndBroughtBackVotesAgain() {
        bringBack(_ -> {});
    }

    /** As when a disk is replaced. */
    @Test
    void anAcceptorThatIsBroughtBackOnACopyOfItsDirectoryVotesAgain() {
        bringBack(cluster -> {
            Path store = cluster.synod().data().resolve("store").resolve(HARMED);
            Path former = store.resolveSibling("former");
            try {
                Files.move(store, former);
                Process copying =
                        new ProcessBuilder("cp", "-a", former.toString(), store.toString()).inheritIO().start();
                assertThat(copying.waitFor(COPY_SECONDS_MAX, TimeUnit.SECONDS) && copying.exitValue() == 0).isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            cluster.wipe("former");
        });
    }

    /** Kills an acceptor, brings it back, and then needs it for the quorum. */
    private void bringBack(Consumer<ProcessCluster> meanwhile) {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            Feed feed = Feed.start(cluster.synod());
            feed.writeUntilDelivered(cluster, "learner-0", 2 * CHUNK);
            String storageId = cluster.role(HARMED, "acceptor").path("storageId").toString();
            cluster.kill(HARMED);
            feed.write(CHUNK);
            meanwhile.accept(cluster);

            cluster.synod().run("start", "acceptor", "3").requireOk();
            cluster.awaitAcceptor(HARMED, "VOTING");
            assertThat(cluster.role(HARMED, "acceptor").path("storageId").toString()).isEqualTo(storageId);
            cluster.synod().run("status").requireOk();

            cluster.kill("acceptor-2");
            int lines = feed.lines() + CHUNK;
            feed.write(CHUNK);
            feed.end().requireOk();
            Logs.requireEachLineOnceInOrder(cluster, List.of("learner-0"), lines);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    @Test
    void whenAllAreKilledUnderLoadEverythingAcknowledgedIsThereOnceAtTheSamePlace() {
        killAllAndGoOn(List.of("learner-0", "learner-1"), List.of("acceptor-0", "acceptor-1", "acceptor-2"),
                "--learners", "2");
    }

    @Test
    void soItIsWhenTheyAreReplicas() {
        List<String> replicas = List.of("replica-0", "replica-1", "replica-2");
        killAllAndGoOn(replicas, replicas, "--replicas", "3");
    }

    /** The submitter outlives the cluster, and sends again what was under way. */
    private void killAllAndGoOn(List<String> learners, List<String> acceptors, String... options) {
        try (ProcessCluster cluster = ProcessCluster.up(directory, options)) {
            Feed feed = Feed.start(cluster.synod(), "--deadline", "120s");
            feed.writeUntilDelivered(cluster, learners.getFirst(), LINES / 3);
            feed.write(2 * CHUNK);
            cluster.kill(cluster.services().toArray(String[]::new));

            cluster.synod().run("up").requireOk();
            acceptors.forEach(acceptor -> cluster.awaitAcceptor(acceptor, "VOTING"));
            feed.write(LINES - feed.lines());
            Synod.Result result = feed.end().requireOk();
            Logs.requireEachLineOnceInOrder(cluster, learners, LINES);
            assertThat(instancesTold(result.out())).isEqualTo(instancesDelivered(cluster, learners.getFirst()));
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    /** Returns {@code instance value} for each line that {@code submit} printed: {@code instance:index}, tab, value. */
    private static List<String> instancesTold(String out) {
        return out.lines().map(line -> line.substring(0, line.indexOf(':')) + " "
                + line.substring(line.indexOf('\t') + 1)).toList();
    }

    private static List<String> instancesDelivered(ProcessCluster cluster, String learner) {
        List<String> lines = new ArrayList<>();
        for (String line : cluster.deliveredLog(learner)) {
            lines.add(line.substring(0, line.indexOf(':')) + line.substring(line.indexOf(' ')));
        }
        return lines;
    }
}
