package io.synod.client;

import static io.synod.client.ScriptedCluster.MILLIS;
import static io.synod.client.ScriptedCluster.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.ScriptedCluster.Sent;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.SubmitRefused.Reason;
import io.synod.role.Effects;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test a claim of {@code docs/protocol.md}, "Sessions" and "Clients"; {@link ClientSendingTests} has what is sent again. */
class ClientPaperTests {

    private final ScriptedCluster cluster = ScriptedCluster.open(SETTINGS);

    // --- sessions ---

    @Test
    void opensASessionThroughTheLogOnceItsLearnerKnowsWhereToBegin() {
        ScriptedCluster fresh = new ScriptedCluster(SETTINGS);
        Sent opening = fresh.takeOne();
        assertThat(opening.entries()).singleElement().isInstanceOf(LogEntry.OpenSession.class);
        fresh.decide(opening);
        assertThat(fresh.outputs).containsExactly(new ClientOutput.SessionOpened(0, new SessionId(1, 0)));
    }

    @Test
    void resendsAnOpeningWithTheSameNonce() {
        ScriptedCluster fresh = new ScriptedCluster(SETTINGS);
        Sent first = fresh.takeOne();
        fresh.pass(100);
        Sent second = fresh.takeSent().getFirst();
        assertThat(second.entries()).isEqualTo(first.entries());
        assertThat(second.submit().attempt()).isGreaterThan(first.submit().attempt());
    }

    @Test
    void numbersTheValuesOfASessionFromOneWithoutAGap() {
        cluster.submit("a", "b");
        cluster.submit("c");
        List<Sent> sent = cluster.takeSent();
        assertThat(sent.get(0).values().firstNumber()).isEqualTo(1);
        assertThat(sent.get(0).values().count()).isEqualTo(2);
        assertThat(sent.get(1).values().firstNumber()).isEqualTo(3);
    }

    @Test
    void aValueSubmittedBeforeTheSessionIsOpenGoesOutWhenItIs() {
        ScriptedCluster fresh = new ScriptedCluster(SETTINGS);
        Sent opening = fresh.takeOne();
        fresh.submit("early");
        assertThat(fresh.takeSent()).isEmpty();
        fresh.decide(opening);
        assertThat(fresh.takeOne().values().count()).isEqualTo(1);
    }

    @Test
    void closesAnIdleSessionWhenItStops() {
        SessionId session = cluster.session();
        cluster.stop();
        assertThat(cluster.takeOne().entries()).containsExactly(new LogEntry.CloseSession(session));
    }

    // --- blocks ---

    @Test
    void whatIsSubmittedInOneRoundTravelsInOneBlock() {
        cluster.submit(0, Collections.nCopies(900, Bytes.ofUtf8("x".repeat(64))));
        assertThat(cluster.takeOne().values().count()).isEqualTo(900);
    }

    @Test
    void aBlockFitsIntoADatagramUnlessItIsOneValueAlone() {
        ScriptedCluster small = ScriptedCluster.open(SETTINGS.withDatagramBytesMax(1_472));
        int bytesMax = 1_472 - ClientSettings.DATAGRAM_OVERHEAD_BYTES;
        small.submit(0, List.of(bytes(500), bytes(600), bytes(5_000), bytes(10), bytes(20)));
        List<Sent> sent = small.takeSent();
        assertThat(sent).extracting(s -> s.values().count()).containsExactly(2, 1, 2);
        assertThat(sent.get(0).submit().entries().length()).isLessThanOrEqualTo(bytesMax);
        assertThat(sent.get(2).submit().entries().length()).isLessThanOrEqualTo(bytesMax);
    }

    @Test
    void keepsNoBytesOfWhatIsDelivered() {
        Attempts attempts = new Attempts();
        Outstanding outstanding =
                new Outstanding(0, new LossDetector(new RoundTripTime(1, 1)), new ClientCounters());
        outstanding.take(List.of(bytes(1_000)), null, 1_000, 0);
        Block block = outstanding.seal(new SessionId(1, 0), 10, 10_000);
        attempts.next(block);
        assertThat(outstanding.deliver(1, 1, new Outstanding.Place(new SessionId(1, 0), 2, 0, null), 0, new Effects()))
                .isTrue();
        assertThat(block.entries.isEmpty()).isTrue();
        assertThat(outstanding.isEmpty()).isTrue();
        assertThat(outstanding.sealedBytes()).isZero();
    }

    @Test
    void refusesAValueAboveTheLargestSizeBeforeItTakesAnyOfTheCall() {
        ScriptedCluster small = ScriptedCluster.open(SETTINGS.withValueBytesMax(10));
        assertThat(small.submit(0, List.of(bytes(3), bytes(11))).status()).isEqualTo(Admission.Status.TOO_LARGE);
        assertThat(small.takeSent()).isEmpty();
        assertThat(small.submit(0, List.of(bytes(10))).firstTicket()).isEqualTo(1);
    }

    // --- window ---

    @Test
    void neverHasMoreValuesOutstandingThanTheWindow() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withWindow(3, 1 << 20));
        narrow.submit("1", "2", "3", "4", "5");
        Sent first = narrow.takeOne();
        assertThat(first.values().count()).isEqualTo(3);
        narrow.decide(first);
        assertThat(narrow.takeOne().values().firstNumber()).isEqualTo(4);
    }

    @Test
    void neverHasMoreBytesOutstandingThanTheWindowButOneBlock() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withWindow(100, 1_000));
        narrow.submit(0, List.of(bytes(600), bytes(600), bytes(600)));
        Sent first = narrow.takeSent().getFirst();
        assertThat(first.values().count()).isEqualTo(1);
        assertThat(narrow.client.view(narrow.nowNanos()).lanes().getFirst().waiting()).isPositive();
    }

    @Test
    void tellsTheCallerWhenItsQueueIsFull() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withWindow(1, 1 << 20).withQueue(2, 1 << 20));
        assertThat(narrow.submit("1").isTaken()).isTrue();
        assertThat(narrow.submit("2", "3").isTaken()).isTrue();
        assertThat(narrow.submit("4").status()).isEqualTo(Admission.Status.FULL);
        assertThat(narrow.client.room(0)).isZero();
        narrow.decide(narrow.takeOne());
        assertThat(narrow.submit("4").isTaken()).isTrue();
    }

    // --- outcomes ---

    @Test
    void aValueIsDecidedWhenItsOwnLearnerDeliversIt() {
        cluster.submit("a", "b");
        Sent sent = cluster.takeOne();
        assertThat(cluster.outputs).isEmpty();
        cluster.decide(sent);
        assertThat(cluster.outputs).containsExactly(new ClientOutput.Decided(0, 1, 2, 2, 0, 0));
    }

    @Test
    void outcomesAreRangesOfTheSubmitCallsTheyBelongTo() {
        cluster.submit("a");
        cluster.pass(1);
        cluster.submit("b", "c");
        List<Sent> sent = cluster.takeSent();
        cluster.decide(sent.get(0), sent.get(1));
        assertThat(cluster.outputs)
                .containsExactly(
                        new ClientOutput.Decided(0, 1, 1, 2, 0, MILLIS), new ClientOutput.Decided(0, 2, 2, 2, 1, 0));
    }

    @Test
    void aBlockDecidedTwiceIsDeliveredOnce() {
        cluster.submit("a");
        Sent sent = cluster.takeOne();
        cluster.decide(sent);
        cluster.decide(sent);
        assertThat(cluster.outputs).hasSize(1);
    }

    @Test
    void s8WhatItsLearnerDeliversAgainIsCounted() {
        ClientCounters counters = new ClientCounters();
        Outstanding outstanding = new Outstanding(0, new LossDetector(new RoundTripTime(1, 1)), counters);
        Effects effects = new Effects();
        outstanding.take(List.of(bytes(1), bytes(1), bytes(1)), null, 3, 0);
        outstanding.seal(new SessionId(1, 0), 3, 10_000);
        assertThat(outstanding.deliver(1, 2, new Outstanding.Place(new SessionId(1, 0), 2, 0, null), 0, effects))
                .isTrue();
        assertThat(counters.counts(0).repeated()).isZero();
        assertThat(outstanding.deliver(1, 2, new Outstanding.Place(new SessionId(1, 0), 3, 0, null), 0, effects))
                .isFalse();
        assertThat(counters.counts(0).repeated()).isEqualTo(2);
    }

    @Test
    void isUnknownAtTheDeadlineWhenAnySendMayHaveArrived() {
        cluster.submit("a", "b");
        SessionId session = cluster.session();
        cluster.pass(9_999);
        assertThat(cluster.outputs).isEmpty();
        cluster.pass(1);
        assertThat(cluster.outputs).containsExactly(new ClientOutput.Unknown(0, 1, 2, session, 1));
    }

    @Test
    void aValueCalledUnknownIsStillSentSinceLaterOnesWaitForIt() {
        cluster.submit("a");
        cluster.pass(10_000);
        cluster.takeSent();
        cluster.outputs.clear();
        cluster.submit("b");
        cluster.pass(1_000);
        cluster.decideAll();
        assertThat(cluster.outputs).hasSize(1);
        assertThat(cluster.outputs.getFirst()).isInstanceOfSatisfying(ClientOutput.Decided.class, decided -> {
            assertThat(decided.firstTicket()).isEqualTo(2);
            assertThat(decided.count()).isEqualTo(1);
        });
        assertThat(cluster.client.view(cluster.nowNanos()).counts().late()).isEqualTo(1);
    }

    @Test
    void isRefusedAtTheDeadlineWhenEverySendWasRefused() {
        cluster.submit("a");
        refuseAllUntilTheDeadline(Reason.OVERLOADED);
        assertThat(cluster.outputs).containsExactly(new ClientOutput.Refused(0, 1, 1, RefusalReason.OVERLOADED));
    }

    @Test
    void oneSendWithoutARefusalLeavesItUnknown() {
        cluster.submit("a");
        cluster.takeOne();
        refuseAllUntilTheDeadline(Reason.OVERLOADED);
        assertThat(cluster.outputs).singleElement().isInstanceOf(ClientOutput.Unknown.class);
    }

    @Test
    void aRefusalSaidTwiceCountsForOneSend() {
        cluster.submit("a");
        Sent first = cluster.takeOne();
        cluster.refuse(first, Reason.OVERLOADED);
        cluster.pass(10);
        cluster.takeOne();
        cluster.refuse(first, Reason.OVERLOADED);
        cluster.refuse(first, Reason.OVERLOADED);
        cluster.pass(10_000);
        assertThat(cluster.outputs).singleElement().isInstanceOf(ClientOutput.Unknown.class);
    }

    @Test
    void theNumberOfARefusedValueGoesToTheNext() {
        cluster.submit("a");
        refuseAllUntilTheDeadline(Reason.NO_LEADER);
        cluster.outputs.clear();
        cluster.submit("b");
        cluster.pass(201);
        Sent sent = cluster.takeSent().getLast();
        assertThat(sent.values().firstNumber()).isEqualTo(1);
        cluster.decide(sent);
        assertThat(cluster.outputs).singleElement().isInstanceOfSatisfying(ClientOutput.Decided.class,
                decided -> assertThat(decided.firstTicket()).isEqualTo(2));
    }

    @Test
    void isRefusedWhenTheSessionEndedBeforeItWasDelivered() {
        cluster.submit("a");
        Sent lost = cluster.takeOne();
        SessionId session = cluster.session();
        cluster.decide(new EntryWriter(64).close(session).take());
        assertThat(cluster.outputs)
                .containsExactly(
                        new ClientOutput.Refused(0, 1, 1, RefusalReason.SESSION_ENDED),
                        new ClientOutput.SessionLost(0, session));
        cluster.outputs.clear();
        // F14: what is sent in the ended session is never delivered; the next session is another.
        cluster.decide(lost);
        cluster.decideAll();
        assertThat(cluster.outputs).singleElement().isInstanceOf(ClientOutput.SessionOpened.class);
        assertThat(cluster.session()).isNotEqualTo(session);
    }

    @Test
    void whatFollowsALostSessionGoesIntoTheNext() {
        SessionId session = cluster.session();
        cluster.decide(new EntryWriter(64).close(session).take());
        cluster.submit("b");
        cluster.decideAll();
        assertThat(cluster.outputs.getLast()).isInstanceOf(ClientOutput.Decided.class);
    }

    @Test
    void closesASessionThatAProposerWillNotCarryOn() {
        cluster.submit("a");
        Sent refused = cluster.takeOne();
        SessionId session = cluster.session();
        cluster.refuse(refused, Reason.TOO_LARGE);
        Sent closing = cluster.takeOne();
        assertThat(closing.entries()).containsExactly(new LogEntry.CloseSession(session));
        cluster.decide(closing);
        assertThat(cluster.outputs).contains(new ClientOutput.Refused(0, 1, 1, RefusalReason.TOO_LARGE));
        cluster.submit("b");
        cluster.decideAll();
        assertThat(cluster.outputs.getLast()).isInstanceOf(ClientOutput.Decided.class);
    }

    @Test
    void goesOnAfterTheDeadlineWithdrewABlockWhoseContentsWereRefused() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withDatagramBytesMax(1_472));
        narrow.submit(0, List.of(bytes(1_300), bytes(1_300)));
        List<Sent> sent = narrow.takeSent();
        assertThat(sent).hasSize(2);
        narrow.refuse(sent.get(0), Reason.OVERLOADED);
        narrow.refuse(sent.get(1), Reason.TOO_LARGE);
        for (int i = 0; i < 10_001; i++) {
            narrow.takeSent().forEach(again -> narrow.refuse(again, Reason.OVERLOADED));
            narrow.pass(1);
        }
        assertThat(narrow.outputs)
                .containsExactly(
                        new ClientOutput.Refused(0, 1, 1, RefusalReason.OVERLOADED),
                        new ClientOutput.Refused(0, 2, 1, RefusalReason.TOO_LARGE));
        narrow.outputs.clear();
        narrow.submit("next");
        narrow.pass(201);
        narrow.decideAll();
        assertThat(narrow.outputs).singleElement().isInstanceOf(ClientOutput.Decided.class);
    }

    @Test
    void goesOnWhenAnEarlierSendOfABlockIsTheLastToBeRefused() {
        cluster.submit("a");
        Sent first = cluster.takeOne();
        cluster.pass(150);
        Sent second = cluster.takeSent().getFirst();
        cluster.refuse(second, Reason.NO_LEADER);
        cluster.refuse(first, Reason.TOO_LARGE);
        cluster.pass(1_000);
        cluster.decideAll();
        assertThat(cluster.outputs).contains(new ClientOutput.Refused(0, 1, 1, RefusalReason.TOO_LARGE));
        cluster.submit("b");
        cluster.pass(201);
        cluster.decideAll();
        assertThat(cluster.outputs.getLast()).isInstanceOf(ClientOutput.Decided.class);
    }

    // --- lanes ---

    @Test
    void lanesHaveSessionsOfTheirOwn() {
        ScriptedCluster many = ScriptedCluster.open(SETTINGS.withLanes(3));
        many.submit(0, "a");
        many.submit(2, "b");
        List<Sent> sent = many.takeSent();
        assertThat(sent.get(0).values().session()).isNotEqualTo(sent.get(1).values().session());
        many.decide(sent.get(1), sent.get(0));
        assertThat(many.outputs).extracting(ClientOutput::lane).containsExactly(2, 0);
    }

    private void refuseAllUntilTheDeadline(Reason reason) {
        for (int i = 0; i < 10_001; i++) {
            cluster.takeSent().forEach(sent -> cluster.refuse(sent, reason));
            cluster.pass(1);
        }
    }

    private static Bytes bytes(int length) {
        return Bytes.wrap(new byte[length]);
    }
}
