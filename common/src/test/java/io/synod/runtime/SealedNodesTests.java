package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.StorageId;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.codec.SenderHeader;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.Submit;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.Trimmed;
import io.synod.protocol.seal.DatagramCipher;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.protocol.seal.SenderKeys;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** S11 with keys: what is not sealed by a member, for this node, now, changes nothing and is answered by nobody. */
class SealedNodesTests {

    private static final ClusterLayout LAYOUT = new ClusterLayout(3, 2, 2, false);
    private static final NodeId ACCEPTOR = NodeId.of(NodeType.ACCEPTOR, 0);
    private static final SocketAddress SOMEWHERE = TestCluster.addressOf(9_999);

    private final SealKey one = SealKey.draw(1, new SecureRandom());
    private final SealKey two = SealKey.draw(2, new SecureRandom());
    private final TestCluster cluster = new TestCluster(LAYOUT);
    private final TestCluster.Host acceptor = start(NodeType.ACCEPTOR, 0, 100, KeyRing.of(one));
    private final TestCluster.Host proposer = start(NodeType.PROPOSER, 1, 200, KeyRing.of(one));

    @Test
    void membersHearEachOtherAndNobodyElseReadsIt() {
        cluster.meet(proposer, acceptor);
        Submit submit = new Submit(1, Bytes.ofUtf8("nobody else shall read this"));
        TestCluster.Host client = start(NodeType.CLIENT, 0, 900, KeyRing.of(one).forClients());
        cluster.meet(client, proposer);
        client.role().sendNextRound(proposer.name, submit);
        say(proposer, 7);
        cluster.settle();
        assertThat(proposer.role().messages()).containsExactly(submit);
        assertThat(heardWatermarks()).containsExactly(7L);
        for (TestCluster.Datagram datagram : cluster.delivered) {
            assertThat(Bytes.wrap(datagram.bytes()).toString()).doesNotContain("nobody");
            assertThat(datagram.bytes()[5]).as("the flag").isEqualTo((byte) 1);
            assertThat(datagram.bytes()[6]).as("the key").isEqualTo((byte) 1);
        }
    }

    @Test
    void aLargeMessageIsSealedInEachOfItsFragments() {
        TestCluster.Host client = start(NodeType.CLIENT, 0, 900, KeyRing.of(one));
        cluster.meet(client, proposer);
        Submit submit = new Submit(1, Bytes.wrap(new byte[100_000]));
        client.role().sendNextRound(proposer.name, submit);
        cluster.settle();
        assertThat(proposer.role().messages()).containsExactly(submit);
        assertThat(cluster.recordedFor(proposer.name)).hasSizeGreaterThan(68)
                .allMatch(datagram -> datagram.bytes().length <= TestCluster.DATAGRAM_BYTES);
    }

    @Test
    void whoHasNoKeyOrAnotherIsNotHeardAndNotAnswered() {
        long sent = acceptor.node.counters().datagramsSent();
        sayAsProposer(start(NodeType.PROPOSER, 0, 300, null));
        assertThat(rejected(RejectReason.UNSEALED)).isPositive();
        sayAsProposer(start(NodeType.PROPOSER, 0, 301, KeyRing.of(two)));
        assertThat(rejected(RejectReason.KEY_ID)).isPositive();
        sayAsProposer(start(NodeType.PROPOSER, 0, 302, KeyRing.of(SealKey.draw(1, new SecureRandom()))));
        assertThat(rejected(RejectReason.SEAL)).isPositive();
        assertThat(acceptor.role().heard).isEmpty();
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(sent);
    }

    @Test
    void whoHasNoKeyDoesNotHearThoseWhoHave() {
        TestCluster.Host plain = start(NodeType.ACCEPTOR, 1, 101, null);
        proposer.role().sendNextRound(plain.name, new Heartbeat(ballot(200), 1));
        cluster.settle();
        assertThat(plain.node.counters().rejected(RejectReason.SEALED)).isEqualTo(1);
        assertThat(plain.node.counters().datagramsSent()).isZero();
    }

    private void sayAsProposer(TestCluster.Host host) {
        host.role().sendNextRound(ACCEPTOR, new Heartbeat(new Ballot(1, 0, host.node.settings().incarnation()), 1));
        cluster.settle();
    }

    @Test
    void whatIsChangedOrCutOnItsWayIsNotActedOn() {
        cluster.meet(proposer, acceptor);
        cluster.lost = datagram -> datagram.to().equals(ACCEPTOR);
        say(proposer, 7);
        proposer.node.endRound(cluster.now);
        byte[] genuine = cluster.inFlight.getLast().bytes();
        long sent = acceptor.node.counters().datagramsSent();
        for (int bit = 0; bit < 8 * genuine.length; bit++) {
            byte[] flipped = genuine.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            receive(flipped);
        }
        for (int length = 0; length < genuine.length; length++) {
            receive(Arrays.copyOf(genuine, length));
        }
        assertThat(acceptor.role().heard).isEmpty();
        assertThat(acceptor.node.counters().rejectedTotal()).isGreaterThan(9L * genuine.length - 1);
        receive(genuine);
        acceptor.node.endRound(cluster.now);
        assertThat(heardWatermarks()).containsExactly(7L);
        assertThat(acceptor.node.counters().datagramsSent()).isEqualTo(sent);
    }

    /** F15, also towards a node for which it was never meant. */
    @Test
    void whatIsReplayedAnywhereChangesNothing() {
        TestCluster.Host other = start(NodeType.ACCEPTOR, 1, 101, KeyRing.of(one));
        TestCluster.Host client = start(NodeType.CLIENT, 0, 900, KeyRing.of(one).forClients());
        cluster.meet(proposer, acceptor);
        cluster.meet(proposer, other);
        cluster.meet(client, acceptor);
        for (int i = 1; i <= 100; i++) {
            say(proposer, i);
            client.role().sendNextRound(ACCEPTOR, new Repeat(i, i, false));
            cluster.settle();
        }
        List<Message> heard = List.copyOf(acceptor.role().messages());
        assertThat(heard).hasSize(200);
        long sent = acceptor.node.counters().datagramsSent() + other.node.counters().datagramsSent();
        List<TestCluster.Datagram> recorded = cluster.recordedFor(ACCEPTOR);
        for (TestCluster.Datagram datagram : recorded) {
            receive(datagram.bytes());
            other.node.receive(ByteBuffer.wrap(datagram.bytes()), SOMEWHERE, cluster.now);
        }
        cluster.settle();
        assertThat(acceptor.role().messages()).isEqualTo(heard);
        assertThat(rejected(RejectReason.REPLAYED)).isEqualTo(recorded.size());
        assertThat(other.role().heard).isEmpty();
        // A client that the other does not know: whether its datagrams open is told by the tag alone, and they do not.
        assertThat(other.node.counters().rejected(RejectReason.SEAL)).isEqualTo(recorded.size());
        assertThat(acceptor.node.counters().datagramsSent() + other.node.counters().datagramsSent()).isEqualTo(sent);
    }

    @Test
    void whoHoldsAClientKeySpeaksAsAClientAlone() {
        assertThatThrownBy(() -> start(NodeType.PROPOSER, 0, 300, KeyRing.of(one).forClients()))
                .hasMessageContaining("cluster key");
        cluster.meet(proposer, acceptor);
        SealKey client = one.forClients();
        // As a proposer, sealed with the only keys that a client key gives.
        DatagramCipher cipher = Objects.requireNonNull(new SenderKeys(TestCluster.CLUSTER)
                .cipher(client, NodeType.PROPOSER, 1, 200, NodeType.CLIENT));
        receive(sealed(NodeType.PROPOSER, 1, 200, cipher, new Heartbeat(ballot(200), 9), 1_000_000));
        assertThat(rejected(RejectReason.SEAL)).isEqualTo(1);
        assertThat(acceptor.role().heard).isEmpty();
    }

    @Test
    void whoHoldsAClientKeyCannotPrepareAcceptVoteTrimOrRegisterAsAnAcceptor() {
        TestCluster.Host client = start(NodeType.CLIENT, 0, 900, KeyRing.of(one).forClients());
        cluster.meet(client, acceptor);
        Ballot own = new Ballot(1, 0, 900);
        StorageId storage = new StorageId(7, 7);
        LogId log = new LogId(7);
        List<Message> forbidden = List.of(
                new Prepare(own, 1, LogId.UNKNOWN), new Accept(own, 1, Bytes.EMPTY), new Heartbeat(own, 9),
                new Promise(own, 1, Promise.NOTHING_ABOVE, List.of(), 0, 0, log, List.of()),
                new Accepted(own, 1, 0, null), new Trimmed(1), new Report(storage, log, 1, List.of()),
                new TrimRequest(1), new Form(storage), new Rejoin(storage));
        for (Message message : forbidden) {
            long before = rejected(RejectReason.NO_RIGHT);
            client.role().sendNextRound(ACCEPTOR, message);
            cluster.settle();
            assertThat(rejected(RejectReason.NO_RIGHT)).as("%s", message).isEqualTo(before + 1);
        }
        assertThat(acceptor.role().heard).isEmpty();
        // What it may say is heard from it.
        client.role().sendNextRound(ACCEPTOR, new LearnerHi(LogId.UNKNOWN, 0, true));
        cluster.settle();
        assertThat(acceptor.role().messages()).containsExactly(new LearnerHi(LogId.UNKNOWN, 0, true));
    }

    @Test
    void keysAreRotatedInThreeStepsWhileAllGoOn() {
        cluster.meet(proposer, acceptor);
        long watermark = 0;
        for (KeyRing step : List.of(KeyRing.of(one, two), KeyRing.of(two, one), KeyRing.of(two))) {
            for (TestCluster.Host host : List.of(proposer, acceptor)) {
                host.node.execute((_, _) -> host.node.useKeys(step), cluster.now);
                say(proposer, ++watermark);
                cluster.settle();
                assertThat(heardWatermarks()).last().isEqualTo(watermark);
            }
            assertThat(acceptor.node.keyIdOf(proposer.name)).isEqualTo(step.sending().id());
        }
        assertThat(heardWatermarks()).hasSize((int) watermark);
        assertThat(acceptor.node.counters().underOtherKey()).as("while only the proposer sealed with the new one")
                .isEqualTo(1);
        // One that was away meanwhile is not heard, and is once it has the key too.
        TestCluster.Host late = start(NodeType.PROPOSER, 0, 300, KeyRing.of(one));
        sayAsProposer(late);
        assertThat(rejected(RejectReason.KEY_ID)).isPositive();
        late.node.execute((_, _) -> late.node.useKeys(KeyRing.of(two)), cluster.now);
        sayAsProposer(late);
        sayAsProposer(late);
        assertThat(acceptor.role().heard.getLast().from().incarnation()).isEqualTo(300);
    }

    @Test
    void aNodeThatBeganInPlainTextTakesNoKeys() {
        TestCluster.Host plain = start(NodeType.ACCEPTOR, 1, 101, null);
        assertThatThrownBy(() -> plain.node.useKeys(KeyRing.of(one))).hasMessageContaining("began without keys");
    }

    /** To derive a key costs time, which strangers do not get without end; whoever is known is heard all the same. */
    @Test
    void strangersWithoutAKeyTakeLittleTime() {
        cluster.meet(proposer, acceptor);
        DatagramCipher foreign = Objects.requireNonNull(new SenderKeys(TestCluster.CLUSTER)
                .cipher(SealKey.draw(1, new SecureRandom()), NodeType.PROPOSER, 0, 1, NodeType.ACCEPTOR));
        for (int i = 1; i <= 10_000; i++) {
            receive(sealed(NodeType.PROPOSER, 0, 1_000 + i, foreign, new Heartbeat(ballot(1_000 + i), 9), i));
        }
        assertThat(rejected(RejectReason.SEAL)).isEqualTo(256);
        assertThat(rejected(RejectReason.NOT_TRIED)).isEqualTo(10_000 - 256);
        say(proposer, 3);
        cluster.settle();
        assertThat(heardWatermarks()).containsExactly(3L);
    }

    /** Nor does who names a life that is known, and either key of the ring, in turn: for each a key is derived once. */
    @Test
    void whoNamesAKnownLifeTakesNoTimeEither() {
        Seals seals = new Seals(settings(NodeType.ACCEPTOR, 0, 100, KeyRing.of(one, two)));
        Peer known = new Peer(proposer.name);
        known.enter(200, 0);
        DatagramReader reader = new DatagramReader(TestCluster.CLUSTER, LAYOUT);
        reader.expectSealed(true);
        @Nullable DatagramCipher[] kept = {};
        for (int i = 1; i <= 100; i++) {
            SealKey foreign = SealKey.draw(1 + i % 2, new SecureRandom());
            DatagramCipher cipher = Objects.requireNonNull(new SenderKeys(TestCluster.CLUSTER)
                    .cipher(foreign, NodeType.PROPOSER, 1, 200, NodeType.ACCEPTOR));
            byte[] forged = sealed(NodeType.PROPOSER, 1, 200, cipher, new Heartbeat(ballot(200), 9), i);
            assertThat(reader.readHeader(ByteBuffer.wrap(forged))).isNull();
            assertThat(seals.open(reader, known, cluster.now)).isEqualTo(RejectReason.SEAL);
            kept = i == 2 ? known.openers.clone() : kept;
        }
        assertThat(known.openers).containsExactly(kept).doesNotContainNull();
    }

    private TestCluster.Host start(NodeType type, int id, long incarnation, @Nullable KeyRing keys) {
        return cluster.start(settings(type, id, incarnation, keys));
    }

    private static NodeSettings settings(NodeType type, int id, long incarnation, @Nullable KeyRing keys) {
        return NodeSettings.of(type, id, incarnation, TestCluster.CLUSTER, LAYOUT, TestCluster.DATAGRAM_BYTES)
                .withHeapBuffers()
                .withKeys(keys);
    }

    private void say(TestCluster.Host host, long watermark) {
        host.role().sendNextRound(ACCEPTOR, new Heartbeat(ballot(host.node.settings().incarnation()), watermark));
    }

    private static Ballot ballot(long incarnation) {
        return new Ballot(1, 1, incarnation);
    }

    private void receive(byte[] datagram) {
        acceptor.node.receive(ByteBuffer.wrap(datagram), SOMEWHERE, cluster.now);
    }

    private static byte[] sealed(NodeType type, int id, long incarnation, DatagramCipher cipher, Message message,
            long sequence) {
        DatagramWriter writer = new DatagramWriter(
                new SenderHeader(TestCluster.CLUSTER, type, id, incarnation), ByteBuffer.allocate(1_472));
        writer.append(message, MessageSize.of(message));
        ByteBuffer finished = writer.finishSealed(sequence, cipher, DatagramCipher.receiverBytes(ACCEPTOR));
        byte[] bytes = new byte[finished.remaining()];
        finished.get(bytes);
        return bytes;
    }

    private List<Long> heardWatermarks() {
        return acceptor.role().messages().stream().map(message -> ((Heartbeat) message).watermark()).toList();
    }

    private long rejected(RejectReason reason) {
        return acceptor.node.counters().rejected(reason);
    }
}
