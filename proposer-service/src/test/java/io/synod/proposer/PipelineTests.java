package io.synod.proposer;

import static io.synod.proposer.ProposerRig.MILLI;
import static io.synod.proposer.ProposerRig.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.SubmitRefused;
import io.synod.protocol.message.Trimmed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Phase 2 in flight: when it is sent, when it is repeated, when it is decided. */
class PipelineTests {

    /** Submits one block and returns the accept that carries it. */
    private static Accept propose(ProposerRig rig, long first) {
        rig.submit(first, ProposerRig.block(first, 1));
        rig.round();
        return rig.accepts(0).getLast();
    }

    @Test
    void anIdleLeaderSendsAValueInTheRoundItArrives() {
        ProposerRig rig = ProposerRig.leader(three());
        Bytes block = ProposerRig.block(1, 1);
        rig.submit(1, block);
        rig.round();
        for (int a = 0; a < 3; a++) {
            assertThat(rig.accepts(a)).containsExactly(new Accept(rig.ballot(), 2, block));
        }
    }

    @Test
    void underLoadAFewPartialBatchesAreInFlightAndTheRestGrowsIntoOne() {
        ProposerRig rig = ProposerRig.leader(three());
        for (int i = 0; i < 20; i++) {
            propose(rig, 1 + 2 * i);
        }
        assertThat(rig.accepts(0)).hasSize(4);
        Accept first = rig.accepts(0).getFirst();
        rig.sent.clear();
        rig.vote(0, first);
        rig.vote(1, first);
        rig.round();
        assertThat(rig.accepts(0)).hasSize(1);
        assertThat(rig.accepts(0).getFirst().value().length())
                .isEqualTo(16 * ProposerRig.block(1, 1).length());
        assertThat(rig.proposer.view(rig.now).queuedValues()).isZero();
    }

    @Test
    void distinctAcceptorsMakeAQuorumAndTheWatermarkHasNoGap() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept second = propose(rig, 1);
        Accept third = propose(rig, 2);
        rig.vote(0, third);
        rig.vote(0, third);
        assertThat(rig.proposer.view(rig.now).inFlightInstances()).isEqualTo(2);
        rig.vote(2, third);
        assertThat(rig.proposer.view(rig.now).inFlightInstances()).isEqualTo(1);
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(1);
        rig.vote(2, second);
        rig.vote(1, second);
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(3);
    }

    @Test
    void anAcceptedWithAnotherChecksumIsCountedAndNotCountedAsAVote() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept accept = propose(rig, 1);
        for (int a = 0; a < 3; a++) {
            rig.acceptorSays(a, new Accepted(accept.ballot(), accept.instance(), 12, null));
        }
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(1);
        assertThat(rig.proposer.view(rig.now).counters().checksumMismatches()).isEqualTo(3);
    }

    @Test
    void anAcceptIsRepeatedAtOnceWhenALaterOneIsAnsweredFirst() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept lost = propose(rig, 1);
        rig.now += MILLI / 2;
        Accept later = propose(rig, 2);
        rig.now += MILLI / 2;
        rig.sent.clear();
        rig.vote(1, later);
        rig.round();
        assertThat(rig.accepts(1)).containsExactly(lost);
        assertThat(rig.accepts(0)).isEmpty();
        rig.round();
        assertThat(rig.accepts(1)).as("once").hasSize(1);
    }

    @Test
    void aGapInWhatIsDecidedIsRepeatedAndDoesNotShrinkTheWindow() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept lost = propose(rig, 1);
        rig.now += MILLI / 2;
        Accept later = propose(rig, 2);
        rig.vote(0, lost);
        rig.vote(2, lost);
        rig.now += MILLI / 2;
        long window = rig.proposer.view(rig.now).windowBytes();
        rig.sent.clear();
        rig.vote(1, later);
        rig.round();
        assertThat(rig.accepts(1)).containsExactly(lost);
        assertThat(rig.proposer.view(rig.now).windowBytes()).isEqualTo(window);
    }

    @Test
    void theWaitBeforeARepeatFollowsTheMeasuredRoundTripAndDoubles() {
        ProposerRig rig = ProposerRig.leader(three());
        for (int i = 0; i < 50; i++) {
            Accept accept = propose(rig, 1 + i);
            rig.now += 5 * MILLI;
            rig.beacons(rig.ballot(), 1_000);
            for (int a = 0; a < 3; a++) {
                rig.vote(a, accept);
            }
            rig.round();
        }
        ProposerView.AcceptorPeer peer = rig.proposer.view(rig.now).acceptors().get(1);
        assertThat(peer.roundTripMicros()).isBetween(4_900L, 5_100L);
        assertThat(peer.retryMicros()).isBetween(5_000L, 6_000L);

        Accept lost = propose(rig, 100);
        rig.sent.clear();
        rig.pass(4 * MILLI);
        assertThat(rig.accepts(1)).isEmpty();
        rig.pass(2 * MILLI);
        assertThat(rig.accepts(1)).containsExactly(lost);
        rig.pass(9 * MILLI);
        assertThat(rig.accepts(1)).hasSize(1);
        rig.pass(3 * MILLI);
        assertThat(rig.accepts(1)).hasSize(2);
    }

    @Test
    void aDecidedInstanceIsRepeatedToTheRestAFewTimes() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept accept = propose(rig, 1);
        rig.vote(0, accept);
        rig.vote(2, accept);
        rig.sent.clear();
        for (int i = 0; i < 60; i++) {
            rig.beacons(rig.ballot(), 1_000);
            rig.pass(50 * MILLI);
        }
        assertThat(rig.accepts(0)).isEmpty();
        assertThat(rig.accepts(1)).hasSize(Retransmission.STRAGGLER_REPEATS_MAX).containsOnly(accept);
        assertThat(rig.proposer.view(rig.now).stragglers()).isZero();
    }

    @Test
    void L2_stragglersAreKeptInABoundedBuffer() {
        ProposerSettings settings = three().withWindow(ProposerSettings.Window.DEFAULT.withStragglers(10, 1_000));
        ProposerRig rig = ProposerRig.leader(settings);
        for (int i = 0; i < 200; i++) {
            Accept accept = propose(rig, 1 + i);
            rig.vote(0, accept);
            rig.vote(2, accept);
        }
        assertThat(rig.proposer.view(rig.now).stragglers()).isBetween(1, 11);
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(201);
    }

    @Test
    void L2_theWindowBoundsWhatIsInFlightInInstances() {
        ProposerSettings settings = three()
                .withWindow(ProposerSettings.Window.DEFAULT.withInstancesMax(16).withPartialInstancesMax(1_000));
        ProposerRig rig = ProposerRig.leader(settings);
        for (int i = 0; i < 100; i++) {
            propose(rig, 1 + i);
        }
        assertThat(rig.proposer.view(rig.now).inFlightInstances()).isBetween(8, 16);
        assertThat(rig.proposer.view(rig.now).queuedValues()).isGreaterThan(80);
    }

    @Test
    void L2_theWindowBoundsWhatIsInFlightInBytesButOneAlwaysGoes() {
        ProposerSettings settings =
                three().withWindow(ProposerSettings.Window.DEFAULT.withBytes(10_000, 10_000));
        ProposerRig rig = ProposerRig.leader(settings);
        rig.submit(1, ProposerRig.block(ProposerRig.SESSION, 1, 1, 500_000));
        rig.submit(2, ProposerRig.block(ProposerRig.SESSION, 2, 1, 100));
        rig.round();
        assertThat(rig.accepts(0)).hasSize(1);
        assertThat(rig.proposer.view(rig.now).inFlightBytes()).isGreaterThan(500_000);
    }

    @Test
    void lossShrinksTheWindowAndDecisionsLetItGrowAgain() {
        CongestionWindow window = new CongestionWindow(1_000, 100_000, 1_000);
        long start = window.bytes();
        window.onLoss(MILLI, MILLI);
        long shrunk = window.bytes();
        assertThat(shrunk).isEqualTo(start * 2 / 3);
        window.onLoss(MILLI + 1, MILLI);
        assertThat(window.bytes()).as("once a round trip").isEqualTo(shrunk);
        for (int i = 0; i < 100; i++) {
            window.onLoss(i * 10L * MILLI, MILLI);
        }
        assertThat(window.bytes()).isEqualTo(1_000);
        window.onDecided(1_000, false);
        assertThat(window.bytes()).isEqualTo(1_000);
        for (int i = 0; i < 100_000; i++) {
            window.onDecided(1_000, true);
        }
        assertThat(window.bytes()).isEqualTo(100_000);
    }

    @Test
    void F06_fullAcceptorsMakeTheLeaderRefuseUntilTheyHaveRoom() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept accept = propose(rig, 1);
        AcceptRefused full =
                new AcceptRefused(accept.ballot(), accept.instance(), AcceptRefused.Reason.STORAGE_FULL);
        rig.acceptorSays(0, full);
        assertThat(rig.proposer.view(rig.now).storageFull()).isFalse();
        rig.acceptorSays(1, full);
        rig.submit(7, ProposerRig.block(2, 1));
        assertThat(rig.messages(SubmitRefused.class))
                .containsExactly(new SubmitRefused(7, SubmitRefused.Reason.OVERLOADED, 0));
        rig.sent.clear();
        for (int i = 0; i < 10; i++) {
            rig.beacons(rig.ballot(), 1_000);
            rig.pass(100 * MILLI);
        }
        assertThat(rig.accepts(0)).as("retried, but not often").hasSizeBetween(3, 5).containsOnly(accept);
        rig.vote(0, accept);
        rig.sent.clear();
        rig.submit(8, ProposerRig.block(2, 1));
        rig.round();
        assertThat(rig.messages(SubmitRefused.class)).isEmpty();
        assertThat(rig.accepts(2)).hasSize(1);
    }

    /** A trim settles what full acceptors refused, and no vote will ever come for it. */
    @Test
    void F06_aTrimThatSettlesWhatWasRefusedLetsTheLeaderGoOn() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept accept = propose(rig, 1);
        AcceptRefused full =
                new AcceptRefused(accept.ballot(), accept.instance(), AcceptRefused.Reason.STORAGE_FULL);
        rig.acceptorSays(0, full);
        rig.acceptorSays(1, full);
        assertThat(rig.proposer.view(rig.now).storageFull()).isTrue();
        rig.acceptorSays(2, new Trimmed(accept.instance()));
        rig.sent.clear();
        rig.submit(8, ProposerRig.block(2, 1));
        rig.round();
        assertThat(rig.messages(SubmitRefused.class)).isEmpty();
        assertThat(rig.accepts(0)).hasSize(1);
    }

    @Test
    void F06_oneFullAcceptorIsTooManyWhenAnotherIsAway() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept accept = propose(rig, 1);
        rig.now += 250 * MILLI;
        rig.beacon(0, rig.ballot(), 1_000, 0);
        rig.beacon(1, rig.ballot(), 1_000, 0);
        rig.now += 100 * MILLI;
        rig.acceptorSays(
                0, new AcceptRefused(accept.ballot(), accept.instance(), AcceptRefused.Reason.STORAGE_FULL));
        assertThat(rig.proposer.view(rig.now).storageFull()).as("acceptor 2 is silent").isTrue();
        rig.beacon(2, rig.ballot(), 1_000, 0);
        assertThat(rig.proposer.view(rig.now).storageFull()).isFalse();
    }

    @Test
    void F06_anAcceptorWhoseTrimPointRisesHasRoom() {
        ProposerRig rig = ProposerRig.leader(three());
        Accept accept = propose(rig, 1);
        AcceptRefused full =
                new AcceptRefused(accept.ballot(), accept.instance(), AcceptRefused.Reason.STORAGE_FULL);
        rig.acceptorSays(0, full);
        rig.acceptorSays(1, full);
        rig.acceptorSays(1, new Trimmed(1));
        assertThat(rig.proposer.view(rig.now).storageFull()).isFalse();
    }

    @Test
    void F12_theWatermarkIsToldSoonAfterTheLastDecisionOfABurst() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.pass(6 * MILLI);
        rig.sent.clear();
        Accept accept = propose(rig, 1);
        for (int a = 0; a < 3; a++) {
            rig.vote(a, accept);
        }
        rig.pass(6 * MILLI);
        List<Heartbeat> heartbeats = rig.messages(Heartbeat.class);
        assertThat(heartbeats).contains(new Heartbeat(rig.ballot(), 2));
        // Three acceptors, the other proposer and one learner.
        assertThat(heartbeats).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void F11_lossIsRepairedWithoutStalls() {
        for (int percent : new int[] {0, 10, 30}) {
            MiniCluster cluster = MiniCluster.of(3, 1, 42);
            cluster.start(0);
            cluster.run(1_000 * MILLI);
            cluster.loss = percent / 100.0;
            cluster.submit(0, ProposerRig.block(1, 1));
            cluster.run(100 * MILLI);
            cluster.decidedNanos.clear();
            for (int i = 0; i < 2_000; i++) {
                cluster.submit(0, ProposerRig.block(2 + i, 1));
                cluster.run(MILLI);
            }
            cluster.run(1_000 * MILLI);
            assertThat(cluster.view(0).queuedValues()).as("%d %% loss", percent).isZero();
            assertThat(cluster.view(0).inFlightInstances()).isZero();
            assertThat(cluster.decidedNanos.size()).isGreaterThan(200);
            assertThat(longestPauseNanos(cluster)).as("%d %% loss", percent).isLessThan(300 * MILLI);
        }
    }

    private static long longestPauseNanos(MiniCluster cluster) {
        long longest = 0;
        long previous = 0;
        for (long at : cluster.decidedNanos.values()) {
            longest = previous == 0 ? 0 : Math.max(longest, at - previous);
            previous = at;
        }
        return longest;
    }

    @Test
    void withoutLossNothingIsRepeated() {
        MiniCluster cluster = MiniCluster.of(3, 1, 43);
        cluster.start(0);
        cluster.run(1_000 * MILLI);
        for (int i = 0; i < 1_000; i++) {
            cluster.submit(0, ProposerRig.block(1 + i, 1));
            cluster.run(MILLI);
        }
        assertThat(cluster.view(0).counters().retransmissions()).isZero();
        // The first may go before the last acceptor has beaconed that it votes.
        assertThat(cluster.acceptsSent).isBetween(3L * cluster.decided.size() - 1, 3L * cluster.decided.size());
    }

    @Test
    void F07_oneSlowAcceptorHoldsNobodyUp() {
        MiniCluster cluster = MiniCluster.of(3, 1, 44);
        cluster.start(0);
        cluster.run(1_000 * MILLI);
        cluster.commitNanos[2] = 2_000 * MILLI;
        for (int i = 0; i < 3_000; i++) {
            cluster.submit(0, ProposerRig.block(1 + i, 1));
            cluster.run(MILLI);
        }
        assertThat(cluster.view(0).queuedValues()).isZero();
        assertThat(cluster.decided.size()).isGreaterThan(2_900);
        assertThat(cluster.view(0).windowBytes()).isGreaterThanOrEqualTo(512 << 10);
        // One that answers late is not flooded: fewer than two repeats for each of its accepts.
        assertThat(cluster.acceptsSent).isLessThan(5L * cluster.decided.size());
    }

    @Test
    void aNewLeaderFinishesWhatTheFormerOneHadInFlight() {
        for (long seed = 1; seed <= 40; seed++) {
            MiniCluster cluster = MiniCluster.of(5, 2, seed);
            cluster.loss = 0.3;
            cluster.start(0);
            cluster.start(1);
            cluster.run(4_000 * MILLI);
            int leader = cluster.leaders().isEmpty() ? 0 : cluster.leaders().getFirst();
            for (int i = 0; i < 40; i++) {
                cluster.submit(leader, ProposerRig.block(1 + i, 1));
                cluster.run(MILLI / 2);
            }
            cluster.crash(leader);
            cluster.run(6_000 * MILLI);
            assertThat(cluster.leaders()).as("seed %d", seed).containsExactly(1 - leader);
            ProposerView view = cluster.view(1 - leader);
            assertThat(view.recovering()).isFalse();
            assertThat(view.watermark()).as("seed %d", seed).isGreaterThanOrEqualTo(cluster.decided.lastKey() - 1);
            for (long i = 1; i <= view.watermark(); i++) {
                assertThat(cluster.decided).containsKey(i);
            }
        }
    }
}
