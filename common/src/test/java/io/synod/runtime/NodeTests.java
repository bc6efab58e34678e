package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Sender;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeTests {

    private static final ClusterLayout SERVICES = new ClusterLayout(3, 2, 2, false);
    private static final ClusterLayout REPLICAS = new ClusterLayout(3, 3, 3, true);
    private static final NodeId ACCEPTOR = NodeId.of(NodeType.ACCEPTOR, 0);
    private static final NodeId PROPOSER = NodeId.of(NodeType.PROPOSER, 1);
    private static final Ballot BALLOT = new Ballot(1, 1, 200);

    private TestCluster cluster = new TestCluster(SERVICES);

    @Test
    void messagesGoFromRoleToRoleInOrder() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(acceptor, proposer);
        Prepare prepare = new Prepare(BALLOT, 1, LogId.UNKNOWN);
        Accept large = new Accept(BALLOT, 1, Bytes.wrap(new byte[100_000]));
        Heartbeat heartbeat = new Heartbeat(BALLOT, 3);
        proposer.role().sendNextRound(ACCEPTOR, prepare);
        proposer.role().sendNextRound(ACCEPTOR, large);
        proposer.role().sendNextRound(ACCEPTOR, heartbeat);
        cluster.settle();
        Sender sender = new Sender(PROPOSER, 200);
        assertThat(acceptor.role().heard).containsExactly(
                new RecordingRole.Heard(sender, prepare),
                new RecordingRole.Heard(sender, large),
                new RecordingRole.Heard(sender, heartbeat));
        assertThat(acceptor.node.counters().messagesReceived()).isEqualTo(3);
        assertThat(acceptor.node.isFailed()).isFalse();
    }

    @Test
    void smallMessagesForOneDestinationShareADatagram() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(acceptor, proposer);
        long datagrams = proposer.node.counters().datagramsSent();
        for (int i = 1; i <= 20; i++) {
            proposer.role().sendNextRound(ACCEPTOR, new Heartbeat(BALLOT, i));
        }
        cluster.settle();
        assertThat(acceptor.role().heard).hasSize(20);
        assertThat(proposer.node.counters().datagramsSent() - datagrams).isEqualTo(1);
    }

    @Test
    void aDestinationTooManySendsTheOldestDatagramEarlyAndLosesNothing() {
        NodeSettings settings = NodeSettings
                .of(NodeType.PROPOSER, 1, 200, TestCluster.CLUSTER, SERVICES, TestCluster.DATAGRAM_BYTES)
                .withBounds(new NodeSettings.Bounds(1, 1, 32 << 20, 10, 10, 10, 2));
        TestCluster.Host proposer = cluster.start(settings);
        for (int id = 0; id < 3; id++) {
            cluster.meet(cluster.start(NodeType.ACCEPTOR, id, 100 + id), proposer);
        }
        for (int i = 1; i <= 4; i++) {
            for (NodeId acceptor : SERVICES.acceptorNodes()) {
                proposer.role().sendNextRound(acceptor, new Heartbeat(BALLOT, i));
            }
        }
        cluster.settle();
        for (NodeId acceptor : SERVICES.acceptorNodes()) {
            assertThat(cluster.host(acceptor).role().messages()).containsExactly(
                    new Heartbeat(BALLOT, 1),
                    new Heartbeat(BALLOT, 2),
                    new Heartbeat(BALLOT, 3),
                    new Heartbeat(BALLOT, 4));
        }
    }

    @Test
    void aMessageForSeveralRolesOfANodeIsSentOnceAndHeardByAllOfThem() {
        cluster = new TestCluster(REPLICAS);
        TestCluster.Host sender = cluster.start(NodeType.REPLICA, 0, 100);
        TestCluster.Host receiver = cluster.start(NodeType.REPLICA, 1, 200);
        cluster.meet(sender, receiver);
        Accepted accepted = new Accepted(BALLOT, 1, 0, null);
        long sent = sender.node.counters().messagesSent();
        sender.role().sendNextRound(REPLICAS.proposer(1), accepted);
        sender.role().onNextRound.add(effects -> effects.send(REPLICAS.learnerNodes(), accepted));
        cluster.settle();
        for (TestCluster.Host host : List.of(sender, receiver)) {
            assertThat(host.role(RoleType.PROPOSER).messages()).containsExactly(accepted);
            assertThat(host.role(RoleType.LEARNER).messages()).containsExactly(accepted);
            assertThat(host.role(RoleType.ACCEPTOR).messages()).isEmpty();
        }
        // To replicas 1 and 2; to itself it does not touch the network.
        assertThat(sender.node.counters().messagesSent() - sent).isEqualTo(2);
        assertThat(sender.role(RoleType.LEARNER).heard.getFirst().from()).isEqualTo(new Sender(sender.name, 100));
    }

    @Test
    void aClientsOneRoleTakesWhatIsForALearnerToo() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host client = cluster.start(NodeType.CLIENT, 0, 900);
        cluster.meet(client, acceptor);
        LearnerOk ok = new LearnerOk(LogId.UNKNOWN, 0, 0, true);
        acceptor.role().sendNextRound(client.name, ok);
        cluster.settle();
        assertThat(client.role().messages()).containsExactly(ok);
    }

    @Test
    void aCoLocatedRoleHearsAtOnceWhatMayGoNow() {
        cluster = new TestCluster(REPLICAS);
        TestCluster.Host replica = cluster.start(NodeType.REPLICA, 0, 100);
        replica.role(RoleType.PROPOSER).sendNextRound(replica.name, new Heartbeat(new Ballot(1, 0, 100), 5));
        replica.node.endRound(cluster.now);
        assertThat(replica.role(RoleType.ACCEPTOR).messages()).hasSize(1);
        assertThat(replica.role(RoleType.LEARNER).messages()).hasSize(1);
        assertThat(cluster.inFlight).isEmpty();
    }

    @Test
    void aCoLocatedVoteIsHeardOnlyWhenItIsDurable() {
        cluster = new TestCluster(REPLICAS);
        TestCluster.Host replica = cluster.start(NodeType.REPLICA, 0, 100);
        replica.reportsAtOnce = false;
        Accepted accepted = new Accepted(BALLOT, 1, 0, null);
        replica.role(RoleType.ACCEPTOR).onNextRound.add(effects -> {
            effects.write(new RecordingRole.TestWrite(1));
            effects.send(replica.name, accepted);
        });
        for (int i = 0; i < 5; i++) {
            replica.node.endRound(cluster.now);
        }
        assertThat(replica.commits).hasSize(1);
        assertThat(replica.role(RoleType.LEARNER).messages()).isEmpty();
        replica.node.committed(1, cluster.now);
        assertThat(replica.node.nextDeadlineNanos()).isLessThanOrEqualTo(cluster.now);
        replica.node.endRound(cluster.now);
        assertThat(replica.role(RoleType.LEARNER).messages()).containsExactly(accepted);
        assertThat(replica.role(RoleType.PROPOSER).messages()).containsExactly(accepted);
    }

    @Test
    void rolesThatAnswerEachOtherForEverDoNotKeepTheLoop() {
        cluster = new TestCluster(REPLICAS);
        TestCluster.Host replica = cluster.start(NodeType.REPLICA, 0, 100);
        RecordingRole acceptor = replica.role(RoleType.ACCEPTOR);
        Heartbeat heartbeat = new Heartbeat(new Ballot(1, 0, 100), 1);
        acceptor.onEveryMessage = effects -> effects.send(replica.name, new Accepted(BALLOT, 1, 0, null));
        replica.role(RoleType.PROPOSER).onEveryMessage = effects -> effects.send(replica.name, heartbeat);
        replica.role(RoleType.PROPOSER).sendNextRound(replica.name, heartbeat);
        for (int i = 0; i < 10; i++) {
            acceptor.heard.clear();
            replica.node.endRound(cluster.now);
            assertThat(acceptor.heard).hasSizeBetween(2, 20);
            assertThat(replica.node.nextDeadlineNanos()).isEqualTo(cluster.now);
        }
    }

    @Test
    void messagesBetweenRolesAreBounded() {
        cluster = new TestCluster(REPLICAS);
        TestCluster.Host replica = cluster.start(NodeSettings
                .of(NodeType.REPLICA, 0, 100, TestCluster.CLUSTER, REPLICAS, TestCluster.DATAGRAM_BYTES)
                .withBounds(new NodeSettings.Bounds(1, 1, 32 << 20, 10, 10, 10, 2)));
        for (int i = 0; i < 25; i++) {
            replica.role(RoleType.PROPOSER).sendNextRound(replica.name, new Heartbeat(new Ballot(1, 0, 100), i));
        }
        replica.node.endRound(cluster.now);
        assertThat(replica.role(RoleType.ACCEPTOR).messages()).hasSize(10);
        assertThat(replica.node.counters().localDropped()).isEqualTo(15);
    }

    /** F25. */
    @Test
    void anExceptionOfARoleLetsNothingOfTheRoundOutAndStopsTheNode() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(acceptor, proposer);
        Effects[] recorded = new Effects[1];
        acceptor.node.execute(
                (now, effects) -> {
                    recorded[0] = effects;
                    effects.write(new RecordingRole.TestWrite(1));
                    effects.send(PROPOSER, new LeaderHint(0));
                    effects.send(PROPOSER, new Trimmed(1));
                    effects.output(new RecordingRole.TestOutput(1));
                },
                cluster.now);
        acceptor.role().onNextRound.add(effects -> {
            throw new IllegalStateException("rule S1 is broken");
        });
        acceptor.node.endRound(cluster.now);
        assertThat(acceptor.node.isFailed()).isTrue();
        assertThat(acceptor.node.failure()).hasMessage("rule S1 is broken");
        assertThat(cluster.inFlight).isEmpty();
        assertThat(acceptor.commits).isEmpty();
        assertThat(acceptor.outputs).isEmpty();
        assertThat(recorded[0].isEmpty()).isTrue();

        proposer.role().sendNextRound(ACCEPTOR, new Heartbeat(BALLOT, 1));
        cluster.settle();
        acceptor.node.execute((now, effects) -> effects.send(PROPOSER, new Trimmed(1)), cluster.now);
        acceptor.node.stop(cluster.now);
        cluster.settle();
        assertThat(acceptor.role().heard).isEmpty();
        assertThat(acceptor.role().stops).isZero();
        assertThat(proposer.role().heard).isEmpty();
        assertThat(acceptor.node.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anExceptionOnAMessageDiscardsWhatEarlierMessagesOfTheRoundBrought() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        acceptor.node.execute((now, effects) -> effects.send(PROPOSER, new Trimmed(1)), cluster.now);
        acceptor.node.execute(
                (now, effects) -> {
                    throw new IllegalStateException("broken");
                },
                cluster.now);
        acceptor.node.endRound(cluster.now);
        assertThat(acceptor.node.isFailed()).isTrue();
        assertThat(cluster.inFlight).isEmpty();
    }

    /** F05. */
    @Test
    void afterAFailedSyncHeartbeatsStillGoButNoVote() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(acceptor, proposer);
        acceptor.reportsAtOnce = false;
        acceptor.role().onNextRound.add(effects -> effects.write(new RecordingRole.TestWrite(1)));
        acceptor.role().sendNextRound(PROPOSER, new Trimmed(1));
        cluster.settle();
        acceptor.node.commitFailed(1, new IOException("EIO"), cluster.now);
        acceptor.role().sendNextRound(PROPOSER, new Trimmed(2));
        acceptor.role().sendNextRound(PROPOSER, new Preempted(BALLOT, BALLOT, 0));
        cluster.settle();
        assertThat(proposer.role().messages()).hasSize(1).first()
                .isInstanceOf(Preempted.class);
        assertThat(acceptor.node.storageFailure()).hasMessage("EIO");
        assertThat(acceptor.node.isFailed()).isFalse();
    }

    @Test
    void L2_whatWaitsForASlowCommitIsToldToTheRolesBeforeAnythingIsDropped() {
        TestCluster.Host acceptor = cluster.start(NodeSettings
                .of(NodeType.ACCEPTOR, 0, 100, TestCluster.CLUSTER, SERVICES, TestCluster.DATAGRAM_BYTES)
                .withBounds(new NodeSettings.Bounds(1, 1, 32 << 20, 10, 100, 1 << 20, 2)));
        acceptor.reportsAtOnce = false;
        acceptor.role().onNextRound.add(effects -> effects.write(new RecordingRole.TestWrite(1)));
        for (int i = 1; i <= 51; i++) {
            assertThat(acceptor.role().backlogs).isEmpty();
            acceptor.role().sendNextRound(PROPOSER, new Trimmed(i));
            acceptor.node.endRound(cluster.now);
        }
        assertThat(acceptor.role().backlogs).containsExactly(true);
        assertThat(acceptor.node.counters().waitingDropped()).isZero();
        acceptor.node.committed(1, cluster.now);
        acceptor.node.endRound(cluster.now);
        assertThat(acceptor.role().backlogs).containsExactly(true, false);
    }

    @Test
    void aFailedSyncIsToldToTheRolesOnce() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        acceptor.reportsAtOnce = false;
        acceptor.role().onNextRound.add(effects -> effects.write(new RecordingRole.TestWrite(1)));
        cluster.settle();
        acceptor.node.commitFailed(1, new IOException("EIO"), cluster.now);
        assertThat(acceptor.node.nextDeadlineNanos()).isEqualTo(cluster.now);
        cluster.settle();
        cluster.settle();
        assertThat(acceptor.role().storageFailures).containsExactly("java.io.IOException: EIO");
        assertThat(acceptor.node.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aReportOfStorageThatCannotBeFailsTheNode() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        acceptor.node.committed(7, cluster.now);
        assertThat(acceptor.node.isFailed()).isTrue();
        assertThat(acceptor.node.failure()).hasMessageContaining("commit 7");
    }

    @Test
    void rolesStartAndStopOnceAndTheirLastWordsLeave() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host learner = cluster.start(NodeType.LEARNER, 0, 300);
        cluster.meet(acceptor, learner);
        assertThat(learner.role().starts).isEqualTo(1);
        learner.node.execute((now, effects) -> effects.send(ACCEPTOR, new LearnerDel()), cluster.now);
        learner.node.stop(cluster.now);
        learner.node.stop(cluster.now);
        cluster.settle();
        assertThat(learner.role().stops).isEqualTo(1);
        assertThat(acceptor.role().messages()).containsExactly(new LearnerDel());
    }

    @Test
    void theNextDeadlineIsTheEarliestOfTheRolesUnlessSomethingWaits() {
        cluster = new TestCluster(REPLICAS);
        TestCluster.Host replica = cluster.start(NodeType.REPLICA, 0, 100);
        assertThat(replica.node.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        replica.role(RoleType.PROPOSER).deadlineNanos = 9_000_000_000L;
        replica.role(RoleType.LEARNER).deadlineNanos = 8_000_000_000L;
        assertThat(replica.node.nextDeadlineNanos()).isEqualTo(8_000_000_000L);
        replica.node.execute((now, effects) -> effects.output(new RecordingRole.TestOutput(1)), cluster.now);
        assertThat(replica.node.nextDeadlineNanos()).isEqualTo(cluster.now);
    }

    @Test
    void aMessageForAClientThatIsNotKnownIsDroppedAndCounted() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        acceptor.role().sendNextRound(NodeId.client(5), new Trimmed(1));
        cluster.settle();
        assertThat(acceptor.node.counters().unknownDestination()).isEqualTo(1);
        assertThat(acceptor.node.isFailed()).isFalse();
    }

    @Test
    void aMessageThatNoRoleOfTheNodeTakesIsCounted() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(acceptor, proposer);
        proposer.role().sendNextRound(ACCEPTOR, new LeaderHint(1));
        cluster.settle();
        assertThat(acceptor.node.counters().rejected(RejectReason.NO_RECEIVER)).isEqualTo(1);
        assertThat(acceptor.role().heard).isEmpty();
    }

    @Test
    void aMessageLargerThanTheLargestFailsTheNodeLoudly() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        proposer.role().sendNextRound(ACCEPTOR, new Accept(BALLOT, 1, Bytes.wrap(new byte[17 << 20])));
        proposer.node.endRound(cluster.now);
        assertThat(proposer.node.isFailed()).isTrue();
        assertThat(proposer.node.failure()).hasMessageContaining("larger than the largest message");
    }

    @Test
    void largeMessagesGetThroughUnderLossAndDuplication() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(acceptor, proposer);
        Random random = new Random(4);
        cluster.lost = datagram -> {
            if (random.nextInt(10) < 4) {
                cluster.deliver(datagram);
            }
            return random.nextInt(10) < 3;
        };
        byte[] value = new byte[200_000];
        random.nextBytes(value);
        Accept accept = new Accept(BALLOT, 1, Bytes.wrap(value));
        int repeats = 0;
        while (acceptor.role().heard.isEmpty()) {
            proposer.role().sendNextRound(ACCEPTOR, new Accept(accept.ballot(), accept.instance(), accept.value()));
            cluster.settle();
            repeats++;
        }
        assertThat(acceptor.role().messages()).containsExactly(accept);
        assertThat(repeats).isLessThanOrEqualTo(8);
    }

    @Test
    void aNodeHostsTheRolesOfItsTypeAndEachOnce() {
        NodeSettings settings =
                NodeSettings.of(NodeType.ACCEPTOR, 0, 1, 1, SERVICES, TestCluster.DATAGRAM_BYTES);
        RecordingRole acceptor = new RecordingRole(RoleType.ACCEPTOR);
        assertThatThrownBy(() -> newNode(settings, List.of(acceptor, new RecordingRole(RoleType.LEARNER))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> newNode(settings, List.of(acceptor, new RecordingRole(RoleType.ACCEPTOR))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Node newNode(NodeSettings settings, List<RecordingRole> roles) {
        return new Node(
                settings,
                List.copyOf(roles),
                (number, writes) -> {},
                output -> {},
                (to, learned, datagram) -> {},
                new Random(1));
    }
}
