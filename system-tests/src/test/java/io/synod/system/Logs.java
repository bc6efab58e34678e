package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.history.History;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What must be true of the delivered logs of a cluster's learners. */
final class Logs {

    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(30);

    private Logs() {}

    /** Requires that each learner delivers the lines 1 to {@code count}, once each and in order, at the same places. */
    static void requireEachLineOnceInOrder(ProcessCluster cluster, List<String> learners, int count) {
        List<String> first = null;
        for (String learner : learners) {
            Await.until(learner + " delivers " + count + " values", CATCH_UP_MAX,
                    () -> cluster.valuesDelivered(learner) >= count, () -> cluster.paxos(learner));
            List<String> log = cluster.deliveredLog(learner);
            List<String> values = log.stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
            assertThat(values).as(learner)
                    .isEqualTo(IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList());
            if (first != null) {
                assertThat(log).as(learner).isEqualTo(first);
            }
            first = log;
        }
    }

    /** Tells lines of the form {@code instance:index value}. */
    static void read(List<String> lines, History.Reader reader) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            int blank = line.indexOf(' ');
            reader.delivered(Long.parseLong(line.substring(0, colon)),
                    Integer.parseInt(line.substring(colon + 1, blank)), line.substring(blank + 1));
        }
    }
}
