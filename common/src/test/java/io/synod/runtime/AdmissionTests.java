package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.codec.SenderHeader;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Submit;
import io.synod.role.Sender;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** S11, F15, F16, F17: whose datagrams are acted on. */
class AdmissionTests {

    private static final ClusterLayout LAYOUT = new ClusterLayout(3, 2, 2, false);
    private static final NodeId ACCEPTOR = NodeId.of(NodeType.ACCEPTOR, 0);
    private static final SocketAddress SOMEWHERE = TestCluster.addressOf(9_999);

    private final TestCluster cluster = new TestCluster(LAYOUT);
    private final TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
    private long forgedSequence;

    @Test
    void anUnknownIncarnationIsAskedForATokenAndHeardFromThenOn() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        say(proposer, 1);
        cluster.settle();
        assertThat(heardWatermarks()).isEmpty();
        assertThat(rejected(RejectReason.NOT_ADMITTED)).isEqualTo(1);
        say(proposer, 2);
        cluster.settle();
        assertThat(heardWatermarks()).containsExactly(2L);
        assertThat(rejectedTotal()).isEqualTo(1);
    }

    @Test
    void nodesThatStartInAnyOrderUnderLossHearEachOther() {
        Random random = new Random(8);
        cluster.lost = datagram -> random.nextInt(10) < 3;
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        int attempts = 0;
        while (acceptor.role().heard.isEmpty() || proposer.role().heard.isEmpty()) {
            say(proposer, 1);
            acceptor.role().sendNextRound(
                    proposer.name, new Preempted(ballot(200), ballot(200), 0));
            cluster.now += 5_000_000;
            cluster.settle();
            assertThat(++attempts).isLessThan(20);
        }
    }

    /** A client has nothing to say to an acceptor that would not fit a datagram. */
    @Test
    void fragmentsOfAClientAreTakenByProposersAlone() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        TestCluster.Host client = cluster.start(NodeType.CLIENT, 0, 900);
        cluster.meet(client, acceptor);
        cluster.meet(client, proposer);
        Submit submit = new Submit(1, Bytes.wrap(new byte[10_000]));
        client.role().sendNextRound(ACCEPTOR, submit);
        client.role().sendNextRound(proposer.name, submit);
        cluster.settle();
        assertThat(rejected(RejectReason.NO_RIGHT)).isGreaterThan(1);
        assertThat(proposer.role().messages()).containsExactly(submit);
    }

    /** F15. */
    @Test
    void whatIsReplayedChangesNothing() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        for (int i = 1; i <= 500; i++) {
            say(proposer, i);
            cluster.settle();
        }
        List<Message> heard = List.copyOf(acceptor.role().messages());
        assertThat(heard).hasSize(499);
        List<TestCluster.Datagram> recorded = cluster.recordedFor(ACCEPTOR);
        long sent = acceptor.node.counters().datagramsSent();
        recorded.forEach(cluster::deliver);
        cluster.settle();
        assertThat(acceptor.role().messages()).isEqualTo(heard);
        assertThat(rejected(RejectReason.REPLAYED)).isEqualTo(recorded.size());
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(sent);
    }

    @Test
    void datagramsOutOfOrderAreEachHeardOnce() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(proposer, acceptor);
        List<TestCluster.Datagram> held = new ArrayList<>();
        cluster.lost = held::add;
        for (int i = 1; i <= 100; i++) {
            say(proposer, i);
            cluster.settle();
        }
        assertThat(held).hasSize(100);
        held.reversed().forEach(cluster::deliver);
        held.forEach(cluster::deliver);
        assertThat(heardWatermarks()).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aRestartedPeerIsHeardAndItsFormerLifeNeverAgain() {
        TestCluster.Host former = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(former, acceptor);
        List<TestCluster.Datagram> late = new ArrayList<>();
        cluster.lost = late::add;
        say(former, 1);
        cluster.settle();
        cluster.lost = datagram -> false;

        TestCluster.Host present = cluster.start(NodeType.PROPOSER, 1, 201);
        cluster.meet(present, acceptor);
        say(present, 2);
        cluster.settle();
        assertThat(late).hasSize(1);
        late.forEach(cluster::deliver);
        cluster.recordedFor(ACCEPTOR).forEach(cluster::deliver);
        cluster.settle();
        say(present, 3);
        cluster.settle();
        assertThat(heardWatermarks()).containsExactly(2L, 3L);
        assertThat(acceptor.role().heard.getLast().from()).isEqualTo(new Sender(present.name, 201));
        assertThat(rejected(RejectReason.LEFT_INCARNATION)).isPositive();
        // A process that was only paused and goes on under the name that another has taken is not heard again either.
        cluster.hosts.put(former.name, former);
        for (int i = 0; i < 5; i++) {
            say(former, 4);
            cluster.settle();
        }
        assertThat(heardWatermarks()).containsExactly(2L, 3L);
    }

    @Test
    void aLateDatagramOfAFormerLifeDoesNotMakeARestartedReceiverLeaveThePresentOne() {
        TestCluster.Host former = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(former, acceptor);
        say(former, 1);
        cluster.settle();
        List<TestCluster.Datagram> late = cluster.recordedFor(ACCEPTOR);
        TestCluster.Host present = cluster.start(NodeType.PROPOSER, 1, 201);
        TestCluster.Host receiver = cluster.start(NodeType.ACCEPTOR, 0, 101);
        cluster.meet(present, receiver);
        late.forEach(cluster::deliver);
        cluster.settle();
        say(present, 2);
        cluster.settle();
        assertThat(receiver.role().messages()).containsExactly(new Heartbeat(ballot(201), 2));
    }

    @Test
    void aLateAnswerOfAFormerLifeDoesNotReplaceTheOneAdmittedMeanwhile() {
        TestCluster.Host former = cluster.start(NodeType.PROPOSER, 1, 200);
        List<TestCluster.Datagram> late = new ArrayList<>();
        say(former, 1);
        acceptor.node.endRound(cluster.now);
        former.node.endRound(cluster.now);
        cluster.deliverAll();
        acceptor.node.endRound(cluster.now);
        cluster.deliverAll();
        cluster.lost = late::add;
        cluster.settle();
        cluster.lost = datagram -> false;
        assertThat(late).as("the answer to the echo").isNotEmpty();

        TestCluster.Host present = cluster.start(NodeType.PROPOSER, 1, 201);
        cluster.meet(present, acceptor);
        late.forEach(cluster::deliver);
        cluster.settle();
        say(present, 2);
        cluster.settle();
        assertThat(heardWatermarks()).containsExactly(2L);
        assertThat(rejected(RejectReason.TOKEN)).isPositive();
    }

    @Test
    void anAnswerToAnEchoThatIsLostStandsInTheNextDatagramsToo() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        say(proposer, 1);
        cluster.lost = datagram -> datagram.to().equals(ACCEPTOR) && acceptor.node.counters().datagramsReceived() > 0;
        cluster.settle();
        assertThat(heardWatermarks()).isEmpty();
        assertThat(acceptor.node.counters().datagramsSent()).as("echoes").isPositive();

        // No other echo reaches it.
        cluster.lost = datagram -> datagram.to().equals(proposer.name);
        say(proposer, 2);
        cluster.settle();
        assertThat(heardWatermarks()).containsExactly(2L);
    }

    @Test
    void whatWasSentToTheReceiversFormerLifeIsNotActedOn() {
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(proposer, acceptor);
        say(proposer, 1);
        cluster.settle();
        List<TestCluster.Datagram> recorded = cluster.recordedFor(ACCEPTOR);
        TestCluster.Host receiver = cluster.start(NodeType.ACCEPTOR, 0, 101);
        recorded.forEach(cluster::deliver);
        cluster.settle();
        recorded.forEach(cluster::deliver);
        say(proposer, 2);
        cluster.settle();
        assertThat(receiver.role().messages()).containsExactly(new Heartbeat(ballot(200), 2));
    }

    /** F17. */
    @Test
    void aSenderThatIsNotConfiguredIsDropped() {
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.PROPOSER, 2, 5), new LeaderHint(0));
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.PROPOSER, -1, 5), new LeaderHint(0));
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.PROPOSER, Integer.MAX_VALUE, 5), new LeaderHint(0));
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.REPLICA, 0, 5), new LeaderHint(0));
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 1, 5), new Submit(1, Bytes.EMPTY));
        assertThat(rejected(RejectReason.SENDER_ID)).isEqualTo(5);
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.ACCEPTOR, 0, 5), new Echo(1));
        assertThat(rejected(RejectReason.OWN)).isEqualTo(1);
        forge(new SenderHeader(TestCluster.CLUSTER + 1, NodeType.PROPOSER, 0, 5), new LeaderHint(0));
        assertThat(rejected(RejectReason.CLUSTER)).isEqualTo(1);
        assertThat(rejectedTotal()).isEqualTo(7);
        cluster.settle();
        assertThat(acceptor.node.counters().datagramsSent()).isZero();
    }

    @Test
    void nobodySaysWhatIsNotHisToSay() {
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, 5), new Prepare(ballot(5), 1, LogId.UNKNOWN));
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.LEARNER, 0, 5), new Heartbeat(ballot(5), 1));
        SenderHeader proposer = new SenderHeader(TestCluster.CLUSTER, NodeType.PROPOSER, 1, 5);
        forge(proposer, new Prepare(new Ballot(1, 0, 5), 1, LogId.UNKNOWN));
        forge(proposer, new Accept(new Ballot(1, 1, 6), 1, Bytes.EMPTY));
        assertThat(rejected(RejectReason.NO_RIGHT)).isEqualTo(4);
        assertThat(rejectedTotal()).isEqualTo(4);
    }

    /** F16. */
    @Test
    void noiseIsCountedAndAnsweredByNobody() {
        Random random = new Random(6);
        byte[] bytes = new byte[1_472];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(bytes);
            acceptor.node.receive(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length)), SOMEWHERE, cluster.now);
        }
        cluster.settle();
        assertThat(acceptor.node.counters().datagramsReceived()).isEqualTo(100_000);
        assertThat(rejectedTotal()).isEqualTo(100_000);
        assertThat(acceptor.node.counters().datagramsSent()).isZero();
        assertThat(acceptor.node.isFailed()).isFalse();
    }

    @Test
    void aClientIsAnsweredAtTheAddressFromWhichItSaidTheTokenBack() {
        TestCluster.Host client = cluster.start(NodeType.CLIENT, 0, 900);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 0, 200);
        submit(client, proposer, 1);
        cluster.settle();
        assertThat(proposer.role().heard).isEmpty();
        submit(client, proposer, 2);
        cluster.settle();
        assertThat(proposer.role().heard)
                .containsExactly(new RecordingRole.Heard(new Sender(client.name, 900), new Submit(2, Bytes.EMPTY)));
        proposer.role().sendNextRound(client.name, new LeaderHint(1));
        cluster.settle();
        assertThat(client.role().messages()).containsExactly(new LeaderHint(1));
        assertThat(cluster.delivered.getLast().learned()).isEqualTo(client.address);
    }

    @Test
    void aClientAtANewAddressMustSayATokenBackFromThere() {
        TestCluster.Host client = cluster.start(NodeType.CLIENT, 0, 900);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 0, 200);
        cluster.meet(client, proposer);
        submit(client, proposer, 1);
        cluster.settle();
        SocketAddress before = client.address;
        client.address = SOMEWHERE;
        submit(client, proposer, 2);
        cluster.settle();
        submit(client, proposer, 3);
        cluster.settle();
        assertThat(proposer.role().messages())
                .containsExactly(new Submit(1, Bytes.EMPTY), new Submit(3, Bytes.EMPTY));
        proposer.role().sendNextRound(client.name, new LeaderHint(1));
        cluster.settle();
        assertThat(cluster.delivered.getLast().learned()).isEqualTo(SOMEWHERE).isNotEqualTo(before);
    }

    @Test
    void aForgedSourceCannotSayTheTokenOfAnotherAddress() {
        SenderHeader forged = new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, 900);
        forge(forged, SOMEWHERE, new Echo(0));
        long token = ((Echo) lastMessageSent()).token();
        forge(forged, TestCluster.addressOf(1), new EchoReply(token));
        forge(forged, SOMEWHERE, new EchoReply(token + 1));
        assertThat(rejected(RejectReason.TOKEN)).isEqualTo(2);
        cluster.now += 30_000_000_000L;
        forge(forged, SOMEWHERE, new EchoReply(token));
        assertThat(rejected(RejectReason.TOKEN)).as("a token that is too old").isEqualTo(3);
        token = ((Echo) lastMessageSent()).token();
        cluster.now += 9_000_000_000L;
        forge(forged, SOMEWHERE, new EchoReply(token));
        forge(forged, SOMEWHERE, new Echo(77));
        acceptor.node.endRound(cluster.now);
        assertThat(lastMessageSent()).isEqualTo(new EchoReply(77));
    }

    @Test
    void echoesToUnknownClientsAreFewHoweverManyAsk() {
        for (int i = 1; i <= 100_000; i++) {
            forge(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, i), new Echo(0));
        }
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(256);
        cluster.now += 10_000_000;
        for (int i = 1; i <= 100_000; i++) {
            forge(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, i), new Echo(0));
        }
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(256 + 20);
    }

    @Test
    void echoesToALifeOfAConfiguredNodeAreSpaced() {
        for (int i = 0; i < 1_000; i++) {
            forge(new SenderHeader(TestCluster.CLUSTER, NodeType.PROPOSER, 0, 1), new LeaderHint(0));
            acceptor.node.endRound(cluster.now);
            cluster.now += 100_000;
        }
        // 1,000 datagrams in 100 ms, an echo each 5 ms.
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(20);
    }

    @Test
    void echoesToAConfiguredNodeAreFewHoweverManyLivesItIsSaidToHave() {
        for (int i = 0; i < 10_000; i++) {
            forge(new SenderHeader(TestCluster.CLUSTER, NodeType.PROPOSER, 0, 1 + i), new LeaderHint(0));
            acceptor.node.endRound(cluster.now);
            cluster.now += 10_000;
        }
        // 64 at once, and one each 0.5 ms of 100.
        assertThat(acceptor.node.counters().datagramsSent()).isBetween(64L + 199, 64L + 200);
    }

    /** F15: what was recorded of a former life and is sent over and over does not keep the present one from being asked. */
    @Test
    void f15AFloodOfWhatALifeThatIsGoneOnceSaidDoesNotKeepThePresentOneOut() {
        TestCluster.Host former = cluster.start(NodeType.PROPOSER, 1, 200);
        cluster.meet(former, acceptor);
        say(former, 1);
        cluster.settle();
        TestCluster.Datagram recorded = cluster.recordedFor(ACCEPTOR).getLast();
        TestCluster.Host present = cluster.start(NodeType.PROPOSER, 1, 201);
        TestCluster.Host receiver = cluster.start(NodeType.ACCEPTOR, 0, 101);
        int said = 0;
        while (receiver.role().heard.isEmpty()) {
            for (int i = 0; i < 1_000; i++) {
                cluster.deliver(recorded);
                cluster.now += 50_000;
            }
            say(present, ++said);
            present.node.endRound(cluster.now);
            cluster.deliver(recorded);
            cluster.settle();
            assertThat(said).as("heard at the second time").isLessThan(3);
        }
        assertThat(receiver.role().heard.getLast().from().incarnation()).isEqualTo(201);
    }

    @Test
    void aClientThatIsNotHeardIsAnsweredSeldomAndByNoMoreThanItSent() {
        SenderHeader client = new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, 900);
        forge(client, new LearnerDel());
        assertThat(acceptor.node.counters().datagramsSent()).as("shorter than an echo").isZero();
        for (int i = 0; i < 1_000; i++) {
            forge(client, new Echo(0));
            cluster.now += 100_000;
        }
        // 1,000 datagrams in 100 ms, an echo each 50 ms.
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(2);
        forge(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, 901), new Echo(0));
        assertThat(acceptor.node.counters().datagramsSent()).as("another client is asked").isEqualTo(3);
    }

    @Test
    void aClientDoesNotHearOtherClients() {
        TestCluster.Host client = cluster.start(NodeType.CLIENT, 0, 900);
        byte[] datagram = datagram(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, 901), new Echo(1));
        client.node.receive(ByteBuffer.wrap(datagram), SOMEWHERE, cluster.now);
        assertThat(client.node.counters().rejected(RejectReason.SENDER_TYPE)).isEqualTo(1);
        datagram = datagram(new SenderHeader(TestCluster.CLUSTER, NodeType.CLIENT, 0, 900), new Echo(1));
        client.node.receive(ByteBuffer.wrap(datagram), SOMEWHERE, cluster.now);
        assertThat(client.node.counters().rejected(RejectReason.OWN)).isEqualTo(1);
    }

    private void say(TestCluster.Host proposer, long watermark) {
        long incarnation = proposer.node.settings().incarnation();
        proposer.role().sendNextRound(ACCEPTOR, new Heartbeat(ballot(incarnation), watermark));
    }

    private static Ballot ballot(long incarnation) {
        return new Ballot(1, 1, incarnation);
    }

    private static void submit(TestCluster.Host client, TestCluster.Host proposer, long attempt) {
        client.role().sendNextRound(proposer.name, new Submit(attempt, Bytes.EMPTY));
    }

    private List<Long> heardWatermarks() {
        return acceptor.role().messages().stream().map(message -> ((Heartbeat) message).watermark()).toList();
    }

    private long rejected(RejectReason reason) {
        return acceptor.node.counters().rejected(reason);
    }

    private long rejectedTotal() {
        return acceptor.node.counters().rejectedTotal();
    }

    private void forge(SenderHeader sender, Message message) {
        forge(sender, SOMEWHERE, message);
    }

    private void forge(SenderHeader sender, SocketAddress source, Message message) {
        acceptor.node.receive(ByteBuffer.wrap(datagram(sender, message)), source, cluster.now);
    }

    private byte[] datagram(SenderHeader sender, Message message) {
        DatagramWriter writer = new DatagramWriter(sender, ByteBuffer.allocate(1_472));
        writer.append(message, MessageSize.of(message));
        ByteBuffer finished = writer.finish(++forgedSequence);
        byte[] bytes = new byte[finished.remaining()];
        finished.get(bytes);
        return bytes;
    }

    private Message lastMessageSent() {
        DatagramReader reader = new DatagramReader(TestCluster.CLUSTER, LAYOUT);
        assertThat(reader.readHeader(ByteBuffer.wrap(cluster.inFlight.getLast().bytes()))).isNull();
        assertThat(reader.readMessages()).isNull();
        return reader.messages().getLast();
    }
}
