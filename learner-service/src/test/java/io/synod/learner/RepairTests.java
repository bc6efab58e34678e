package io.synod.learner;

import static io.synod.learner.LearnerHarness.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Repropose;
import io.synod.protocol.message.Trimmed;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepairTests {

    private static final Bytes VALUE = Batches.of("x");

    private final LearnerHarness harness = LearnerHarness.registered();

    private void heartbeat(long watermark) {
        harness.from(
                harness.settings.layout().proposer(0), 55, new Heartbeat(LearnerHarness.ballot(1), watermark));
        harness.round();
    }

    @Test
    void f12TheLastOfABurstIsAskedForWithinMillisecondsOfTheNextHeartbeat() {
        harness.decide(1, VALUE).round();
        harness.pass(40 * MILLIS).forget();
        heartbeat(2);
        harness.pass(3 * MILLIS);
        assertThat(harness.sent(Repeat.class)).hasSize(3).allMatch(repeat -> repeat.first() == 2 && repeat.last() == 2);
        assertThat(harness.sent(Repeat.class)).filteredOn(Repeat::values).hasSize(1);
        harness.decide(2, VALUE).round();
        assertThat(harness.deliveredInstances()).containsExactly(2L);
        assertThat(harness.outputs(LearnerNotice.GapRepaired.class)).hasSize(1);
        harness.forget();
        harness.pass(100 * MILLIS);
        assertThat(harness.sent(Repeat.class)).isEmpty();
    }

    @Test
    void aGapBelowALaterDecisionIsAskedFor() {
        harness.decide(1, VALUE).decide(4, VALUE).round();
        harness.pass(3 * MILLIS);
        assertThat(harness.sentToAcceptor(2, Repeat.class))
                .extracting(Repeat::first, Repeat::last)
                .containsExactly(tuple(2L, 3L));
    }

    @Test
    void aGapThatClosesByItselfInTimeIsNotAskedFor() {
        harness.decide(2, VALUE).round();
        harness.pass(MILLIS / 2);
        harness.decide(1, VALUE).round();
        harness.pass(100 * MILLIS);
        assertThat(harness.deliveredInstances()).containsExactly(1L, 2L);
        assertThat(harness.sent(Repeat.class)).isEmpty();
    }

    @Test
    void patienceFollowsHowLongGapsTakeToCloseByThemselves() {
        long before = harness.learner.view(harness.now).patienceMicros();
        for (long instance = 1; instance <= 400; instance += 2) {
            harness.decide(instance + 1, VALUE).round();
            harness.pass(9 * MILLIS / 10);
            harness.decide(instance, VALUE).round();
        }
        assertThat(harness.sent(Repeat.class)).isEmpty();
        assertThat(harness.learner.view(harness.now).patienceMicros()).isGreaterThan(before + 800);
    }

    @Test
    void patienceGrowsWhenRequestsProveNeedless() {
        // The stream is regular, and later than the learner first has patience for.
        for (long instance = 1; instance <= 200; instance += 2) {
            harness.decide(instance + 1, VALUE).round();
            harness.pass(4 * MILLIS);
            boolean asked = !harness.sent(Repeat.class).isEmpty();
            harness.decide(instance, VALUE).round();
            if (asked) {
                harness.value(2, instance, 1, VALUE).round();
            }
            harness.forget();
        }
        harness.decide(202, VALUE).round();
        harness.pass(4 * MILLIS);
        assertThat(harness.sent(Repeat.class)).isEmpty();
    }

    @Test
    void gapsThatLossLeavesOpenForLongTeachNoPatience() {
        for (long instance = 1; instance <= 200; instance += 2) {
            harness.decide(instance + 1, VALUE).round();
            // Asked for in vain, and sent again by the leader in the end.
            harness.pass(60 * MILLIS);
            harness.decide(instance, VALUE).round();
        }
        assertThat(harness.learner.view(harness.now).patienceMicros()).isLessThan(3_000);
    }

    @Test
    void aMissingValueIsAskedForFromOneAcceptorAloneAndThenFromTheNext() {
        harness.vote(0, 1, 1, VALUE).vote(1, 1, 1, VALUE).round();
        harness.pass(2 * MILLIS);
        assertThat(harness.sent(Repeat.class)).containsExactly(new Repeat(1, 1, true));
        harness.pass(30 * MILLIS);
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            assertThat(harness.sentToAcceptor(acceptor, Repeat.class)).isNotEmpty();
        }
        assertThat(harness.sent(Repeat.class)).allMatch(Repeat::values);
    }

    @Test
    void theWaitGrowsWhileNobodyAnswers() {
        heartbeat(1);
        harness.pass(1_000 * MILLIS);
        // Doubling from a millisecond to a tenth of a second: some ten requests in the second, to each acceptor.
        assertThat(harness.sentToAcceptor(0, Repeat.class)).hasSizeBetween(8, 20);
        harness.forget();
        harness.pass(1_000 * MILLIS);
        assertThat(harness.sentToAcceptor(0, Repeat.class)).hasSizeBetween(8, 12);
    }

    @Test
    void aLateLearnerAsksInBoundedRangesAndGoesOnAtOnce() {
        heartbeat(5_000);
        long start = harness.now;
        long asked = 0;
        while (harness.learner.delivered() < 5_000) {
            harness.pass(MILLIS / 10);
            List<Repeat> repeats = List.copyOf(harness.sentToAcceptor(1, Repeat.class));
            harness.forget();
            for (Repeat repeat : repeats) {
                asked++;
                assertThat(repeat.last() - repeat.first()).isBetween(0L, 1_023L);
                for (long instance = repeat.first(); instance <= repeat.last(); instance++) {
                    harness.decide(instance, VALUE);
                }
                harness.round();
            }
            assertThat(harness.now - start).isLessThan(500 * MILLIS);
        }
        assertThat(asked).isLessThan(60);
        assertThat(harness.learner.counters().droppedVotes()).isZero();
    }

    @Test
    void whenAllHaveVotedAndNoBallotHasAQuorumTheProposersAreAsked() {
        heartbeat(1);
        harness.value(0, 1, 1, VALUE).value(1, 1, 2, VALUE).value(2, 1, 3, VALUE).round();
        for (int i = 0; i < 5; i++) {
            harness.pass(10 * MILLIS);
            for (int acceptor = 0; acceptor < 3; acceptor++) {
                harness.beacon(acceptor, 1, 0);
            }
        }
        assertThat(harness.sent(Repropose.class)).isNotEmpty().allMatch(ask -> ask.first() == 1 && ask.last() == 1);
        harness.value(0, 1, 4, VALUE).value(1, 1, 4, VALUE).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void anInstanceAboveTheWatermarkIsNotAskedToBeProposedAnew() {
        harness.vote(0, 1, 1, VALUE).vote(1, 1, 2, VALUE).vote(2, 1, 3, VALUE).decide(2, VALUE).round();
        harness.pass(300 * MILLIS);
        assertThat(harness.sent(Repeat.class)).isNotEmpty();
        assertThat(harness.sent(Repropose.class)).isEmpty();
    }

    @Test
    void s12TheLearnerStopsWhenNoQuorumCanShowTheNextInstance() {
        harness.decide(1, VALUE).round();
        harness.say(0, new Trimmed(10)).round();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        harness.beacon(1, 12, 11).round();
        assertThat(harness.outputs(LearnerStopped.class))
                .extracting(LearnerStopped::reason, LearnerStopped::delivered)
                .containsExactly(tuple(LearnerStopped.Reason.BELOW_TRIM, 1L));
        assertThat(harness.learner.view(harness.now).state()).isEqualTo(LearnerView.State.BELOW_TRIM);
        harness.decide(2, VALUE).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    /** L1: with catch-up there are others to turn to; an acceptor that comes back is heard nevertheless. */
    @Test
    void aLearnerThatCanTurnToOthersDoesNotWaitForAnAcceptorThatIsSilent() {
        LearnerHarness waiting =
                new LearnerHarness(LearnerHarness.settings(3, 2).withCatchUp(true)).start();
        waiting.say(0, new LearnerOk(LearnerHarness.LOG, 12, 12, false))
                .say(1, new LearnerOk(LearnerHarness.LOG, 0, 12, false)).round();
        for (int i = 0; i < 20; i++) {
            waiting.beacon(0, 12, 12).beacon(1, 12, 0).vote(1, 1, 1, VALUE).round().pass(500 * MILLIS);
        }
        assertThat(waiting.outputs(LearnerNotice.PeerNeeded.class)).extracting(LearnerNotice.PeerNeeded::next)
                .containsExactly(1L);
        waiting.say(2, new LearnerOk(LearnerHarness.LOG, 0, 12, false)).value(2, 1, 1, VALUE).round();
        assertThat(waiting.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void anAcceptorThatLostItsStoreShowsNothing() {
        harness.from(
                harness.settings.layout().acceptor(0),
                999,
                new AcceptorState(
                        new StorageId(2, 4),
                        LogId.UNKNOWN,
                        AcceptorState.Status.OUT,
                        Ballot.NONE,
                        Ballot.NONE,
                        Long.MAX_VALUE,
                        0,
                        0,
                        0,
                        false));
        harness.round();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        harness.beacon(1, 9, 8).round();
        assertThat(harness.outputs(LearnerStopped.class)).hasSize(1);
    }

    @Test
    void votesThatCameBeforeATrimStillCount() {
        harness.vote(0, 1, 1, VALUE).round();
        harness.say(0, new Trimmed(1)).say(1, new Trimmed(1)).round();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        harness.value(2, 1, 1, VALUE).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void aDecidedInstanceWithoutAValueAnywhereStopsTheLearner() {
        harness.vote(0, 1, 1, VALUE).vote(1, 1, 1, VALUE).round();
        harness.say(0, new Trimmed(1)).say(1, new Trimmed(1)).round();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        harness.say(2, new Trimmed(1)).round();
        assertThat(harness.outputs(LearnerStopped.class)).hasSize(1);
    }

    @Test
    void bytesBeyondTheWindowsBoundAreNotKeptAndAskedForInTheirTurn() {
        Bytes large = Batches.of("y".repeat(600));
        LearnerHarness small = new LearnerHarness(LearnerHarness.settings(3, 1).withWindow(64, 1_000))
                .start()
                .register(0);
        small.decide(2, large).decide(3, large).round();
        assertThat(small.learner.view(small.now).windowBytes()).isLessThanOrEqualTo(1_000);
        small.decide(1, large).round();
        assertThat(small.deliveredInstances()).containsExactly(1L, 2L);
        small.pass(3 * MILLIS);
        assertThat(small.sent(Repeat.class)).contains(new Repeat(3, 3, true));
        small.decide(3, large).round();
        assertThat(small.deliveredInstances()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatLiesBeyondTheWindowIsDroppedAndAskedForLater() {
        LearnerHarness small = new LearnerHarness(LearnerHarness.settings(3, 1).withWindow(8, 1_000))
                .start()
                .register(0);
        for (long instance = 2; instance <= 20; instance++) {
            small.decide(instance, VALUE);
        }
        small.decide(1, VALUE).round();
        assertThat(small.learner.delivered()).isEqualTo(8);
        small.beacon(0, 20, 0).round();
        small.pass(3 * MILLIS);
        assertThat(small.sent(Repeat.class)).hasSize(3).allMatch(ask -> ask.first() == 9 && ask.last() == 16);
    }
}
