package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Bytes;
import io.synod.udp.PeerAddress;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** A load whose values come back over a WebSocket, by the stamps that they carry. */
class SubscribedLoadTests {

    private static LoadValues.Stamp stampOf(Bytes value) {
        return LoadValues.Stamp.read(value.buffer());
    }

    @Test
    void eachValueSaysItsLaneItsSequenceAndWhenItWasSubmitted() {
        LoadValues values = new LoadValues(20, true, 2, 10);
        List<Bytes> first = values.next(1, 2, 500);
        assertThat(first).extracting(SubscribedLoadTests::stampOf)
                .containsExactly(new LoadValues.Stamp(1, 1, 500), new LoadValues.Stamp(1, 2, 500));
        assertThat(stampOf(values.next(1, 1, 600).getFirst())).as("not taken, so again")
                .isEqualTo(new LoadValues.Stamp(1, 1, 600));
        values.taken(1, 2);
        assertThat(stampOf(values.next(1, 1, 700).getFirst())).isEqualTo(new LoadValues.Stamp(1, 3, 700));
        assertThat(stampOf(values.next(0, 1, 700).getFirst())).isEqualTo(new LoadValues.Stamp(0, 1, 700));
        assertThat(first.getFirst().length()).isEqualTo(20);
    }

    @Test
    void whatComesBackTwiceIsADuplicateAndItsLatencyIsTheApplications() {
        LoadStatistics statistics = new LoadStatistics(1);
        assertThat(statistics.cameBack(new LoadValues.Stamp(0, 1, 1_000), 51_000)).isTrue();
        assertThat(statistics.cameBack(new LoadValues.Stamp(0, 2, 1_000), 51_000)).isTrue();
        assertThat(statistics.cameBack(new LoadValues.Stamp(0, 2, 1_000), 51_000)).isFalse();
        assertThat(statistics.delivered()).isEqualTo(2);
        assertThat(statistics.duplicates()).isEqualTo(1);
        assertThat(statistics.takeLatency().getMaxValue()).isBetween(49_000L, 51_000L);
    }

    @Test
    void aLearnerIsGivenByItsIdOrItsAddress() {
        Properties properties = new Properties();
        properties.setProperty("paxos.cluster.learner-count", "2");
        ClusterFile cluster = ClusterFile.of(properties);
        assertThat(LearnerAddress.of("1", cluster)).isEqualTo(new PeerAddress("127.0.0.1", 8_801));
        assertThat(LearnerAddress.of("10.0.0.9:80", cluster)).isEqualTo(new PeerAddress("10.0.0.9", 80));
        for (String bad : List.of("2", "-1", "x", ":", "host:0")) {
            assertThatThrownBy(() -> LearnerAddress.of(bad, cluster)).as(bad).isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("allowed are the ids 0 to 1, or a host:port");
        }
    }
}
