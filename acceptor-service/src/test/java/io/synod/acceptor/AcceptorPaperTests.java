package io.synod.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Effects.Outgoing;
import io.synod.role.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rules of {@code docs/protocol.md} that an acceptor answers for, each tried over a whole small domain. */
class AcceptorPaperTests {

    private static final Ballot LOW = new Ballot(1, 0, 5);
    private static final Ballot HIGH = new Ballot(2, 1, 6);

    /** All ballots of two rounds, two proposers and two incarnations, rising. */
    private static List<Ballot> ballots() {
        List<Ballot> ballots = new ArrayList<>();
        for (long round = 1; round <= 2; round++) {
            for (int proposer = 0; proposer < 2; proposer++) {
                for (long incarnation = 1; incarnation <= 2; incarnation++) {
                    ballots.add(new Ballot(round, proposer, incarnation));
                }
            }
        }
        return ballots;
    }

    @Test
    void s1PromisesOnlyHigherBallotsOrTheSameAgainAcrossRestarts() {
        List<Ballot> ballots = ballots();
        int cases = 0;
        for (int code = 0; code < 8 * 8 * 8 * 8; code++) {
            for (int restartAfter = 0; restartAfter <= 3; restartAfter++) {
                AcceptorBench bench = new AcceptorBench();
                Ballot highest = Ballot.NONE;
                for (int step = 0; step < 4; step++) {
                    Ballot ballot = ballots.get((code >> (3 * step)) & 7);
                    Message answer = bench.prepare(ballot, 1).getFirst().message();
                    if (ballot.isBelow(highest)) {
                        assertThat(answer).isEqualTo(new Preempted(ballot, highest, 0));
                    } else {
                        assertThat(answer).isInstanceOf(Promise.class);
                        assertThat(((Promise) answer).ballot()).isEqualTo(ballot);
                        highest = ballot;
                    }
                    if (step == restartAfter) {
                        bench.restart();
                    }
                    assertThat(bench.view().promised()).isEqualTo(highest);
                }
                cases++;
            }
        }
        assertThat(cases).isEqualTo(16_384);
    }

    @Test
    void s1AnEqualRoundOfAnotherIncarnationIsNotTheSameBallot() {
        AcceptorBench bench = new AcceptorBench();
        bench.prepare(new Ballot(3, 1, 9), 1);

        assertThat(bench.prepare(new Ballot(3, 1, 8), 1).getFirst().message())
                .isEqualTo(new Preempted(new Ballot(3, 1, 8), new Ballot(3, 1, 9), 0));
        assertThat(bench.accept(new Ballot(3, 1, 8), 1, Bytes.EMPTY).getFirst().message())
                .isInstanceOf(Preempted.class);
    }

    @Test
    void s2WhatStatesAPromiseOrAnAcceptWaitsForTheCommitAlsoWhenNothingWasWritten() {
        AcceptorBench bench = new AcceptorBench();

        bench.prepare(LOW, 1);
        assertThat(bench.effects.writes()).containsExactly(new AcceptorWrite.Promised(LOW));
        assertWaits(bench, Promise.class);
        bench.prepare(LOW, 1);
        assertThat(bench.effects.writes()).isEmpty();
        assertWaits(bench, Promise.class);

        bench.accept(LOW, 1, AcceptorBench.value(1));
        assertThat(bench.effects.writes())
                .containsExactly(new AcceptorWrite.ValueAccepted(1, LOW, AcceptorBench.value(1)));
        assertWaits(bench, Accepted.class);
        bench.accept(LOW, 1, AcceptorBench.value(1));
        assertThat(bench.effects.writes()).isEmpty();
        assertWaits(bench, Accepted.class);

        bench.give(AcceptorBench.learner(0), new Repeat(1, 1, true));
        assertWaits(bench, Accepted.class);
        bench.give(AcceptorBench.learner(0), new TrimRequest(0));
        assertWaits(bench, TrimState.class);
    }

    /** L1: a candidate that hears no answer goes on asking, and must not hold the others off by it. */
    @Test
    void aRepeatedPrepareIsNotALeaderHeardAgain() {
        AcceptorBench bench = new AcceptorBench();
        bench.prepare(LOW, 1);
        for (int repeat = 1; repeat <= 4; repeat++) {
            bench.nowNanos += 250_000_000;
            bench.prepare(LOW, 1);
            assertThat(bench.view().leader()).isEqualTo(LOW);
            assertThat(bench.view().leaderSilentMicros()).isEqualTo(250_000L * repeat);
        }
        bench.prepare(HIGH, 1);
        assertThat(bench.view().leaderSilentMicros()).isZero();
    }

    @Test
    void s2AnAcceptorWhoseStoreFailedStaysOutAndSaysSo() {
        AcceptorBench bench = new AcceptorBench();
        bench.prepare(LOW, 1);
        bench.flush();
        bench.acceptor.onStorageFailed("EIO", bench.nowNanos, bench.effects);
        assertThat(bench.effects.now()).extracting(Outgoing::message).isNotEmpty()
                .allSatisfy(message -> assertThat(((AcceptorState) message).status())
                        .isEqualTo(AcceptorState.Status.OUT));
        assertThat(bench.effects.outputs())
                .containsExactly(new AcceptorStatusChanged(AcceptorState.Status.OUT, "its store has failed: EIO",
                        Remedy.EMPTY_AND_REJOIN));
        assertThat(bench.accept(LOW, 1, Bytes.EMPTY)).extracting(Outgoing::message)
                .containsExactly(new AcceptRefused(LOW, 1, AcceptRefused.Reason.NOT_VOTING));
        assertThat(bench.prepare(HIGH, 1)).isEmpty();
    }

    @Test
    void l2WhileTooMuchWaitsForTheDiskAcceptsAreRefusedAndNothingChanges() {
        AcceptorBench bench = new AcceptorBench();
        bench.accept(LOW, 1, AcceptorBench.value(1));
        bench.acceptor.onBacklog(true);
        assertThat(bench.accept(HIGH, 2, Bytes.EMPTY)).extracting(Outgoing::message)
                .containsExactly(new AcceptRefused(HIGH, 2, AcceptRefused.Reason.STORAGE_FULL));
        assertThat(bench.view().promised()).isEqualTo(LOW);
        assertThat(bench.accept(LOW, 1, AcceptorBench.value(1))).extracting(Outgoing::message)
                .hasOnlyElementsOfType(Accepted.class);
        bench.acceptor.onBacklog(false);
        assertThat(bench.accept(HIGH, 2, Bytes.EMPTY)).extracting(Outgoing::message)
                .hasOnlyElementsOfType(Accepted.class).isNotEmpty();
    }

    /** A store with more than is allowed now is no broken one: it takes nothing new until enough is trimmed. */
    @Test
    void aLowerBoundThanBeforeTheRestartKeepsWhatIsStoredAndTakesNoMore() {
        AcceptorBench before = new AcceptorBench();
        for (long instance = 1; instance <= 2_000; instance++) {
            before.accept(LOW, instance, Bytes.EMPTY);
        }
        before.flush();
        AcceptorSettings lower = AcceptorBench.SETTINGS.withStored(1_024, 1_000_000);
        Acceptor after = new Acceptor(lower, before.disk.recovery(), new SplittableRandom(1));
        assertThat(after.view(0).storedInstances()).isEqualTo(2_000);
        Effects effects = new Effects();
        after.onMessage(AcceptorBench.proposerOf(LOW), new Accept(LOW, 2_001, Bytes.EMPTY), 1, effects);
        assertThat(effects.now()).extracting(Outgoing::message)
                .containsExactly(new AcceptRefused(LOW, 2_001, AcceptRefused.Reason.STORAGE_FULL));
    }

    @Test
    void s2WhatRefusesGoesNow() {
        AcceptorBench bench = new AcceptorBench(AcceptorBench.SETTINGS.withStored(4, 1_000_000));
        bench.prepare(HIGH, 1);

        bench.prepare(LOW, 1);
        assertThat(bench.effects.now()).extracting(Outgoing::message).containsExactly(new Preempted(LOW, HIGH, 0));
        bench.accept(HIGH, 5, Bytes.EMPTY);
        assertThat(bench.effects.now()).extracting(Outgoing::message)
                .containsExactly(new AcceptRefused(HIGH, 5, AcceptRefused.Reason.STORAGE_FULL));
        assertThat(bench.effects.writes()).isEmpty();
        assertThat(bench.effects.afterCommit()).isEmpty();
    }

    private static void assertWaits(AcceptorBench bench, Class<? extends Message> type) {
        assertThat(bench.effects.now()).isEmpty();
        assertThat(bench.effects.afterCommit()).isNotEmpty().allMatch(outgoing -> type.isInstance(outgoing.message()));
    }

    /** All runs of three steps out of a prepare or an accept in one of two instances, at four ballots, one of them trimmed. */
    @Test
    void s3AcceptsAtOrAboveThePromiseRaisesItAndRefusesTrimmedInstances() {
        List<Ballot> ballots = ballots().subList(2, 6);
        int cases = 0;
        for (int code = 0; code < 16 * 16 * 16; code++) {
            AcceptorBench bench = new AcceptorBench();
            trimTo(bench, 1);
            Ballot promised = Ballot.NONE;
            TreeMap<Long, AcceptedEntry> expected = new TreeMap<>();
            for (int step = 0; step < 3; step++) {
                int choice = (code >> (4 * step)) & 15;
                Ballot ballot = ballots.get(choice & 3);
                long instance = choice >> 2;
                if (instance == 0) {
                    bench.prepare(ballot, 1);
                    promised = Ballot.max(promised, ballot);
                } else {
                    // The value is a function of instance and ballot, as S5 has it.
                    Bytes value = AcceptorBench.value((int) instance * 4 + (choice & 3));
                    Message answer = bench.accept(ballot, instance, value).getFirst().message();
                    if (ballot.isBelow(promised)) {
                        assertThat(answer).isEqualTo(new Preempted(ballot, promised, instance));
                    } else if (instance == 1) {
                        assertThat(answer).isEqualTo(new Trimmed(1));
                    } else {
                        assertThat(answer).isEqualTo(new Accepted(ballot, instance, value.checksum(), null));
                        promised = ballot;
                        expected.put(instance, new AcceptedEntry(instance, ballot, value));
                    }
                }
                assertThat(bench.view().promised()).isEqualTo(promised);
            }
            bench.flush();
            assertThat(bench.disk.recovery().promised()).isEqualTo(promised);
            assertThat(bench.disk.recovery().accepted()).containsExactlyElementsOf(expected.values());
            cases++;
        }
        assertThat(cases).isEqualTo(4_096);
    }

    @Test
    void aNearlyFullDiskRefusesNewInstancesAloneAndOnlyWhileItLasts() {
        AcceptorBench bench = new AcceptorBench();
        bench.accept(LOW, 3, AcceptorBench.value(3));
        bench.acceptor.diskNearlyFull(true);

        bench.accept(LOW, 4, AcceptorBench.value(4));
        assertThat(bench.effects.writes()).isEmpty();
        assertThat(bench.effects.now()).extracting(Outgoing::message)
                .containsExactly(new AcceptRefused(LOW, 4, AcceptRefused.Reason.STORAGE_FULL));
        bench.accept(LOW, 2, AcceptorBench.value(2));
        assertThat(bench.effects.writes())
                .containsExactly(new AcceptorWrite.ValueAccepted(2, LOW, AcceptorBench.value(2)));
        assertThat(bench.view().diskNearlyFull()).isTrue();

        bench.acceptor.diskNearlyFull(false);
        bench.accept(LOW, 4, AcceptorBench.value(4));
        assertThat(bench.effects.writes()).hasSize(1);
    }

    @Test
    void s3AnAcceptThatDoesNotFitChangesNothingNotEvenThePromise() {
        AcceptorBench bench = new AcceptorBench(AcceptorBench.SETTINGS.withStored(100, 300));
        bench.accept(LOW, 1, AcceptorBench.value(1));
        bench.accept(LOW, 2, AcceptorBench.value(2));

        assertThat(bench.accept(HIGH, 3, Bytes.wrap(new byte[100]))).containsExactly(
                new Outgoing(AcceptorBench.LAYOUT.proposer(1),
                        new AcceptRefused(HIGH, 3, AcceptRefused.Reason.STORAGE_FULL)));
        assertThat(bench.effects.writes()).isEmpty();
        assertThat(bench.view().promised()).isEqualTo(LOW);
        assertThat(bench.view().storedInstances()).isEqualTo(2);
        assertThat(bench.view().counters().refusals()).isEqualTo(1);
    }

    @Test
    void s5AnotherValueAtTheSameBallotIsDroppedAndCounted() {
        AcceptorBench bench = new AcceptorBench();
        bench.accept(LOW, 7, AcceptorBench.value(1));

        assertThat(bench.accept(LOW, 7, AcceptorBench.value(2))).isEmpty();
        assertThat(bench.effects.isEmpty()).isTrue();
        assertThat(bench.view().counters().conflicts()).isEqualTo(1);

        bench.give(AcceptorBench.learner(0), new Repeat(7, 7, true));
        assertThat(bench.said()).extracting(Outgoing::message).containsExactly(
                new Accepted(LOW, 7, AcceptorBench.value(1).checksum(), AcceptorBench.value(1)));
    }

    @Test
    void s5AHigherBallotReplacesWhatWasAccepted() {
        AcceptorBench bench = new AcceptorBench();
        bench.accept(LOW, 7, AcceptorBench.value(1));
        bench.accept(HIGH, 7, AcceptorBench.value(2));

        Promise page = (Promise) bench.prepare(HIGH, 1).getFirst().message();
        assertThat(page.entries()).containsExactly(new AcceptedEntry(7, HIGH, AcceptorBench.value(2)));
        assertThat(bench.view().storedInstances()).isEqualTo(1);
    }

    @Test
    void s9TrimsToTheLesserOfWhatWasAskedAndWhatTheQuorumHolds() {
        int cases = 0;
        for (int quorum = 1; quorum <= 3; quorum++) {
            for (int code = 0; code < 4 * 4 * 4 * 4; code++) {
                long[] held = {code & 3, (code >> 2) & 3, (code >> 4) & 3};
                long asked = code >> 6;
                AcceptorBench bench = new AcceptorBench(AcceptorBench.SETTINGS.withTrimQuorum(quorum));
                for (long instance = 1; instance <= 4; instance++) {
                    bench.accept(LOW, instance, Bytes.EMPTY);
                }
                bench.give(AcceptorBench.learner(0), new TrimRequest(asked));
                for (int learner = 0; learner < 3; learner++) {
                    bench.report(learner, 1, held[learner]);
                }
                long expected = 0;
                for (long point = 1; point <= asked; point++) {
                    int holders = 0;
                    for (long through : held) {
                        holders += through >= point ? 1 : 0;
                    }
                    expected = holders >= quorum ? point : expected;
                }
                assertThat(bench.view().trimPoint()).isEqualTo(expected);
                assertThat(bench.view().storedInstances()).isEqualTo((int) (4 - expected));
                bench.restart();
                assertThat(bench.view().trimPoint()).isEqualTo(expected);
                cases++;
            }
        }
        assertThat(cases).isEqualTo(768);
    }

    @Test
    void s9ThePointNeverFallsAndAStoreThatSaysSoIsRefused() {
        AcceptorReplay replay = new AcceptorReplay(AcceptorBench.STORAGE);
        replay.apply(new AcceptorWrite.TrimAdvanced(9));

        assertThatExceptionOfType(Invariant.Violation.class)
                .isThrownBy(() -> replay.apply(new AcceptorWrite.TrimAdvanced(8))).withMessageContaining("S9");
        assertThatExceptionOfType(Invariant.Violation.class)
                .isThrownBy(() -> replay.apply(new AcceptorWrite.ValueAccepted(9, LOW, Bytes.EMPTY)))
                .withMessageContaining("S3");
    }

    @Test
    void aStoreWhosePromiseFallsIsRefused() {
        AcceptorReplay replay = new AcceptorReplay(AcceptorBench.STORAGE);
        replay.apply(new AcceptorWrite.Promised(HIGH));

        assertThatExceptionOfType(Invariant.Violation.class)
                .isThrownBy(() -> replay.apply(new AcceptorWrite.Promised(LOW))).withMessageContaining("S1");
        assertThatExceptionOfType(Invariant.Violation.class)
                .isThrownBy(() -> replay.apply(new AcceptorWrite.ValueAccepted(1, LOW, Bytes.EMPTY)))
                .withMessageContaining("S3");
    }

    @Test
    void f01APromiseSurvivesARestartRightAfterIt() {
        AcceptorBench bench = new AcceptorBench();
        bench.prepare(HIGH, 1);
        bench.restart();

        assertThat(bench.prepare(LOW, 1).getFirst().message()).isEqualTo(new Preempted(LOW, HIGH, 0));
        assertThat(bench.accept(LOW, 1, Bytes.EMPTY).getFirst().message()).isEqualTo(new Preempted(LOW, HIGH, 1));
    }

    @Test
    void f01WithoutThePromiseInTheStoreALowerBallotWouldGetIn() {
        AcceptorBench bench = new AcceptorBench(AcceptorBench.SETTINGS,
                (settings, recovered) -> new Acceptor(settings, forgetful(recovered), new SplittableRandom(1)));
        bench.prepare(HIGH, 1);
        bench.restart();

        assertThat(bench.prepare(LOW, 1).getFirst().message()).isInstanceOf(Promise.class);
    }

    private static AcceptorRecovery forgetful(AcceptorRecovery recovered) {
        return new AcceptorRecovery(recovered.storageId(), recovered.noted(), recovered.logId(), Ballot.NONE,
                recovered.trimPoint(), List.of(), recovered.rejoin());
    }

    @Test
    void f17WhoeverIsNotTheProposerNamedInTheBallotIsDropped() {
        AcceptorBench bench = new AcceptorBench();
        List<Ballot> forged = List.of(new Ballot(1, -1, 5), new Ballot(1, 2, 5), new Ballot(1, Integer.MAX_VALUE, 5),
                new Ballot(1, 1, 5), new Ballot(1, 0, 4), new Ballot(0, 0, 5));
        for (Ballot ballot : forged) {
            assertThat(bench.give(AcceptorBench.proposerOf(LOW), new Accept(ballot, 1, Bytes.EMPTY))).isEmpty();
            assertThat(bench.give(AcceptorBench.proposerOf(LOW),
                    new Prepare(ballot, 1, AcceptorBench.LOG))).isEmpty();
            assertThat(bench.give(AcceptorBench.proposerOf(LOW),
                    new Heartbeat(ballot, 1_000))).isEmpty();
        }
        assertThat(bench.view().promised()).isEqualTo(Ballot.NONE);
        assertThat(bench.view().watermark()).isZero();
        assertThat(bench.view().counters().misdirected()).isEqualTo(18);
    }

    private static void trimTo(AcceptorBench bench, long instance) {
        bench.give(AcceptorBench.learner(0), new TrimRequest(instance));
        for (int learner = 0; learner < 3; learner++) {
            bench.report(learner, 1, instance);
        }
        assertThat(bench.view().trimPoint()).isEqualTo(instance);
    }
}
