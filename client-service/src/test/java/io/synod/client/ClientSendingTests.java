package io.synod.client;

import static io.synod.client.ScriptedCluster.LAYOUT;
import static io.synod.client.ScriptedCluster.MILLIS;
import static io.synod.client.ScriptedCluster.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.ScriptedCluster.Sent;
import io.synod.protocol.Bytes;
import io.synod.protocol.message.SubmitRefused.Reason;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test a claim of {@code docs/protocol.md}, "Clients": what is sent again, when, and to whom. */
class ClientSendingTests {

    private final ScriptedCluster cluster = ScriptedCluster.open(SETTINGS);

    // --- resending ---

    @Test
    void resendsTheSameBytesUnderANewAttempt() {
        cluster.submit("a");
        Sent first = cluster.takeOne();
        cluster.pass(150);
        Sent second = cluster.takeSent().getFirst();
        assertThat(second.submit().entries()).isSameAs(first.submit().entries());
        assertThat(second.submit().attempt()).isGreaterThan(first.submit().attempt());
    }

    @Test
    void theResendTimeFollowsMeasurementAndGrowsToItsBoundWhenSilenceLasts() {
        for (int i = 0; i < 50; i++) {
            cluster.submit("v" + i);
            cluster.pass(2);
            cluster.decideAll();
        }
        assertThat(cluster.client.view(cluster.nowNanos()).resendNanos()).isEqualTo(20 * MILLIS);
        cluster.submit("lost");
        cluster.takeSent();
        cluster.pass(19);
        assertThat(cluster.takeSent()).isEmpty();
        cluster.pass(1);
        assertThat(cluster.takeSent()).hasSize(1);
        // Loss is made good before it is felt.
        cluster.pass(1_000);
        assertThat(cluster.takeSent()).hasSizeBetween(9, 15);
        cluster.pass(5_000);
        cluster.takeSent();
        cluster.pass(5_000);
        assertThat(cluster.takeSent()).hasSizeBetween(4, 6);
    }

    @Test
    void aBlockThatLaterOnesOvertookIsResentAtOnce() {
        cluster.submit("a");
        cluster.submit("b");
        List<Sent> sent = cluster.takeSent();
        cluster.decide(sent.get(1));
        assertThat(cluster.outputs).isEmpty();
        Sent again = cluster.takeOne();
        assertThat(again.submit().entries()).isSameAs(sent.get(0).submit().entries());
        cluster.decide(again);
        assertThat(cluster.outputs).hasSize(2);
        assertThat(cluster.takeSent()).isEmpty();
    }

    @Test
    void aBlockThatLearnersHoldIsNotResent() {
        cluster.submit("a");
        cluster.submit("b");
        List<Sent> sent = cluster.takeSent();
        cluster.decide(sent.get(1));
        cluster.pass(3_000);
        assertThat(cluster.takeSent()).allSatisfy(again -> assertThat(again.values().firstNumber()).isEqualTo(1));
    }

    /** Those behind it may all have arrived, in part of each at least, so that they neither count as held nor are delivered. */
    @Test
    void theOldestRefusedBlockIsSentAgainWhateverIsOnTheWay() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withWindow(10, 1 << 20));
        narrow.submit("1");
        narrow.submit("2", "3", "4", "5", "6", "7");
        Sent oldest = narrow.takeSent().getFirst();
        narrow.refuse(oldest, Reason.OVERLOADED);
        assertThat(narrow.client.view(narrow.nowNanos()).lanes().getFirst().sendWindow()).isLessThan(7);
        narrow.pass(3_000);
        assertThat(narrow.takeSent()).extracting(sent -> sent.values().firstNumber()).contains(1L);
    }

    // --- proposers ---

    @Test
    void aLeaderHintMovesItAtOnce() {
        cluster.hint(0, 2);
        cluster.submit("a");
        assertThat(cluster.takeOne().to()).isEqualTo(LAYOUT.proposer(2));
    }

    @Test
    void aHintFromAProposerThatItLeftMovesNothing() {
        cluster.hint(1, 2);
        cluster.submit("a");
        assertThat(cluster.takeOne().to()).isEqualTo(LAYOUT.proposer(0));
    }

    @Test
    void movesToTheNextProposerWhenTheFirstIsSilent() {
        cluster.submit("a");
        cluster.pass(1_000);
        List<Sent> sent = cluster.takeSent();
        assertThat(sent).extracting(Sent::to).contains(LAYOUT.proposer(0), LAYOUT.proposer(1));
        assertThat(sent).allSatisfy(s -> assertThat(s.values().firstNumber()).isEqualTo(1));
    }

    @Test
    void movesToTheNextProposerWhenTheFirstKnowsNoLeader() {
        cluster.submit("a");
        cluster.refuse(cluster.takeOne(), Reason.NO_LEADER);
        cluster.pass(5);
        assertThat(cluster.takeOne().to()).isEqualTo(LAYOUT.proposer(1));
    }

    @Test
    void doesNotBounceBetweenProposersThatKnowNoLeader() {
        cluster.submit("a");
        int refusals = 0;
        for (int i = 0; i < 1_000; i++) {
            for (Sent sent : cluster.takeSent()) {
                cluster.refuse(sent, Reason.NO_LEADER);
                refusals++;
            }
            cluster.pass(1);
        }
        assertThat(refusals).isBetween(5, 40);
    }

    @Test
    void followsANewLeaderThatAcceptorsNameAndResendsToIt() {
        cluster.submit("a");
        cluster.takeSent();
        cluster.beacon(1, 5);
        assertThat(cluster.takeOne().to()).isEqualTo(LAYOUT.proposer(1));
        cluster.beacon(2, 4);
        assertThat(cluster.takeSent()).isEmpty();
    }

    /** It forgot what it had before, and a resend timer that has grown meanwhile must not hold that up. */
    @Test
    void resendsAtOnceWhenTheProposerThatItChoseLeadsAnew() {
        cluster.beacon(0, 5);
        cluster.submit("a");
        cluster.takeSent();
        cluster.beacon(0, 5);
        assertThat(cluster.takeSent()).isEmpty();
        cluster.beacon(0, 6);
        assertThat(cluster.takeOne().to()).isEqualTo(LAYOUT.proposer(0));
    }

    /** In a failover the next leader is often silent until it leads: its first answer is an echo, or it has nobody to forward to. */
    @Test
    void followsANewLeaderThatWasSilentBefore() {
        cluster.beacon(0, 5);
        cluster.submit("a");
        passUntilItMoves(0);
        passUntilItMoves(1);
        cluster.takeSent();
        cluster.beacon(1, 6);
        assertThat(cluster.takeSent()).isNotEmpty()
                .allSatisfy(sent -> assertThat(sent.to()).isEqualTo(LAYOUT.proposer(1)));
    }

    /** Lets time pass in silence until the client has left a proposer, which it was with. */
    private void passUntilItMoves(int from) {
        assertThat(cluster.client.view(cluster.nowNanos()).proposer()).isEqualTo(from);
        for (int i = 0; i < 1_000 && cluster.client.view(cluster.nowNanos()).proposer() == from; i++) {
            cluster.pass(1);
        }
        assertThat(cluster.client.view(cluster.nowNanos()).proposer()).isNotEqualTo(from);
    }

    @Test
    void whoLeadsFollowsTheTimesOfTheCluster() {
        ScriptedCluster slow = ScriptedCluster.open(SETTINGS.withLeaderTimeoutNanos(3_000 * MILLIS));
        slow.submit("a");
        slow.pass(1_200);
        assertThat(slow.takeSent()).allSatisfy(sent -> assertThat(sent.to()).isEqualTo(LAYOUT.proposer(0)));
        slow.pass(4_000);
        assertThat(slow.takeSent()).anySatisfy(sent -> assertThat(sent.to()).isEqualTo(LAYOUT.proposer(1)));
    }

    @Test
    void aLeaderOutOfReachIsNotGoneBackToAtOnce() {
        cluster.submit("a");
        passUntilItMoves(0);
        cluster.takeSent();
        cluster.hint(cluster.client.view(cluster.nowNanos()).proposer(), 0);
        cluster.submit("b");
        assertThat(cluster.takeSent()).noneSatisfy(sent -> assertThat(sent.to()).isEqualTo(LAYOUT.proposer(0)));
    }

    @Test
    void aHintOfAnIdThatDoesNotExistIsNotFollowed() {
        cluster.hint(0, 17);
        cluster.hint(0, -1);
        cluster.beacon(25, 9);
        cluster.submit("a");
        assertThat(cluster.takeOne().to()).isEqualTo(LAYOUT.proposer(0));
    }

    // --- overload ---

    @Test
    void halvesWhatIsOnItsWayWhenRefusedAndWaitsLongerEachTime() {
        ScriptedCluster wide = ScriptedCluster.open(SETTINGS.withWindow(1_024, 1 << 20));
        wide.submit(0, Collections.nCopies(2_000, bytes(4)));
        long[] waits = new long[4];
        for (int i = 0; i < waits.length; i++) {
            List<Sent> sent = wide.takeSent();
            assertThat(sent).isNotEmpty();
            sent.forEach(s -> wide.refuse(s, Reason.OVERLOADED));
            long before = wide.nowNanos();
            while (wide.client.view(wide.nowNanos()).lanes().getFirst().sent() > 0 && wide.sentSize() == 0) {
                wide.pass(1);
            }
            waits[i] = wide.nowNanos() - before;
        }
        assertThat(wide.client.view(wide.nowNanos()).lanes().getFirst().sendWindow()).isEqualTo(1_024 >> 4);
        assertThat(waits[3]).isGreaterThan(waits[0]);
    }

    @Test
    void aRefusedBlockGoesAgainThoughLearnersHoldAllOthersOfTheWindow() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withWindow(4, 1 << 20));
        for (String value : List.of("a", "b", "c", "d")) {
            narrow.submit(value);
        }
        List<Sent> sent = narrow.takeSent();
        narrow.decide(sent.get(1), sent.get(2), sent.get(3));
        narrow.refuse(narrow.takeOne(), Reason.OVERLOADED);
        narrow.pass(1_000);
        assertThat(narrow.takeSent()).isNotEmpty().allSatisfy(again -> assertThat(again.values().firstNumber())
                .isEqualTo(1));
    }

    @Test
    void returnsToFullSpeedAfterOverload() {
        cluster.submit(0, Collections.nCopies(8_000, bytes(4)));
        cluster.takeSent().forEach(s -> cluster.refuse(s, Reason.OVERLOADED));
        assertThat(cluster.client.view(cluster.nowNanos()).lanes().getFirst().sendWindow()).isEqualTo(4_096);
        for (int i = 0; i < 100; i++) {
            cluster.pass(1);
            cluster.decideAll();
            cluster.submit(0, Collections.nCopies(1_000, bytes(4)));
        }
        assertThat(cluster.client.view(cluster.nowNanos()).lanes().getFirst().sendWindow()).isEqualTo(8_192);
    }

    private static Bytes bytes(int length) {
        return Bytes.wrap(new byte[length]);
    }
}
