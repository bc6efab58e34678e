package io.synod.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Effects.Outgoing;
import io.synod.role.Sender;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What learners, clients and leaders ask of an acceptor, and what it tells them. */
class AcceptorLearnersTests {

    private static final Ballot BALLOT = new Ballot(1, 0, 5);
    private static final Bytes VALUE = AcceptorBench.value(9);
    private static final Accepted VOTE = new Accepted(BALLOT, 1, VALUE.checksum(), null);
    private static final Accepted WITH_VALUE = new Accepted(BALLOT, 1, VALUE.checksum(), VALUE);

    private final AcceptorBench bench = new AcceptorBench();

    private void hi(Sender from, boolean values) {
        bench.give(from, new LearnerHi(LogId.UNKNOWN, 0, values));
    }

    @Test
    void anAcceptedGoesWithItsValueOnlyToThoseThatAskedForValues() {
        hi(AcceptorBench.learner(0), true);
        hi(AcceptorBench.learner(1), false);
        hi(AcceptorBench.client(40), true);

        assertThat(bench.accept(BALLOT, 1, VALUE)).containsExactlyInAnyOrder(
                new Outgoing(AcceptorBench.LAYOUT.learner(0), WITH_VALUE),
                new Outgoing(NodeId.client(40), WITH_VALUE), new Outgoing(AcceptorBench.LAYOUT.learner(1), VOTE),
                new Outgoing(AcceptorBench.LAYOUT.proposer(0), VOTE));
    }

    @Test
    void clientsAreToldOfAnAcceptedFirstAndTheProposerLast() {
        hi(AcceptorBench.learner(0), true);
        hi(AcceptorBench.client(40), false);
        hi(AcceptorBench.learner(1), false);
        hi(AcceptorBench.client(41), true);

        assertThat(bench.accept(BALLOT, 1, VALUE)).extracting(Outgoing::to).containsExactly(
                NodeId.client(40), NodeId.client(41), AcceptorBench.LAYOUT.learner(0), AcceptorBench.LAYOUT.learner(1),
                AcceptorBench.LAYOUT.proposer(0));
    }

    @Test
    void allReceiversOfAVariantAreSentTheSameObject() {
        hi(AcceptorBench.learner(0), true);
        hi(AcceptorBench.client(40), true);
        List<Outgoing> said = bench.accept(BALLOT, 1, VALUE);

        assertThat(said.stream().map(Outgoing::message).filter(WITH_VALUE::equals).map(System::identityHashCode)
                .distinct()).hasSize(1);
    }

    @Test
    void aReplicaIsSentAnAcceptedOnceInTheRicherVariant() {
        ClusterLayout replicas = new ClusterLayout(3, 3, 3, true);
        for (int wish = 0; wish < 3; wish++) {
            Acceptor acceptor = new Acceptor(AcceptorSettings.of(0, replicas, Quorums.majority(3)),
                    new AcceptorRecovery(AcceptorBench.STORAGE, AcceptorBench.NOTED, AcceptorBench.LOG, Ballot.NONE, 0,
                            List.of(), RejoinState.NONE),
                    new SplittableRandom(1));
            Effects effects = new Effects();
            Sender replica = new Sender(replicas.learner(0), 5);
            if (wish > 0) {
                acceptor.onMessage(replica, new LearnerHi(LogId.UNKNOWN, 0, wish == 2), 0, effects);
            }
            effects.clear();
            acceptor.onMessage(replica, new Accept(BALLOT, 1, VALUE), 0, effects);
            assertThat(effects.afterCommit())
                    .containsExactly(new Outgoing(replica.node(), wish == 2 ? WITH_VALUE : VOTE));
        }
    }

    @Test
    void aRepeatedAcceptIsAnsweredToItsProposerAlone() {
        hi(AcceptorBench.learner(0), true);
        bench.accept(BALLOT, 1, VALUE);

        assertThat(bench.accept(BALLOT, 1, VALUE))
                .containsExactly(new Outgoing(AcceptorBench.LAYOUT.proposer(0), VOTE));
        assertThat(bench.view().counters().accepts()).isEqualTo(1);
    }

    @Test
    void aDelBindsToItsIncarnation() {
        hi(AcceptorBench.learner(0), true);
        bench.give(new Sender(AcceptorBench.LAYOUT.learner(0), 1), new LearnerDel());
        assertThat(bench.view().registered()).hasSize(1);

        bench.give(AcceptorBench.learner(0), new LearnerDel());
        assertThat(bench.view().registered()).isEmpty();
        assertThat(bench.accept(BALLOT, 1, VALUE)).extracting(Outgoing::to)
                .containsExactly(AcceptorBench.LAYOUT.proposer(0));
    }

    @Test
    void aLeaseThatIsNotRenewedEnds() {
        hi(AcceptorBench.learner(0), true);
        hi(AcceptorBench.client(40), false);
        bench.pass(2_000_000_000L);
        hi(AcceptorBench.learner(0), false);
        bench.pass(1_500_000_000L);

        assertThat(bench.view().registered())
                .containsExactly(new AcceptorView.Registered("learner-0", false));
    }

    @Test
    void theNumberOfClientsIsBoundedAndLearnersAlwaysFit() {
        AcceptorBench small = new AcceptorBench(AcceptorBench.SETTINGS.withClientsMax(2));
        for (long client = 1; client <= 5; client++) {
            List<Outgoing> said = small.give(AcceptorBench.client(client), new LearnerHi(LogId.UNKNOWN, 0, true));
            assertThat(said).hasSize(client <= 2 ? 1 : 0);
        }
        small.give(AcceptorBench.learner(2), new LearnerHi(LogId.UNKNOWN, 0, true));
        assertThat(small.view().registered()).extracting(AcceptorView.Registered::node).containsExactly("client-1",
                "client-2", "learner-2");
        assertThat(small.view().counters().unregistered()).isEqualTo(3);

        small.give(AcceptorBench.client(1), new LearnerDel());
        assertThat(small.give(AcceptorBench.client(3), new LearnerHi(LogId.UNKNOWN, 0, true))).hasSize(1);
    }

    @Test
    void aClientOfAnotherLogIsToldSoAndSentNothing() {
        assertThat(bench.give(AcceptorBench.client(4), new LearnerHi(new LogId(3), 7, true))).containsExactly(
                new Outgoing(NodeId.client(4), new LearnerOk(AcceptorBench.LOG, 0, 0, false)));
        assertThat(bench.view().registered()).isEmpty();
        assertThat(bench.view().counters().foreign()).isEqualTo(1);
    }

    @Test
    void aWatermarkIsTakenFromLeadersAndConfiguredLearnersAndNeverFalls() {
        bench.give(AcceptorBench.proposerOf(BALLOT), new Heartbeat(BALLOT, 10));
        bench.give(AcceptorBench.proposerOf(BALLOT), new Heartbeat(BALLOT, 4));
        assertThat(bench.view().watermark()).isEqualTo(10);
        bench.give(AcceptorBench.client(4), new LearnerHi(AcceptorBench.LOG, 1_000, true));
        assertThat(bench.view().watermark()).isEqualTo(10);

        assertThat(bench.give(AcceptorBench.learner(1), new LearnerHi(AcceptorBench.LOG, 15, true))).containsExactly(
                new Outgoing(AcceptorBench.LAYOUT.learner(1), new LearnerOk(AcceptorBench.LOG, 0, 15, true)));
    }

    @Test
    void f18ARepeatForAnEnormousRangeIsAnsweredInBoundedParts() {
        for (long instance = 1; instance <= 20_000; instance++) {
            bench.accept(BALLOT, instance, Bytes.wrap(new byte[64]));
        }
        AcceptorSettings settings = AcceptorBench.SETTINGS;

        List<Outgoing> votes = bench.give(AcceptorBench.client(3), new Repeat(1, Long.MAX_VALUE, false));
        assertThat(votes).hasSize(settings.replyBytesMax() / MessageSize.of(votes.getFirst().message()) + 1);
        List<Outgoing> values = bench.give(AcceptorBench.client(3), new Repeat(1, Long.MAX_VALUE, true));
        assertThat(values).hasSize(settings.replyBytesMax() / MessageSize.of(values.getFirst().message()) + 1);
        assertThat(values).extracting(outgoing -> ((Accepted) outgoing.message()).instance()).startsWith(1L, 2L, 3L);
        assertThat(bench.view().counters().repeats()).isEqualTo(2);
    }

    @Test
    void f18ARepeatOfOddRangesIsHarmless() {
        bench.accept(BALLOT, 5, VALUE);
        long[] edges = {Long.MIN_VALUE, -1, 0, 1, 4, 5, 6, Long.MAX_VALUE};
        int answers = 0;
        for (long first : edges) {
            for (long last : edges) {
                List<Message> said = bench.give(AcceptorBench.client(3), new Repeat(first, last, true)).stream()
                        .map(Outgoing::message).filter(Accepted.class::isInstance).toList();
                assertThat(said).hasSize(first <= 5 && last >= 5 ? 1 : 0);
                answers += said.size();
            }
        }
        assertThat(answers).isEqualTo(18);
    }

    @Test
    void whatIsTrimmedIsAnsweredByTrimmedAndTheRestByWhatThereIs() {
        for (long instance = 1; instance <= 4; instance++) {
            bench.accept(BALLOT, instance, VALUE);
        }
        bench.give(AcceptorBench.learner(0), new TrimRequest(2));
        for (int learner = 0; learner < 3; learner++) {
            bench.report(learner, 1, 3);
        }

        assertThat(bench.give(AcceptorBench.learner(2), new Repeat(1, 3, false))).extracting(Outgoing::message)
                .containsExactly(new Trimmed(2), new Accepted(BALLOT, 3, VALUE.checksum(), null));
    }

    @Test
    void aTrimIsRefusedNamingWhatEachLearnerHoldsAndGoesOnWithLaterReports() {
        for (long instance = 1; instance <= 9; instance++) {
            bench.accept(BALLOT, instance, VALUE);
        }
        bench.report(0, 1, 9);
        bench.report(1, 1, 9);
        assertThat(bench.give(AcceptorBench.learner(0), new TrimRequest(6))).extracting(Outgoing::message)
                .containsExactly(new TrimState(6, 0, List.of(), List.of(9L, 9L, 0L)));
        assertThat(bench.effects.writes()).isEmpty();

        bench.report(2, 1, 4);
        assertThat(bench.effects.writes()).containsExactly(new AcceptorWrite.TrimAdvanced(4));
        bench.report(2, 1, 8);
        assertThat(bench.view().trimPoint()).isEqualTo(6);
        assertThat(bench.view().storedInstances()).isEqualTo(3);
    }

    /** S9: a learner that lost something says less under the next generation, and that stays so whatever it overtook. */
    @Test
    void s9AReportThatIsOvertakenByOneOfTheNextGenerationDoesNotCount() {
        for (long instance = 1; instance <= 9; instance++) {
            bench.accept(BALLOT, instance, VALUE);
        }
        bench.report(1, 1, 9);
        bench.report(2, 1, 9);
        Sender damaged = AcceptorBench.learner(0);
        bench.report(damaged, new StorageId(1, 7), 2);
        bench.report(damaged, new StorageId(2, 8), 4);
        bench.report(damaged, new StorageId(1, 7), 9);
        assertThat(trim(new TrimRequest(9))).isEqualTo(new TrimState(9, 4, List.of(), List.of(4L, 9L, 9L)));

        Sender nextLife = new Sender(damaged.node(), damaged.incarnation() + 1);
        bench.report(nextLife, new StorageId(1, 9), 6);
        assertThat(bench.view().trimPoint()).as("generations are told apart within one life").isEqualTo(6);
    }

    /** S9: who was silent for so long is not waited for, and who was heard since is. */
    @Test
    void s9OnlyALearnerThatIsGoneIsLeftOutOfTheTrimQuorumAndOnlyUntilItIsHeard() {
        for (long instance = 1; instance <= 9; instance++) {
            bench.accept(BALLOT, instance, VALUE);
        }
        bench.report(0, 1, 9);
        bench.report(1, 1, 4);
        bench.report(2, 1, 9);
        long gone = 2 * AcceptorBench.SETTINGS.leaseNanos();
        TrimRequest request = new TrimRequest(8, List.of(1), gone);
        assertThat(trim(request)).isEqualTo(new TrimState(8, 4, List.of(), List.of(9L, 4L, 9L)));
        bench.pass(gone - 1);
        assertThat(trim(request).trimPoint()).as("a nanosecond too soon").isEqualTo(4);
        bench.pass(1);
        assertThat(trim(request)).isEqualTo(new TrimState(8, 8, List.of(1), List.of(9L, 4L, 9L)));
        assertThat(bench.view().trimExcluded()).containsExactly(1);
        bench.report(1, 1, 5);
        assertThat(bench.view().trimExcluded()).isEmpty();
        assertThat(trim(new TrimRequest(9)).trimPoint()).as("it is back").isEqualTo(8);
    }

    /** S9: what nobody is left to hold is not trimmed, and a short time is not heeded. */
    @Test
    void s9WhenAllLearnersAreGoneNothingIsTrimmedAndTheLeaseIsTheLeast() {
        bench.accept(BALLOT, 1, VALUE);
        for (int learner = 0; learner < 3; learner++) {
            bench.report(learner, 1, learner == 0 ? 1 : 0);
        }
        TrimRequest request = new TrimRequest(1, List.of(1, 2, 7), 1);
        bench.pass(AcceptorBench.SETTINGS.leaseNanos() - 1);
        assertThat(trim(request).excluded()).isEmpty();
        bench.pass(1);
        assertThat(trim(request)).isEqualTo(new TrimState(1, 1, List.of(1, 2), List.of(1L, 0L, 0L)));
    }

    private TrimState trim(TrimRequest request) {
        return bench.give(AcceptorBench.learner(0), request).stream().map(Outgoing::message)
                .filter(TrimState.class::isInstance).map(TrimState.class::cast).findFirst().orElseThrow();
    }

    @Test
    void aNewStorageIdVoidsTheOldReport() {
        bench.accept(BALLOT, 1, VALUE);
        for (int learner = 0; learner < 3; learner++) {
            bench.report(learner, 1, 9);
        }
        bench.report(1, 2, 3);
        assertThat(bench.view().held()).containsExactly(9L, 3L, 9L);
        bench.report(1, 2, 2);
        assertThat(bench.view().held()).as("an older report that was overtaken").containsExactly(9L, 3L, 9L);
    }

    @Test
    void aReportOfAFormerLifeCountsNoMoreOnceTheNewOneSaysHi() {
        bench.report(1, 1, 9);
        bench.give(new Sender(AcceptorBench.LAYOUT.learner(1), 1_234), new LearnerHi(LogId.UNKNOWN, 0, true));

        assertThat(bench.view().held()).containsExactly(0L, 0L, 0L);
    }

    @Test
    void reportsOfAnotherLogOrOfNobodyAreDropped() {
        bench.give(AcceptorBench.learner(1), new Report(new StorageId(1, 1), new LogId(2), 9, List.of()));
        bench.give(AcceptorBench.client(1), new Report(new StorageId(1, 1), AcceptorBench.LOG, 9, List.of()));
        bench.give(new Sender(NodeId.of(NodeType.LEARNER, 17), 3),
                new Report(new StorageId(1, 1), AcceptorBench.LOG, 9, List.of()));
        bench.give(AcceptorBench.client(1), new TrimRequest(3));

        assertThat(bench.view().held()).containsExactly(0L, 0L, 0L);
        assertThat(bench.view().trimAsked()).isZero();
        assertThat(bench.view().counters().foreign()).isEqualTo(1);
        assertThat(bench.view().counters().misdirected()).isEqualTo(3);
    }

    @Test
    void beaconsGoToProposersLearnersAndClientsOncePerInterval() {
        hi(AcceptorBench.client(40), true);
        hi(AcceptorBench.learner(0), true);
        bench.give(AcceptorBench.proposerOf(BALLOT), new Heartbeat(BALLOT, 3));
        bench.pass(50_000_000);

        assertThat(bench.effects.now()).extracting(Outgoing::to).containsExactly(AcceptorBench.LAYOUT.proposer(0),
                AcceptorBench.LAYOUT.proposer(1), AcceptorBench.LAYOUT.learner(0), AcceptorBench.LAYOUT.learner(1),
                AcceptorBench.LAYOUT.learner(2), NodeId.client(40));
        assertThat(bench.effects.now().getFirst().message()).isEqualTo(new AcceptorState(AcceptorBench.STORAGE,
                AcceptorBench.LOG, AcceptorState.Status.VOTING, Ballot.NONE, BALLOT, 50_000, 0, 3, 0, false));
        assertThat(bench.pass(49_999_999)).isEmpty();
        assertThat(bench.pass(1)).hasSize(6);
    }

    @Test
    void heartbeatsPreparesAndAcceptsAllCountAsHearingTheLeader() {
        assertThat(bench.view().leaderSilentMicros()).isEqualTo(Long.MAX_VALUE);
        List<Message> leading = List.of(new Heartbeat(BALLOT, 0), new Prepare(BALLOT, 1, AcceptorBench.LOG),
                new Accept(BALLOT, 1, VALUE));
        for (Message message : leading) {
            bench.nowNanos += 7_000_000;
            bench.give(AcceptorBench.proposerOf(BALLOT), message);
            assertThat(bench.view().leader()).isEqualTo(BALLOT);
            assertThat(bench.view().leaderSilentMicros()).isZero();
        }
    }

    @Test
    void oneThatWasPreemptedHereIsNoLeader() {
        Ballot higher = new Ballot(2, 1, 6);
        bench.prepare(higher, 1);
        bench.nowNanos += 1_000_000;
        bench.give(AcceptorBench.proposerOf(BALLOT), new Heartbeat(BALLOT, 12));
        bench.accept(BALLOT, 1, VALUE);

        assertThat(bench.view().leader()).isEqualTo(higher);
        assertThat(bench.view().leaderSilentMicros()).isEqualTo(1_000);
        assertThat(bench.view().watermark()).isEqualTo(12);
    }

    @Test
    void aPrepareForAnotherLogIsDropped() {
        assertThat(bench.give(AcceptorBench.proposerOf(BALLOT), new Prepare(BALLOT, 1, new LogId(2)))).isEmpty();
        assertThat(bench.view().counters().foreign()).isEqualTo(1);
        assertThat(bench.view().promised()).isEqualTo(Ballot.NONE);
    }
}
