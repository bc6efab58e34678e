package io.synod.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.Quorums;
import org.junit.jupiter.api.Test;

class DecidedLogTests {

    private static final Ballot LOW = new Ballot(1, 0, 7);
    private static final Ballot HIGH = new Ballot(2, 1, 8);
    private static final Bytes A = Bytes.ofUtf8("a");
    private static final Bytes B = Bytes.ofUtf8("b");

    private final DecidedLog log = new DecidedLog(Quorums.majority(3), new Checks());

    @Test
    void aQuorumOfDistinctAcceptorsAtOneBallotDecides() {
        log.voted(0, LOW, 1, A);
        log.voted(0, LOW, 1, A);
        assertThat(log.isDecided(1)).isFalse();

        log.voted(1, HIGH, 1, A);
        assertThat(log.isDecided(1)).isFalse();

        log.voted(2, HIGH, 1, A);
        assertThat(log.isDecided(1)).isTrue();
        assertThat(log.decided(1)).isEqualTo(A);
    }

    @Test
    void theWatermarkStopsAtTheFirstGap() {
        decide(2);
        assertThat(log.watermark()).isZero();

        decide(1);
        assertThat(log.watermark()).isEqualTo(2);
    }

    @Test
    void aBallotHasOneValueAnInstance() {
        log.said(LOW, 1, A.checksum());

        assertThatThrownBy(() -> log.said(LOW, 1, B.checksum())).hasMessageStartingWith("S5");
    }

    @Test
    void nothingElseIsProposedAboveADecision() {
        log.voted(0, LOW, 1, A);
        log.voted(1, LOW, 1, A);

        assertThatThrownBy(() -> log.said(HIGH, 1, B.checksum())).hasMessageStartingWith("S4");
    }

    @Test
    void nothingElseWasProposedAboveADecisionWhenItIsMade() {
        log.said(HIGH, 1, B.checksum());
        log.voted(0, LOW, 1, A);

        assertThatThrownBy(() -> log.voted(1, LOW, 1, A)).hasMessageStartingWith("S4");
    }

    @Test
    void somethingElseMayHaveBeenProposedBelowADecision() {
        log.said(LOW, 1, B.checksum());
        log.voted(0, HIGH, 1, A);
        log.voted(1, HIGH, 1, A);

        assertThat(log.decided(1)).isEqualTo(A);
    }

    private void decide(long instance) {
        log.voted(0, LOW, instance, A);
        log.voted(1, LOW, instance, A);
    }
}
