package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications attached from outside see each value once and in order, whatever cuts them off (rule S8, fault F22). */
class AttachIT {

    private static final int VALUES = 100_000;
    private static final int CUTS = 20;
    private static final int CHUNK = 5_000;

    @TempDir
    private Path directory;

    @Test
    void f22AClientThatIsCutOffAndWhoseLearnerRestartsSeesEachValueOnceInOrder() {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            Feed feed = Feed.start(cluster.synod());
            while (feed.lines() < VALUES) {
                feed.write(CHUNK);
            }
            feed.end().requireOk();
            AttachedClient client = new AttachedClient(cluster.httpPort("learner-0"));
            for (int cut : cuts()) {
                client.readUntil(cut);
            }
            client.readUntil(VALUES);
            assertThat(client.values()).isEqualTo(numbers(VALUES));

            Thread stop = Thread.ofVirtual().start(() -> cluster.synod().run("stop", "learner", "0").requireOk());
            assertThat(client.readUntilClosed()).isEqualTo(1_001);
            join(stop);
            cluster.synod().run("start", "learner", "1").requireOk();
            cluster.synod().run("submit", String.valueOf(VALUES + 1)).requireOk();
            client.readUntil(VALUES + 1);
            assertThat(client.values()).isEqualTo(numbers(VALUES + 1));
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    @Test
    void theClientsOfKernelPaxosWorkOverAWebSocketToo() {
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--memory")) {
            Synod.Running learner = cluster.synod().startWithPipe("learner", "-l", "50", "--from", "earliest",
                    "--duration", "8s", "--stats", "learner.txt");
            Synod.Result client = cluster.synod()
                    .run("client", "-o", "20", "-v", "40", "-n", "3", "-s", "0", "--duration", "3s", "--stats",
                            "client.txt")
                    .requireOk();
            assertThat(client.out()).contains("values/s").containsPattern("duplicates +0\n")
                    .containsPattern("lost +0\n");
            Synod.Result received = learner.await(Duration.ofSeconds(60)).requireOk();
            assertThat(received.out()).containsPattern("received +[1-9]");
            assertThat(received.err()).contains("trim up to instance ");
            assertThat(directory.resolve("client.txt")).content().contains("values/s");
            assertThat(directory.resolve("learner.txt")).content().contains("received");
            assertThat(cluster.synod().run("client", "-s", "7").exit()).isEqualTo(2);
            assertThat(cluster.synod().run("client", "-s", "0", "-v", "8").err()).contains("allowed are 20 to");
            assertThat(cluster.synod().run("learner", "-d", "127.0.0.1:1", "--duration", "2s").err())
                    .contains("no learner answers at 127.0.0.1:1");
        }
    }

    private static Set<Integer> cuts() {
        SplittableRandom random = new SplittableRandom(42);
        Set<Integer> cuts = new TreeSet<>();
        while (cuts.size() < CUTS) {
            cuts.add(random.nextInt(1, VALUES));
        }
        return cuts;
    }

    private static List<String> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
