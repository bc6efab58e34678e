package io.synod.proposer;

import static io.synod.proposer.ProposerRig.MILLI;
import static io.synod.proposer.ProposerRig.entry;
import static io.synod.proposer.ProposerRig.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.RejoinRange;
import io.synod.role.Effects;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a leader does for an acceptor that rejoins (rule S10): acceptor 2, while 0 and 1 vote. */
class ReadmissionTests {

    private static final long WATERMARK = 3;

    /** A leader that was told that {@link #WATERMARK} instances are decided, and found two more reported. */
    private static ProposerRig leaderOfFive() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        for (int a = 0; a < 2; a++) {
            rig.acceptorSays(a, rig.page(1, Long.MAX_VALUE, 0, WATERMARK, entry(1, 1, "1"), entry(2, 1, "2"),
                    entry(3, 1, "3"), entry(4, 1, "4"), entry(5, 1, "5")));
        }
        rig.round();
        rejoins(rig);
        votersAccept(rig);
        return rig;
    }

    private static void rejoins(ProposerRig rig) {
        says(rig, AcceptorState.Status.REJOINING);
    }

    private static void says(ProposerRig rig, AcceptorState.Status status) {
        rig.acceptorSays(2, new AcceptorState(rig.storageIds[2], ProposerRig.LOG, status, Ballot.NONE, Ballot.NONE,
                Long.MAX_VALUE, 0, 0, 0, false));
    }

    /** Acceptors 0 and 1 accept what they were sent; what was sent to acceptor 2 is returned. */
    private static List<Accept> votersAccept(ProposerRig rig) {
        List<Accept> toTheOther = new ArrayList<>();
        for (Effects.Outgoing out : List.copyOf(rig.sent)) {
            if (out.message() instanceof Accept accept) {
                if (out.to().id() == 2) {
                    toTheOther.add(accept);
                } else {
                    rig.say(out.to(), ProposerRig.vote(accept));
                }
            }
        }
        rig.sent.clear();
        return toTheOther;
    }

    private static void pages(ProposerRig rig, long trimPoint, AcceptedEntry... entries) {
        for (int a = 0; a < 2; a++) {
            rig.acceptorSays(a, rig.page(1 + trimPoint, Long.MAX_VALUE, trimPoint, WATERMARK, entries));
        }
    }

    private static AcceptedEntry own(ProposerRig rig, long instance, String value) {
        return new AcceptedEntry(instance, rig.ballot(), Bytes.ofUtf8(value));
    }

    @Test
    void theLeaderTellsTheRangeAndProposesAllOfItAnewToThatAcceptorAlone() {
        ProposerRig rig = leaderOfFive();
        rig.pass(MILLI);
        assertThat(rig.messages(RejoinRange.class)).containsExactly(new RejoinRange(rig.ballot(), 1, 5));
        assertThat(rig.prepares(0)).last().satisfies(prepare -> assertThat(prepare.from()).isEqualTo(1));
        rig.sent.clear();

        pages(rig, 0, entry(1, 1, "1"), entry(2, 1, "2"), entry(3, 1, "3"), own(rig, 4, "4"), own(rig, 5, "5"));
        rig.pass(MILLI);
        assertThat(rig.accepts(0)).isEmpty();
        assertThat(rig.accepts(1)).isEmpty();
        assertThat(rig.accepts(2)).extracting(Accept::instance).contains(1L, 2L, 3L, 4L, 5L);
        assertThat(rig.accepts(2)).allSatisfy(accept -> assertThat(accept)
                .isEqualTo(new Accept(rig.ballot(), accept.instance(), Bytes.ofUtf8("" + accept.instance()))));
    }

    @Test
    void whatIsNotAcceptedIsRepeatedAndANewPassFollowsUntilTheAcceptorVotes() {
        ProposerRig rig = leaderOfFive();
        rig.pass(MILLI);
        pages(rig, 0, entry(1, 1, "1"), entry(2, 1, "2"), entry(3, 1, "3"), own(rig, 4, "4"), own(rig, 5, "5"));
        rig.pass(MILLI);
        List<Accept> sent = votersAccept(rig);
        sent.stream().filter(accept -> accept.instance() != 2).forEach(accept -> rig.vote(2, accept));
        rejoins(rig);
        rig.pass(30 * MILLI);
        assertThat(rig.accepts(2)).extracting(Accept::instance).containsOnly(2L).isNotEmpty();

        rig.vote(2, rig.accepts(2).getFirst());
        rig.sent.clear();
        rejoins(rig);
        rig.pass(60 * MILLI);
        assertThat(rig.messages(RejoinRange.class)).isNotEmpty();
        says(rig, AcceptorState.Status.VOTING);
        rig.sent.clear();
        rig.pass(60 * MILLI);
        assertThat(rig.messages(RejoinRange.class)).isEmpty();
    }

    /** S5: a page may be older than what this leadership proposed itself. */
    @Test
    void anOlderReportOfAnInstanceThatTheLeadershipProposedInItselfIsNotSentOn() {
        ProposerRig rig = leaderOfFive();
        rig.pass(MILLI);
        rig.sent.clear();
        pages(rig, 0, entry(1, 1, "1"), entry(2, 1, "2"), entry(3, 1, "3"), entry(4, 1, "4"), own(rig, 5, "5"));
        rig.pass(MILLI);
        assertThat(rig.accepts(2)).filteredOn(accept -> accept.instance() == 1).isNotEmpty();
        assertThat(rig.accepts(2)).extracting(Accept::instance).doesNotContain(4L);
    }

    /** S4: nothing is proposed at or below a trim point, and the acceptor is told where it begins. */
    @Test
    void whatIsTrimmedMeanwhileIsLeftOutAndTold() {
        ProposerRig rig = leaderOfFive();
        rig.pass(MILLI);
        rig.sent.clear();
        pages(rig, 2, entry(3, 1, "3"), own(rig, 4, "4"), own(rig, 5, "5"));
        pages(rig, 0, entry(1, 1, "1"));
        rejoins(rig);
        rig.pass(60 * MILLI);
        assertThat(rig.accepts(2)).extracting(Accept::instance).doesNotContain(1L, 2L);
        assertThat(rig.messages(RejoinRange.class)).contains(new RejoinRange(rig.ballot(), 3, 5));
    }

    @Test
    void aLeaderWhoseBallotIsTheOneThatTheAcceptorMustPassTakesANewOneAtOnce() {
        ProposerRig rig = leaderOfFive();
        Ballot before = rig.ballot();
        rig.acceptorSays(2, new Preempted(before, before, 0));
        assertThat(rig.state()).isEqualTo(Proposer.State.CANDIDATE);
        assertThat(rig.ballot().isAbove(before)).isTrue();
        assertThat(rig.prepares(0)).last().satisfies(prepare -> assertThat(prepare.ballot()).isEqualTo(rig.ballot()));
    }

    @Test
    void aPreemptedOfTheSameBallotFromOneThatDoesNotRejoinMeansNothing() {
        ProposerRig rig = leaderOfFive();
        rig.acceptorSays(1, new Preempted(rig.ballot(), rig.ballot(), 0));
        assertThat(rig.state()).isEqualTo(Proposer.State.LEADER);
    }

    @Test
    void anAcceptorThatRejoinsIsSentNewInstancesAndItsVoteCounts() {
        ProposerRig rig = leaderOfFive();
        rig.pass(MILLI);
        rig.sent.clear();
        rig.submit(1, ProposerRig.block(1, 1));
        rig.round();
        List<Accept> sent = rig.accepts(2).stream().filter(accept -> accept.instance() == 6).toList();
        assertThat(sent).isNotEmpty();
        long decided = rig.proposer.view(rig.now).counters().instancesDecided();
        rig.vote(2, sent.getFirst());
        rig.vote(0, sent.getFirst());
        assertThat(rig.proposer.view(rig.now).counters().instancesDecided()).isEqualTo(decided + 1);
    }
}
