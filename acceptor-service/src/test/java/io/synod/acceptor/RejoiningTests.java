package io.synod.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinRange;
import io.synod.protocol.message.RejoinReply;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.TrimRequest;
import io.synod.role.Effects;
import io.synod.role.Effects.Outgoing;
import io.synod.role.Sender;
import io.synod.role.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Rule S10 at one acceptor that lost what it knew, message by message; {@code docs/protocol.md}, "Rejoining". */
class RejoiningTests {

    private static final Ballot LOW = new Ballot(3, 0, 5);
    private static final Ballot P = new Ballot(7, 1, 6);
    private static final Ballot ABOVE = new Ballot(8, 0, 5);
    private static final LogId LOG = new LogId(99);
    private static final StorageId NEW = new StorageId(1, 50);

    /** Acceptor 0, whose store was formed just now, and its disk. */
    private static final class Lost {
        final ClusterLayout layout;
        final Quorums quorums;
        final AcceptorReplay disk = new AcceptorReplay(NEW);
        final Effects effects = new Effects();
        Acceptor acceptor;
        long nowNanos = 1_000_000_000L;

        Lost(Quorums quorums) {
            this.quorums = quorums;
            layout = new ClusterLayout(quorums.acceptors(), 2, 1, false);
            acceptor = start();
        }

        private Acceptor start() {
            Acceptor started = new Acceptor(
                    AcceptorSettings.of(0, layout, quorums), disk.recovery(), new SplittableRandom(1));
            started.onStart(nowNanos, effects);
            return started;
        }

        void restart() {
            flush();
            acceptor = start();
        }

        void flush() {
            for (Write write : effects.writes()) {
                disk.apply((AcceptorWrite) write);
            }
            effects.clear();
        }

        /** A FormReply of acceptor 1, by which it learns that it was known before. */
        Lost out() {
            give(acceptor(1), new FormReply(id(0, 1), id(1, 1), LOG));
            assertThat(view().status()).isEqualTo(Status.OUT);
            return this;
        }

        Lost asking() {
            out();
            flush();
            assertThat(acceptor.rejoin(nowNanos, effects)).isNull();
            return this;
        }

        /** Asked, answered by 1 and 2 (of 3) with {@link #P}, and so admitted. */
        Lost admitted() {
            asking();
            answer(1, LOW);
            answer(2, P);
            assertThat(view().status()).isEqualTo(Status.REJOINING);
            return this;
        }

        List<Message> answer(int by, Ballot promised) {
            return answer(by, true, promised, view().storageId());
        }

        List<Message> answer(int by, boolean voting, Ballot promised, StorageId knownAs) {
            List<StorageId> ids = new ArrayList<>(List.of(knownAs));
            for (int other = 1; other < layout.acceptors(); other++) {
                ids.add(id(other, 1));
            }
            return give(acceptor(by), new RejoinReply(voting, LOG, promised, ids));
        }

        List<Message> give(Sender from, Message message) {
            flush();
            acceptor.onMessage(from, message, nowNanos, effects);
            List<Message> said = new ArrayList<>();
            effects.now().forEach(outgoing -> said.add(outgoing.message()));
            effects.afterCommit().forEach(outgoing -> said.add(outgoing.message()));
            return said;
        }

        List<Message> accept(Ballot ballot, long instance) {
            return give(proposerOf(ballot), new Accept(ballot, instance, Bytes.EMPTY));
        }

        List<Message> range(Ballot ballot, long first, long last) {
            return give(proposerOf(ballot), new RejoinRange(ballot, first, last));
        }

        Sender acceptor(int id) {
            return new Sender(layout.acceptor(id), 40 + id);
        }

        Sender proposerOf(Ballot ballot) {
            return new Sender(layout.proposer(ballot.proposerId()), ballot.incarnation());
        }

        AcceptorView view() {
            return acceptor.view(nowNanos);
        }
    }

    private static StorageId id(int acceptor, long generation) {
        return new StorageId(generation, 10 + acceptor);
    }

    private static Lost ofThree() {
        return new Lost(Quorums.majority(3));
    }

    @Test
    void s10ItIsOutUntilItIsToldAndThenTakesAHigherGenerationThanTheOthersKnow() {
        Lost lost = ofThree();
        lost.give(lost.acceptor(1), new FormReply(new StorageId(5, 10), id(1, 1), LOG));
        assertThat(lost.view().rejoin().remedy()).isEqualTo(Remedy.REJOIN);

        assertThat(lost.acceptor.rejoin(lost.nowNanos, lost.effects)).isNull();
        StorageId renewed = lost.view().storageId();
        assertThat(renewed.generation()).isEqualTo(6);
        assertThat(lost.effects.writes()).contains(new AcceptorWrite.Renewed(renewed));
        assertThat(lost.effects.afterCommit()).extracting(Outgoing::message).containsOnly(new Rejoin(renewed));
        assertThat(lost.effects.now()).extracting(Outgoing::message).doesNotHaveAnyElementsOfTypes(Rejoin.class);
        assertThat(lost.view().rejoin().waitsFor()).containsExactly(1, 2);
        assertThat(lost.acceptor.rejoin(lost.nowNanos, lost.effects)).isNull();
        assertThat(lost.view().storageId()).isEqualTo(renewed);
    }

    @Test
    void s10WhoWasToldOfAHigherGenerationTakesAnEvenHigherOne() {
        Lost lost = ofThree().asking();
        lost.answer(1, LOW);
        List<Message> said = lost.answer(2, true, P, new StorageId(9, 77));
        assertThat(said).isEmpty();
        assertThat(lost.view().storageId().generation()).isEqualTo(10);

        // The first answer was to the older id.
        assertThat(lost.view().rejoin().waitsFor()).containsExactly(1, 2);
        lost.answer(2, P);
        assertThat(lost.view().status()).isEqualTo(Status.OUT);
        lost.answer(1, LOW);
        assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
    }

    /** All cluster sizes and quorums: it is admitted by the last needed answer and not before, or not at all. */
    @Test
    void s10SoManyMustAnswerThatEveryQuorumOfOldPromisesHasAMemberAmongThem() {
        int cases = 0;
        for (int acceptors = 2; acceptors <= 7; acceptors++) {
            for (int phase1 = 1; phase1 <= acceptors; phase1++) {
                Lost lost = new Lost(new Quorums(acceptors, phase1, acceptors - phase1 + 1)).out();
                int needed = Math.max(acceptors - phase1 + 1, acceptors / 2 + acceptors % 2);
                String obstacle = lost.acceptor.rejoin(lost.nowNanos, lost.effects);
                if (phase1 == 1 || phase1 == acceptors) {
                    assertThat(obstacle).contains("nobody can rejoin");
                    assertThat(lost.view().rejoin().remedy()).isEqualTo(Remedy.NEW_CLUSTER);
                } else {
                    for (int answers = 1; answers <= needed; answers++) {
                        assertThat(lost.view().status()).isEqualTo(Status.OUT);
                        lost.answer(answers, LOW);
                    }
                    assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
                }
                cases++;
            }
        }
        assertThat(cases).isEqualTo(27);
    }

    @Test
    void s10AnAnswerOfOneThatDoesNotVoteItselfOrOfAnotherLogCountsForNothing() {
        Lost lost = ofThree().asking();
        lost.answer(1, LOW);
        lost.answer(2, false, P, lost.view().storageId());
        assertThat(lost.view().status()).isEqualTo(Status.OUT);
        assertThat(lost.view().reason()).contains("acceptor 2 (which does not vote itself)");
        lost.give(lost.acceptor(2), new RejoinReply(true, new LogId(5), P,
                List.of(lost.view().storageId(), id(1, 1), id(2, 1))));
        assertThat(lost.view().status()).isEqualTo(Status.OUT);
        lost.answer(2, P);
        assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
    }

    /** Acceptor 1 answered, lost everything and came back: what its former life had noted is gone. */
    @Test
    void s10AnAnswerCountsForNothingOnceAnotherNamesALaterLifeOfItsSender() {
        Lost lost = new Lost(Quorums.majority(5)).asking();
        lost.answer(1, LOW);
        lost.answer(2, LOW);
        StorageId own = lost.view().storageId();
        lost.give(lost.acceptor(3),
                new RejoinReply(true, LOG, LOW, List.of(own, id(1, 2), id(2, 1), id(3, 1), id(4, 1))));
        assertThat(lost.view().status()).isEqualTo(Status.OUT);

        lost.answer(4, P);
        assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
        assertThat(lost.view().noted()).containsExactly(own, id(1, 2), id(2, 1), id(3, 1), id(4, 1));
    }

    @Test
    void s10ItPromisesTheHighestBallotOfTheAnswersAndKnowsWhatTheyKnow() {
        Lost lost = ofThree().admitted();
        StorageId own = lost.view().storageId();
        assertThat(lost.effects.writes())
                .containsExactly(new AcceptorWrite.Admitted(P, LOG, List.of(own, id(1, 1), id(2, 1))));
        assertThat(lost.view().promised()).isEqualTo(P);
        assertThat(lost.view().logId()).isEqualTo(LOG);
    }

    @Test
    void s10UntilItIsInItAnswersNoPrepareAndAcceptsAboveThatBallotAlone() {
        Lost lost = ofThree().admitted();
        assertThat(lost.give(lost.proposerOf(ABOVE), new Prepare(ABOVE, 1, LOG))).isEmpty();
        assertThat(lost.accept(LOW, 1)).containsExactly(new Preempted(LOW, P, 1));
        assertThat(lost.accept(P, 1)).containsExactly(new Preempted(P, P, 1));
        assertThat(lost.range(P, 1, 0)).containsExactly(new Preempted(P, P, 0));
        assertThat(lost.effects.writes()).isEmpty();
        assertThat(lost.accept(ABOVE, 1)).hasOnlyElementsOfType(Accepted.class).isNotEmpty();
        assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
    }

    @Test
    void s10ItComesInWhenItHasAcceptedAllThatTheLeaderNamedAndSaysSoNoEarlierThanThatIsDurable() {
        Lost lost = ofThree().admitted();
        lost.accept(ABOVE, 3);
        lost.range(ABOVE, 1, 3);
        lost.accept(ABOVE, 1);
        assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
        assertThat(lost.view().rejoin().missing()).isEqualTo(2);

        lost.accept(ABOVE, 2);
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        assertThat(lost.effects.writes()).containsExactly(
                new AcceptorWrite.ValueAccepted(2, ABOVE, Bytes.EMPTY), new AcceptorWrite.Rejoined(LOG));
        Ballot next = new Ballot(9, 1, 6);
        Promise page = (Promise) lost.give(lost.proposerOf(next), new Prepare(next, 1, LOG)).getFirst();
        assertThat(page.entries()).hasSize(3);
        assertThat(page.storageIds()).containsExactly(lost.view().storageId(), id(1, 1), id(2, 1));
        assertThat(lost.effects.afterCommit()).isNotEmpty();
    }

    @Test
    void s10WhereNothingWasEverReportedItIsInAsSoonAsALeaderAboveSaysSo() {
        Lost lost = ofThree().admitted();
        lost.range(ABOVE, 1, 0);
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        assertThat(lost.view().promised()).isEqualTo(ABOVE);
        assertThat(lost.accept(P, 1)).containsExactly(new Preempted(P, ABOVE, 1));
    }

    /** S9: it heeds no report before it votes, and knows nevertheless what a later report took back. */
    @Test
    void s9AReportThatWasTakenBackBeforeItCameInDoesNotCountWhenItIsIn() {
        Lost lost = ofThree().admitted();
        Sender learner = new Sender(lost.layout.learner(0), 77);
        lost.give(learner, new Report(new StorageId(2, 8), LOG, 1, List.of()));
        lost.range(ABOVE, 1, 3);
        for (long instance = 1; instance <= 3; instance++) {
            lost.accept(ABOVE, instance);
        }
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        lost.give(learner, new TrimRequest(3));
        lost.give(learner, new Report(new StorageId(1, 7), LOG, 3, List.of()));
        assertThat(lost.view().trimPoint()).isZero();
        lost.give(learner, new Report(new StorageId(2, 8), LOG, 1, List.of()));
        assertThat(lost.view().trimPoint()).isEqualTo(1);
    }

    @Test
    void s10WhatIsTrimmedElsewhereItNeverTakesForEmpty() {
        Lost lost = ofThree().admitted();
        lost.range(ABOVE, 100, 100);
        assertThat(lost.effects.writes()).containsExactly(
                new AcceptorWrite.Promised(ABOVE), new AcceptorWrite.TrimAdopted(99));
        assertThat(lost.view().trimPoint()).isEqualTo(99);
        lost.accept(ABOVE, 100);
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
    }

    /** A restart at any point goes on where it was, in the same life. */
    @Test
    void s10ARestartInTheMiddleGoesOn() {
        Lost lost = ofThree().asking();
        StorageId own = lost.view().storageId();
        lost.restart();
        assertThat(lost.view().status()).isEqualTo(Status.OUT);
        assertThat(lost.view().storageId()).isEqualTo(own);
        assertThat(lost.effects.afterCommit()).extracting(Outgoing::message).contains(new Rejoin(own));
        lost.answer(1, LOW);
        lost.answer(2, P);
        lost.restart();
        assertThat(lost.view().status()).isEqualTo(Status.REJOINING);
        assertThat(lost.accept(P, 1)).containsExactly(new Preempted(P, P, 1));
        lost.accept(ABOVE, 1);
        lost.restart();
        lost.range(ABOVE, 1, 1);
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        lost.restart();
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        assertThat(lost.view().storageId()).isEqualTo(own);
    }

    @Test
    void whileItIsInItAsksThoseThatHaveNotNotedItsLifeAndTakesALaterOneWhereAnotherStandsThere() {
        Lost lost = new Lost(Quorums.majority(5)).asking();
        lost.answer(1, LOW);
        lost.answer(2, LOW);
        lost.answer(3, LOW);
        lost.range(ABOVE, 1, 0);
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        StorageId own = lost.view().storageId();
        lost.flush();
        lost.nowNanos += 100_000_000;
        lost.acceptor.onRound(lost.nowNanos, lost.effects);
        assertThat(lost.effects.afterCommit()).filteredOn(outgoing -> outgoing.message() instanceof Rejoin)
                .containsExactly(new Outgoing(lost.layout.acceptor(4), new Rejoin(own)));

        // A former life that never came to vote had got through to acceptor 4 alone.
        lost.answer(4, true, LOW, new StorageId(own.generation(), 1234));
        assertThat(lost.view().storageId().generation()).isEqualTo(own.generation() + 1);
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
        lost.restart();
        assertThat(lost.view().status()).isEqualTo(Status.VOTING);
    }

    @Test
    void s10WhoVotesNotesALaterLifeDurablyBeforeItAnswersAndNamesItInItsPromises() {
        AcceptorBench bench = new AcceptorBench();
        bench.prepare(LOW, 1);
        StorageId later = new StorageId(2, 7);
        List<Outgoing> said = bench.give(new Sender(AcceptorBench.LAYOUT.acceptor(1), 9), new Rejoin(later));
        assertThat(bench.effects.writes()).containsExactly(new AcceptorWrite.PeerRenewed(1, later));
        assertThat(bench.effects.now()).isEmpty();
        List<StorageId> ids = List.of(AcceptorBench.STORAGE, later, AcceptorBench.NOTED.get(2));
        assertThat(said).extracting(Outgoing::message)
                .containsExactly(new RejoinReply(true, AcceptorBench.LOG, LOW, ids));

        // An older life, or another of the same generation, replaces nothing.
        bench.give(new Sender(AcceptorBench.LAYOUT.acceptor(1), 9), new Rejoin(new StorageId(2, 8)));
        assertThat(bench.effects.writes()).isEmpty();
        bench.restart();
        Promise page = (Promise) bench.prepare(P, 1).getFirst().message();
        assertThat(page.storageIds()).containsExactlyElementsOf(ids);
    }

    @Test
    void itCannotRejoinWhereThereIsNothingToRejoinOrItsStoreIsOfNoUse() {
        AcceptorBench bench = new AcceptorBench();
        assertThat(bench.acceptor.rejoin(bench.nowNanos, bench.effects)).contains("it votes");
        assertThat(ofThree().acceptor.rejoin(0, new Effects())).contains("waits for acceptor 1, acceptor 2");

        bench.acceptor.onStorageFailed("EIO", bench.nowNanos, bench.effects);
        assertThat(Objects.requireNonNull(bench.acceptor.rejoin(bench.nowNanos, bench.effects)))
                .contains("EIO").contains("empty its directory");
        Lost lost = ofThree().asking();
        lost.acceptor.onStorageFailed("ENOSPC", lost.nowNanos, lost.effects);
        lost.answer(1, LOW);
        lost.answer(2, P);
        assertThat(lost.view().status()).isEqualTo(Status.OUT);
    }

    @Test
    void learnersAreSentWhatItAcceptsAndToldOkWhenItIsIn() {
        Lost lost = ofThree().admitted();
        Sender learner = new Sender(lost.layout.learner(0), 8);
        assertThat(lost.give(learner, new LearnerHi(LOG, 0, true))).isEmpty();
        assertThat(lost.give(learner, new Repeat(1, 5, true))).isEmpty();
        assertThat(lost.accept(ABOVE, 1)).contains(new Accepted(ABOVE, 1, Bytes.EMPTY.checksum(), Bytes.EMPTY));
        assertThat(lost.range(ABOVE, 1, 1))
                .contains(new LearnerOk(LOG, 0, 0, true));
    }
}
