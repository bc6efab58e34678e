package io.synod.proposer;

import static io.synod.proposer.ProposerRig.MILLI;
import static io.synod.proposer.ProposerRig.entry;
import static io.synod.proposer.ProposerRig.three;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Repropose;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Invariant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Paxos asks of a proposer: rules S1 (its share), S4 and S5 of docs/protocol.md. */
class ProposerPaperTests {

    @Test
    void S1_itsBallotsAreAboveAllItHasSeenAndCarryItsIncarnation() {
        ProposerRig rig = new ProposerRig(three());
        rig.beacons(new Ballot(41, 1, 7), Long.MAX_VALUE);
        rig.beacons(new Ballot(41, 1, 7), Long.MAX_VALUE);
        rig.pass(200 * MILLI);
        assertThat(rig.ballot()).isEqualTo(new Ballot(42, 0, 99));
        assertThat(rig.prepares(0)).first().isEqualTo(new Prepare(new Ballot(42, 0, 99), 1, ProposerRig.LOG));
    }

    @Test
    void S4_nothingIsProposedBeforeAPhaseOneQuorumHasPromised() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(1, rig.lastPage(1));
        rig.acceptorSays(1, rig.lastPage(1));
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        assertThat(rig.messages(Accept.class)).isEmpty();
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);

        rig.acceptorSays(2, rig.lastPage(1));
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.LEADER);
        assertThat(rig.accepts(0)).isNotEmpty();
    }

    @Test
    void S4_theValueOfTheHighestReportedBallotIsProposedAndGapsAreFilledWithNoOps() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.lastPage(1, entry(1, 1, "one"), entry(3, 1, "lower")));
        rig.acceptorSays(2, rig.lastPage(1, entry(3, 0, "lowest"), entry(4, 0, "four")));
        rig.round();
        assertThat(rig.accepts(1))
                .extracting(Accept::instance, Accept::value)
                .containsExactly(
                        tuple(1L, Bytes.ofUtf8("one")),
                        tuple(2L, Bytes.EMPTY),
                        tuple(3L, Bytes.ofUtf8("lower")),
                        tuple(4L, Bytes.ofUtf8("four")));
    }

    /**
     * All ways in which three acceptors can have accepted in two instances at two ballots, and all ways in which their pages
     * can come: as one page or two, some of them lost, in order or not; for each size of a phase-1 quorum.
     */
    @Test
    void S4_pagesOfAQuorumMustCoverAnInstanceForEveryCombination() {
        PhaseOneModel.Tally tally = PhaseOneModel.checkAll(PhaseOneModel.GENUINE);
        assertThat(tally.cases()).isEqualTo(729 * 125 * 3);
        // Of 125 arrivals, 300 cover the first instance and 150 the second, summed over the three quorum sizes.
        assertThat(tally.covered()).isEqualTo(729 * 450);
        assertThat(tally.wrong()).isZero();
    }

    @Test
    void S4_anInstanceThatNoQuorumCoversIsRefused() {
        PhaseOne phase = PhaseOneModel.GENUINE.create(Quorums.majority(3));
        phase.onPage(0, PhaseOneModel.page(1, Promise.NOTHING_ABOVE, 1, 1), 0);
        phase.onPage(1, PhaseOneModel.page(1, 1, 0, 0), 0);
        phase.checkMayPropose(1);
        assertThatThrownBy(() -> phase.checkMayPropose(2))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("S4")
                .hasMessageContaining("covered by a quorum through 1");
    }

    @Test
    void S4_aFirstPageThatNamesAHigherWatermarkMovesTheStart() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.page(1, 40, 0, 500, entry(7, 1, "old")));
        rig.pass(10 * MILLI);
        assertThat(rig.prepares(0)).last().isEqualTo(new Prepare(rig.ballot(), 501, ProposerRig.LOG));

        rig.acceptorSays(0, rig.page(501, Promise.NOTHING_ABOVE, 0, 500));
        rig.acceptorSays(1, rig.page(1, Promise.NOTHING_ABOVE, 0, 3, entry(501, 1, "new")));
        rig.round();
        assertThat(rig.accepts(2)).extracting(Accept::instance).containsExactly(501L);
    }

    @Test
    void S4_nothingIsProposedAtOrBelowATrimPointThatAPageNames() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.page(1, Promise.NOTHING_ABOVE, 20, 0));
        rig.acceptorSays(1, rig.page(1, Promise.NOTHING_ABOVE, 10, 0, entry(11, 1, "below")));
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        assertThat(rig.accepts(2)).extracting(Accept::instance).containsExactly(21L);
    }

    @Test
    void S4_aTrimPointNamedWhileRecoveringIsNotTakenAsEmpty() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.page(1, 2, 0, 0, entry(1, 1, "one")));
        rig.acceptorSays(1, rig.page(1, 2, 0, 0));
        rig.round();
        assertThat(rig.accepts(2)).extracting(Accept::instance).containsExactly(1L, 2L);
        rig.acceptorSays(0, rig.page(3, Promise.NOTHING_ABOVE, 7, 0, entry(9, 1, "nine")));
        rig.acceptorSays(1, rig.page(3, Promise.NOTHING_ABOVE, 0, 0));
        rig.round();
        assertThat(rig.accepts(2)).extracting(Accept::instance).containsExactly(1L, 2L, 8L, 9L);
    }

    @Test
    void S4_flexibleQuorumsCountAsConfigured() {
        ProposerSettings settings =
                ProposerSettings.of(0, new ClusterLayout(4, 1, 1, false), new Quorums(4, 3, 2));
        ProposerRig rig = new ProposerRig(settings);
        rig.campaign();
        rig.acceptorSays(0, rig.lastPage(1));
        rig.acceptorSays(1, rig.lastPage(1));
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);
        rig.acceptorSays(2, rig.lastPage(1));
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.LEADER);
        Accept genesis = rig.accepts(3).getFirst();
        rig.vote(3, genesis);
        rig.vote(3, genesis);
        assertThat(rig.proposer.view(rig.now).watermark()).isZero();
        rig.vote(0, genesis);
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(1);
    }

    @Test
    void S4_aPromiseWhoseStorageIdAnotherPromiseContradictsIsNotCounted() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.lastPage(1));
        StorageId former = rig.storageIds[0];
        rig.storageIds[0] = new StorageId(2, 555);
        rig.acceptorSays(1, rig.lastPage(1));
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);

        rig.storageIds[0] = former;
        rig.acceptorSays(2, rig.lastPage(1));
        rig.round();
        assertThat(rig.state()).as("acceptors 1 and 2 do").isEqualTo(Proposer.State.LEADER);
    }

    @Test
    void S4_aPromiseOfAnotherLogIsNotCounted() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.lastPage(1));
        rig.acceptorSays(
                1,
                new Promise(
                        rig.ballot(), 1, Promise.NOTHING_ABOVE, List.of(), 0, 0, new LogId(78),
                        List.of(rig.storageIds)));
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);
    }

    private static AcceptorState beaconOfOtherLog(long trimPoint, long watermark) {
        return new AcceptorState(new StorageId(1, 900), new LogId(78), AcceptorState.Status.VOTING, Ballot.NONE,
                Ballot.NONE, Long.MAX_VALUE, trimPoint, watermark, 0, false);
    }

    /** A vote and a trim point name no log: whose they are, the acceptor's beacon tells. */
    @Test
    void S4_whatAnAcceptorOfAnotherLogSaysIsNotOfThisLogAndNothingIsSentToIt() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.acceptorSays(2, beaconOfOtherLog(30, 40));
        rig.acceptorSays(2, new Trimmed(30));
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(1);
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        Accept accept = rig.accepts(0).getFirst();
        rig.acceptorSays(
                2, new AcceptRefused(accept.ballot(), accept.instance(), AcceptRefused.Reason.STORAGE_FULL));
        rig.vote(0, accept);
        rig.vote(2, accept);
        rig.pass(100 * MILLI);
        assertThat(rig.accepts(2)).isEmpty();
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(1);
        assertThat(rig.proposer.view(rig.now).acceptors().get(2).full()).isFalse();
        rig.vote(1, accept);
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(accept.instance());
    }

    @Test
    void S4_positionsAreNotTakenBeforeItIsKnownWhichLogTheyAreOf() {
        ProposerRig rig = new ProposerRig(three());
        rig.acceptorSays(0, beaconOfOtherLog(30, 40));
        assertThat(rig.proposer.view(rig.now).watermark()).isZero();
        rig.beacon(1, Ballot.NONE, Long.MAX_VALUE, 7);
        rig.beacon(2, Ballot.NONE, Long.MAX_VALUE, 8);
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(8);
    }

    @Test
    void anAcceptorThatComesToVoteIsBroughtUpToWhatIsInFlight() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.acceptorSays(2, beaconOfOtherLog(0, 0));
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        Accept accept = rig.accepts(0).getFirst();
        rig.beacon(2, rig.ballot(), 0, 0);
        rig.pass(30 * MILLI);
        assertThat(rig.accepts(2)).contains(accept);
    }

    @Test
    void S4_pagesAreAskedForOneAfterTheOtherAndALostOneAgain() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.sent.clear();
        rig.acceptorSays(0, rig.page(1, 10, 0, 0));
        rig.acceptorSays(0, rig.page(21, 30, 0, 0));
        rig.pass(10 * MILLI);
        assertThat(rig.prepares(0)).containsExactly(new Prepare(rig.ballot(), 11, ProposerRig.LOG));
        rig.pass(25 * MILLI);
        assertThat(rig.prepares(0))
                .containsExactly(
                        new Prepare(rig.ballot(), 11, ProposerRig.LOG), new Prepare(rig.ballot(), 11, ProposerRig.LOG));
        rig.acceptorSays(0, rig.page(11, 20, 0, 0));
        rig.sent.clear();
        rig.pass(10 * MILLI);
        assertThat(rig.prepares(0)).containsExactly(new Prepare(rig.ballot(), 21, ProposerRig.LOG));
    }

    /** An acceptor answers a prepare by several pages: each of them asked for again would bring several more. */
    @Test
    void theNextPagesAreAskedForOnceAllOfAnAnswerAreThere() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.pass(1_000 * MILLI);
        rig.sent.clear();
        rig.round();
        while (rig.prepares(0).isEmpty()) {
            rig.pass(MILLI);
        }
        rig.sent.clear();
        rig.pass(2 * MILLI);
        for (long from = 1; from <= 80; from += 10) {
            rig.acceptorSays(0, rig.page(from, from + 9, 0, 0));
            rig.pass(MILLI / 10);
        }
        assertThat(rig.prepares(0)).isEmpty();
        rig.pass(2 * MILLI);
        assertThat(rig.prepares(0)).containsExactly(new Prepare(rig.ballot(), 81, ProposerRig.LOG));
    }

    @Test
    void S5_anAcceptIsRepeatedToTheLastByteAndAnInstanceIsNeverProposedTwice() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.submit(1, ProposerRig.block(1, 3));
        rig.round();
        rig.submit(2, ProposerRig.block(4, 3));
        rig.pass(200 * MILLI);
        List<Accept> sent = rig.accepts(1);
        assertThat(sent.size()).isGreaterThan(4);
        assertThat(sent.stream().distinct()).hasSize(2);
    }

    @Test
    void S5_reproposalsInOwnInstancesRepeatWhatTheOwnBallotProposed() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        Accept own = rig.accepts(0).getFirst();
        rig.everybodyAccepts();
        rig.round();
        rig.sent.clear();

        rig.say(rig.settings.layout().learner(0), new Repropose(own.instance(), own.instance()));
        rig.round();
        assertThat(rig.prepares(0)).containsExactly(new Prepare(rig.ballot(), own.instance(), ProposerRig.LOG));
        // A page from before the own proposal shows nothing, or an older value: neither is proposed.
        rig.acceptorSays(0, rig.lastPage(own.instance()));
        rig.acceptorSays(1, rig.lastPage(own.instance(), entry(own.instance(), 0, "older")));
        rig.round();
        assertThat(rig.accepts(2)).isEmpty();

        rig.say(rig.settings.layout().learner(0), new Repropose(own.instance(), own.instance()));
        rig.acceptorSays(0, rig.lastPage(own.instance(), new AcceptedEntry(own.instance(), own.ballot(), own.value())));
        rig.acceptorSays(1, rig.lastPage(own.instance()));
        rig.round();
        assertThat(rig.accepts(2)).containsExactly(own);
    }

    @Test
    void phaseOneIsExtendedDownwardsForALearner() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.page(1, Promise.NOTHING_ABOVE, 3, 100));
        rig.acceptorSays(1, rig.page(1, Promise.NOTHING_ABOVE, 3, 100));
        rig.round();
        rig.sent.clear();
        rig.say(rig.settings.layout().learner(0), new Repropose(1, 6));
        rig.round();
        assertThat(rig.prepares(2)).containsExactly(new Prepare(rig.ballot(), 4, ProposerRig.LOG));
        rig.acceptorSays(0, rig.page(4, Promise.NOTHING_ABOVE, 3, 100, entry(4, 1, "four"), entry(5, 1, "five")));
        rig.acceptorSays(2, rig.page(4, Promise.NOTHING_ABOVE, 4, 100, entry(6, 2, "six")));
        rig.round();
        assertThat(rig.accepts(1)).extracting(Accept::instance).containsExactly(5L, 6L);
    }

    /** One acceptor is away: what a quorum has accepted at the leader's ballot shows to every learner, and the next range goes. */
    @Test
    void rangesOfAWishFollowEachOtherAsSoonAsAQuorumHasAccepted() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.page(1, Promise.NOTHING_ABOVE, 0, 500));
        rig.acceptorSays(1, rig.page(1, Promise.NOTHING_ABOVE, 0, 500));
        rig.round();
        rig.sent.clear();
        rig.say(rig.settings.layout().learner(0), new Repropose(1, 200));
        long from = rig.now;
        for (long first = 1; first <= 200; first += Reproposals.INSTANCES_MAX) {
            rig.round();
            assertThat(rig.prepares(0)).first().isEqualTo(new Prepare(rig.ballot(), first, ProposerRig.LOG));
            rig.sent.clear();
            long last = Math.min(200, first + Reproposals.INSTANCES_MAX - 1);
            rig.acceptorSays(0, rig.lastPage(first, entry(first, 1, "first"), entry(last, 1, "last")));
            rig.acceptorSays(1, rig.lastPage(first));
            rig.round();
            List<Accept> accepts = rig.accepts(0);
            assertThat(accepts).extracting(Accept::instance).containsExactly(first, last);
            for (Accept accept : accepts) {
                rig.vote(0, accept);
                rig.vote(1, accept);
            }
            rig.sent.clear();
        }
        rig.round();
        assertThat(rig.prepares(0)).isEmpty();
        assertThat(rig.now).isEqualTo(from);
    }

    @Test
    void theFirstBatchOfInstanceOneIsTheGenesisEntry() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.acceptorSays(0, rig.lastPage(1));
        rig.acceptorSays(1, rig.lastPage(1, entry(2, 1, "two")));
        rig.round();
        Accept first = rig.accepts(0).getFirst();
        assertThat(first.instance()).isEqualTo(1);
        assertThat(new EntryReader(first.value()).next())
                .isEqualTo(new LogEntry.Genesis(rig.settings.sessionLimits()));
        assertThat(rig.accepts(0)).hasSize(2);
    }

    @Test
    void aPreemptedLeaderStopsAndProposesNothingMore() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.submit(1, ProposerRig.block(1, 1));
        rig.acceptorSays(2, new Preempted(rig.ballot(), new Ballot(50, 1, 3), 2));
        rig.round();
        rig.pass(100 * MILLI);
        assertThat(rig.state()).isEqualTo(Proposer.State.FOLLOWER);
        assertThat(rig.messages(Accept.class)).isEmpty();
        assertThat(rig.messages(Heartbeat.class)).isEmpty();
    }

    @Test
    void whatIsTrimmedIsDecidedAndNotProposedAgain() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        rig.acceptorSays(0, new Trimmed(2));
        assertThat(rig.proposer.view(rig.now).watermark()).isEqualTo(2);
        rig.sent.clear();
        rig.pass(100 * MILLI);
        assertThat(rig.messages(Accept.class)).isEmpty();
    }

    @Test
    void F17_messagesOfActorsThatDoNotExistChangeNothing() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        rig.say(NodeId.of(NodeType.ACCEPTOR, 3), rig.lastPage(1));
        rig.say(NodeId.of(NodeType.LEARNER, 0), rig.lastPage(1));
        rig.say(NodeId.of(NodeType.LEARNER, 1), rig.lastPage(1));
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);
    }

    @Test
    void S11_pagesThatNoAcceptorCanHaveSentAreDroppedAndCounted() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        Promise page = rig.page(1, Promise.NOTHING_ABOVE, 0, 9);
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            rig.acceptorSays(acceptor, new Promise(page.ballot(), 1, Promise.NOTHING_ABOVE, List.of(), 0, 9,
                    page.logId(), page.storageIds().subList(0, 2)));
            rig.acceptorSays(acceptor, rig.lastPage(1, entry(3, 1L << 40, "x")));
        }
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);
        assertThat(rig.proposer.view(rig.now).watermark()).isZero();
        assertThat(rig.proposer.view(rig.now).counters().implausible()).isEqualTo(6);
    }
}
