package io.synod.proposer;

import static io.synod.proposer.ProposerRig.MILLI;
import static io.synod.proposer.ProposerRig.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import org.junit.jupiter.api.Test;

/** When a proposer asks for leadership and gives it up: L1, F07, F10. */
class LeadershipTests {

    private static final Ballot OTHER = new Ballot(10, 1, 7);

    @Test
    void nobodyIsPreemptedWhileAQuorumHearsALeader() {
        ProposerRig rig = new ProposerRig(three());
        for (int i = 0; i < 40; i++) {
            rig.beacon(0, OTHER, 100_000, 0);
            rig.beacon(1, OTHER, 100_000, 0);
            rig.beacon(2, OTHER, 900_000, 0);
            rig.pass(50 * MILLI);
        }
        assertThat(rig.messages(Prepare.class)).isEmpty();
    }

    @Test
    void aQuorumOfFreshBeaconsThatMissALeaderStartsACandidacy() {
        ProposerRig rig = new ProposerRig(three());
        rig.beacon(0, OTHER, 400_000, 0);
        rig.pass(400 * MILLI);
        rig.beacon(1, OTHER, 400_000, 0);
        rig.pass(200 * MILLI);
        assertThat(rig.messages(Prepare.class)).as("the first beacon is old").isEmpty();
        rig.beacon(0, OTHER, 400_000, 0);
        rig.beacon(1, OTHER, 400_000, 0);
        rig.pass(101 * MILLI);
        assertThat(rig.messages(Prepare.class)).isNotEmpty();
    }

    @Test
    void aCandidateRepeatsTheSameBallotAndGivesUpAfterABound() {
        ProposerRig rig = new ProposerRig(three());
        Ballot ballot = rig.campaign();
        rig.pass(5_000 * MILLI);
        assertThat(rig.messages(Prepare.class)).extracting(Prepare::ballot).containsOnly(ballot);
        assertThat(rig.prepares(0)).hasSizeBetween(10, 40);
        rig.pass(1_100 * MILLI);
        assertThat(rig.state()).isEqualTo(Proposer.State.FOLLOWER);
    }

    @Test
    void aLeaderThatNoQuorumHearsStepsDown() {
        ProposerRig rig = ProposerRig.leader(three());
        for (int i = 0; i < 20; i++) {
            rig.beacon(0, rig.ballot(), 1_000, 0);
            rig.beacon(1, rig.ballot(), 1_000, 0);
            rig.pass(50 * MILLI);
        }
        assertThat(rig.state()).isEqualTo(Proposer.State.LEADER);
        for (int i = 0; i < 14; i++) {
            rig.beacon(0, rig.ballot(), 1_000, 0);
            rig.beacon(1, OTHER, 1_000, 0);
            rig.pass(50 * MILLI);
        }
        assertThat(rig.state()).isEqualTo(Proposer.State.FOLLOWER);
    }

    @Test
    void aLeaderStepsDownWhenItHearsAHigherOne() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.say(rig.settings.layout().proposer(1), new Heartbeat(new Ballot(3, 1, 7), 0));
        assertThat(rig.state()).isEqualTo(Proposer.State.LEADER);
        rig.say(rig.settings.layout().proposer(1), new Heartbeat(new Ballot(90, 1, 7), 0));
        assertThat(rig.state()).isEqualTo(Proposer.State.FOLLOWER);
        assertThat(rig.proposer.view(rig.now).leaderId()).isEqualTo(1);
        rig.pass(400 * MILLI);
        assertThat(rig.proposer.view(rig.now).leaderId()).isEqualTo(LeaderHint.NOBODY);
    }

    @Test
    void eachPreemptionMakesTheNextWaitLonger() {
        ProposerRig rig = new ProposerRig(three());
        rig.campaign();
        long longest = 0;
        for (int i = 0; i < 8; i++) {
            rig.acceptorSays(0, new Preempted(rig.ballot(), new Ballot(rig.ballot().round() + 1, 1, 7), 0));
            assertThat(rig.state()).isEqualTo(Proposer.State.FOLLOWER);
            long from = rig.now;
            while (rig.state() == Proposer.State.FOLLOWER) {
                rig.beacons(rig.ballot(), 400_000);
                rig.pass(10 * MILLI);
            }
            longest = Math.max(longest, rig.now - from);
            assertThat(rig.now - from).isBetween(50 * MILLI, 15_000 * MILLI);
        }
        assertThat(longest).isGreaterThan(1_000 * MILLI);
    }

    private static void beaconOfLog(ProposerRig rig, int acceptor, LogId log) {
        rig.acceptorSays(acceptor, new AcceptorState(new StorageId(1, 900 + acceptor), log,
                AcceptorState.Status.VOTING, Ballot.NONE, Ballot.NONE, Long.MAX_VALUE, 0, 0, 0, false));
    }

    /** All acceptors were formed anew while this proposer lived on. */
    @Test
    void aProposerFollowsTheAcceptorsIntoAnotherLogAndForgetsTheFormer() {
        ProposerRig rig = ProposerRig.leader(three());
        LogId other = new LogId(78);
        beaconOfLog(rig, 0, other);
        assertThat(rig.state()).as("one is no quorum").isEqualTo(Proposer.State.LEADER);
        assertThat(rig.proposer.view(rig.now).logId()).isEqualTo(ProposerRig.LOG);
        beaconOfLog(rig, 1, other);
        assertThat(rig.state()).isEqualTo(Proposer.State.FOLLOWER);
        assertThat(rig.outputs).contains(new LogChanged(ProposerRig.LOG, other));
        assertThat(rig.proposer.view(rig.now).watermark()).isZero();
        rig.sent.clear();
        rig.pass(200 * MILLI);
        assertThat(rig.prepares(0)).first().isEqualTo(new Prepare(rig.ballot(), 1, other));
    }

    @Test
    void theTransitionsAreToldWithTheirReasons() {
        ProposerRig rig = new ProposerRig(three());
        rig.lead();
        rig.say(rig.settings.layout().proposer(1), new Heartbeat(new Ballot(90, 1, 7), 0));
        assertThat(rig.outputs).hasSize(1).first().isInstanceOfSatisfying(LeadershipChanged.class, changed -> {
            assertThat(changed.from()).isEqualTo(Proposer.State.LEADER);
            assertThat(changed.to()).isEqualTo(Proposer.State.FOLLOWER);
            assertThat(changed.reason()).contains("proposer 1 leads");
        });
    }

    @Test
    void F10_competingProposersSettleOnOneLeader() {
        for (long seed = 1; seed <= 60; seed++) {
            MiniCluster cluster = MiniCluster.of(3, 3, seed);
            cluster.loss = seed % 4 * 0.1;
            // Some networks are so slow that candidacies overlap.
            cluster.delayNanosMax = seed % 3 == 0 ? 80 * MILLI : 1 * MILLI;
            for (int p = 0; p < 3; p++) {
                cluster.start(p);
            }
            cluster.run(12_000 * MILLI);
            assertThat(cluster.leaders()).as("seed %d", seed).hasSize(1);
            int leader = cluster.leaders().getFirst();
            Ballot settled = cluster.view(leader).ballot();
            cluster.run(5_000 * MILLI);
            if (cluster.loss == 0) {
                assertThat(cluster.view(leader).ballot()).as("seed %d", seed).isEqualTo(settled);
                assertThat(cluster.leaders()).as("seed %d", seed).containsExactly(leader);
            }
            long before = cluster.decided.size();
            int now = cluster.leaders().isEmpty() ? leader : cluster.leaders().getFirst();
            cluster.submit(now, ProposerRig.block(1, 5));
            cluster.run(3_000 * MILLI);
            assertThat(cluster.decided.size()).as("seed %d", seed).isGreaterThan((int) before);
        }
    }

    @Test
    void anotherProposerTakesOverSoonAfterTheLeaderDies() {
        for (long seed = 1; seed <= 30; seed++) {
            MiniCluster cluster = MiniCluster.of(3, 2, seed);
            cluster.start(0);
            cluster.start(1);
            cluster.run(2_000 * MILLI);
            int leader = cluster.leaders().getFirst();
            for (int i = 0; i < 10; i++) {
                cluster.submit(leader, ProposerRig.block(1 + 5 * i, 5));
            }
            cluster.crash(leader);
            cluster.run(700 * MILLI);
            assertThat(cluster.leaders()).as("seed %d", seed).containsExactly(1 - leader);
            cluster.start(leader);
            cluster.run(2_000 * MILLI);
            assertThat(cluster.leaders()).as("seed %d: nobody preempts it", seed).containsExactly(1 - leader);
        }
    }

    @Test
    void F07_aSlowDiskOfAllAcceptorsCausesNoElectionStorm() {
        MiniCluster cluster = MiniCluster.of(3, 2, 5);
        cluster.start(0);
        cluster.start(1);
        cluster.run(2_000 * MILLI);
        int leader = cluster.leaders().getFirst();
        Ballot ballot = cluster.view(leader).ballot();
        for (int a = 0; a < 3; a++) {
            cluster.commitNanos[a] = 2_000 * MILLI;
        }
        cluster.submit(leader, ProposerRig.block(1, 5));
        cluster.run(10_000 * MILLI);
        assertThat(cluster.leaders()).containsExactly(leader);
        assertThat(cluster.view(leader).ballot()).isEqualTo(ballot);
        assertThat(cluster.view(leader).watermark()).isEqualTo(2);
    }

    @Test
    void F07_twoProposersSettleAlsoWhenEveryPromiseTakesTwoSeconds() {
        for (long seed = 1; seed <= 10; seed++) {
            MiniCluster cluster = MiniCluster.of(3, 2, seed);
            for (int a = 0; a < 3; a++) {
                cluster.commitNanos[a] = 2_000 * MILLI;
            }
            cluster.start(0);
            cluster.start(1);
            cluster.run(60_000 * MILLI);
            assertThat(cluster.leaders()).as("seed %d", seed).hasSize(1);
        }
    }
}
