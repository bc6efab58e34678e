package io.synod.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Forward;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Submit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FragmentTests {

    private static final int DATAGRAM_BYTES = 1_472;

    private final Random random = new Random(3);
    private final DatagramReader reader =
            new DatagramReader(77, new ClusterLayout(Quorums.ACCEPTORS_MAX, 3, 2, false));
    private Reassembler reassembler = new Reassembler(16, 64L << 20, 1_000);
    private NodeId sender = NodeId.of(NodeType.PROPOSER, 0);
    private long now;
    private Reassembler.Outcome lastOutcome = Reassembler.Outcome.INCOMPLETE;

    @Test
    void aMebibyteUnderThirtyPercentLossIsThereAfterAHandfulOfRepeats() {
        int repeatsMax = 0;
        for (int run = 0; run < 20; run++) {
            Accept accept = accept(1 << 20);
            LargeMessage large = encode(accept);
            int repeats = 0;
            List<Message> received = new ArrayList<>();
            while (received.isEmpty()) {
                repeats++;
                now += 60_000_000;
                for (ByteBuffer datagram : sending(large, acceptor(0))) {
                    if (random.nextInt(10) >= 3) {
                        received.addAll(receive(datagram));
                    }
                }
            }
            assertThat(received).containsExactly(accept);
            repeatsMax = Math.max(repeatsMax, repeats);
        }
        // The chance that one of 741 fragments is lost ten times in a row is 0.4 %.
        assertThat(repeatsMax).isBetween(2, 10);
    }

    @Test
    void aReceiveBufferThatHoldsATenthOfTheFragmentsDoesNotLoseTheSameOnesAlways() {
        Accept accept = accept(1 << 20);
        LargeMessage large = encode(accept);
        int repeats = 0;
        List<Message> received = new ArrayList<>();
        while (received.isEmpty()) {
            repeats++;
            List<ByteBuffer> sending = sending(large, acceptor(0));
            for (ByteBuffer datagram : sending.subList(0, sending.size() / 10)) {
                received.addAll(receive(datagram));
            }
        }
        assertThat(repeats).isBetween(10, 30);
    }

    @Test
    void fragmentsOfTheSameMessageFromTwoSendersCompleteEachOther() {
        Accept accept = accept(10_000);
        List<ByteBuffer> first = sending(encode(accept), acceptor(0));
        List<ByteBuffer> second = sending(encode(accept), acceptor(1));
        assertThat(first).hasSameSizeAs(second).hasSizeGreaterThan(5);
        List<Message> received = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            received.addAll(receive(i % 2 == 0 ? first.get(i) : second.get(i)));
        }
        assertThat(received).containsExactly(accept);
    }

    /** S5: a client that sends a wrong chunk under the name of a leader's message neither completes that nor spoils it. */
    @Test
    void aClientsFragmentsCompleteItsOwnMessagesAlone() {
        Accept accept = accept(4_000);
        LargeMessage large = encode(accept);
        NodeId proposer = sender;
        sender = NodeId.client(666);
        ByteBuffer wrong = sending(large, acceptor(0)).getLast();
        wrong.put(100, (byte) (wrong.get(100) + 1));
        checked(wrong);
        receive(wrong);

        sender = proposer;
        List<Message> received = new ArrayList<>();
        sending(large, acceptor(0)).forEach(datagram -> received.addAll(receive(datagram)));
        assertThat(received).containsExactly(accept);
        assertThat(reassembler.messages()).as("the client's is still incomplete").isEqualTo(1);
    }

    @Test
    void fragmentsOfDifferentMessagesAreNeverMixed() {
        List<Message> sent = new ArrayList<>();
        List<ByteBuffer> datagrams = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Accept accept = accept(20_000);
            sent.add(accept);
            datagrams.addAll(sending(encode(accept), acceptor(0)));
        }
        Collections.shuffle(datagrams, random);
        List<Message> received = new ArrayList<>();
        datagrams.forEach(datagram -> received.addAll(receive(datagram)));
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(reassembler.messages()).isZero();
        assertThat(reassembler.bytes()).isZero();
    }

    @Test
    void aRepeatedFragmentCountsOnce() {
        List<ByteBuffer> datagrams = sending(encode(accept(4_000)), acceptor(0));
        for (int i = 0; i < 10; i++) {
            assertThat(receive(datagrams.getFirst())).isEmpty();
        }
        assertThat(reassembler.messages()).isEqualTo(1);
    }

    @Test
    void aMessageWhoseHashDoesNotMatchIsDroppedAndTheNextSendingGetsThrough() {
        Accept accept = accept(4_000);
        List<ByteBuffer> datagrams = sending(encode(accept), acceptor(0));
        ByteBuffer forged = datagrams.get(1);
        forged.put(100, (byte) (forged.get(100) + 1));
        checked(forged);
        for (ByteBuffer datagram : datagrams) {
            assertThat(receive(datagram)).isEmpty();
        }
        assertThat(lastOutcome).isEqualTo(Reassembler.Outcome.HASH_MISMATCH);
        assertThat(reassembler.bytes()).isZero();
        List<Message> received = new ArrayList<>();
        sending(encode(accept), acceptor(0)).forEach(datagram -> received.addAll(receive(datagram)));
        assertThat(received).containsExactly(accept);
    }

    private static ByteBuffer claim(Random random, int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return sending(encode(new Submit(1, Bytes.wrap(value))), acceptor(0)).getFirst();
    }

    @Test
    void theClaimsOfOneClientStarveNobody() {
        Accept accept = accept(1 << 20);
        Submit submit = new Submit(9, Bytes.wrap(new byte[1 << 20]));
        List<ByteBuffer> ofProposer = sending(encode(accept), acceptor(1));
        List<ByteBuffer> ofClient = sending(encode(submit), acceptor(2));
        List<ByteBuffer> claims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            claims.add(claim(random, i % 2 == 0 ? 16 << 20 : 4_000));
        }
        List<Message> received = new ArrayList<>();
        for (int i = 0; i < ofProposer.size(); i++) {
            sender = NodeId.client(666);
            assertThat(receive(claims.get(i % claims.size()))).isEmpty();
            sender = NodeId.of(NodeType.PROPOSER, 0);
            received.addAll(receive(ofProposer.get(i)));
            sender = NodeId.client(7);
            received.addAll(receive(ofClient.get(i)));
        }
        assertThat(received).containsExactlyInAnyOrder(accept, submit);
    }

    @Test
    void clientsTogetherLeaveHalfOfTheRoomToTheNodesOfTheCluster() {
        for (int client = 1; client <= 6; client++) {
            sender = NodeId.client(client);
            receive(claim(random, 8 << 20));
        }
        assertThat(lastOutcome).isEqualTo(Reassembler.Outcome.NO_ROOM);
        assertThat(reassembler.bytes()).isLessThanOrEqualTo(32L << 20);
        now += 1_000_000_001;
        assertThat(receive(claim(random, 8 << 20))).isEmpty();
        assertThat(lastOutcome).as("what nobody sends any more makes room").isEqualTo(Reassembler.Outcome.INCOMPLETE);
    }

    @Test
    void beyondTheBoundTheMessageUntouchedForLongestGoes() {
        reassembler = new Reassembler(2, 64L << 20, 1_000);
        Accept untouched = accept(4_000);
        Accept touched = accept(4_000);
        List<ByteBuffer> ofUntouched = sending(encode(untouched), acceptor(0));
        List<ByteBuffer> ofTouched = sending(encode(touched), acceptor(0));
        receive(ofTouched.get(0));
        receive(ofUntouched.get(0));
        now += 50_000_001;
        receive(ofTouched.get(1));
        receive(sending(encode(accept(4_000)), acceptor(0)).getFirst());
        assertThat(reassembler.messages()).isEqualTo(2);
        assertThat(reassembler.dropped()).isEqualTo(1);
        assertThat(receive(ofTouched.get(2))).containsExactly(touched);
    }

    /** What a sender sends at once arrives interleaved: if each fragment threw another message out, none would be completed. */
    @Test
    void whatIsSentAtOnceBeyondTheRoomIsCompletedAsFarAsThereIsRoom() {
        reassembler = new Reassembler(2, 64L << 20, 1_000);
        List<Accept> accepts = List.of(accept(4_000), accept(4_000), accept(4_000));
        List<List<ByteBuffer>> sent = accepts.stream().map(accept -> sending(encode(accept), acceptor(0))).toList();
        List<Message> received = new ArrayList<>();
        for (int chunk = 0; chunk < sent.getFirst().size(); chunk++) {
            for (List<ByteBuffer> datagrams : sent) {
                received.addAll(receive(datagrams.get(chunk)));
            }
        }
        assertThat(received).containsExactly(accepts.get(0), accepts.get(1));
    }

    @Test
    void bytesSetAsideStayWithinTheBound() {
        long bytesMax = ProtocolLimits.MESSAGE_BYTES_MAX;
        reassembler = new Reassembler(1_000, bytesMax, 1_000);
        for (int i = 0; i < 100; i++) {
            now += 50_000_001;
            receive(sending(encode(accept(1 << 20)), acceptor(0)).getFirst());
            assertThat(reassembler.bytes()).isLessThanOrEqualTo(bytesMax);
        }
        assertThat(reassembler.messages()).isEqualTo(16);
    }

    @Test
    void aMessageOfWhichNoFragmentCameForLongIsGivenUp() {
        receive(sending(encode(accept(4_000)), acceptor(0)).getFirst());
        reassembler.expire(1_000);
        assertThat(reassembler.messages()).isEqualTo(1);
        reassembler.expire(1_001);
        assertThat(reassembler.messages()).isZero();
        assertThat(reassembler.dropped()).isEqualTo(1);
    }

    @Test
    void theLargestMessageGoesThroughAndALargerOneIsRefusedLoudly() {
        Submit largest = new Submit(1, Bytes.wrap(new byte[ProtocolLimits.MESSAGE_BYTES_MAX - 8]));
        List<Message> received = new ArrayList<>();
        sending(encode(largest), acceptor(0)).forEach(datagram -> received.addAll(receive(datagram)));
        assertThat(received).containsExactly(largest);

        Submit larger = new Submit(1, Bytes.wrap(new byte[ProtocolLimits.MESSAGE_BYTES_MAX - 7]));
        assertThatThrownBy(() -> encode(larger))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SUBMIT")
                .hasMessageContaining(String.valueOf(ProtocolLimits.MESSAGE_BYTES_MAX));
    }

    /** Whoever takes the largest batch in one of these messages can say it on in each of the others. */
    @Test
    void theLargestBatchGoesThroughInEveryMessageThatCarriesItAndALargerOneInNone() {
        for (Message largest : carriersOf(Bytes.wrap(new byte[ProtocolLimits.BATCH_BYTES_MAX]))) {
            List<Message> received = new ArrayList<>();
            sending(encode(largest), acceptor(0)).forEach(datagram -> received.addAll(receive(datagram)));
            assertThat(received).as("%s", largest.getClass()).hasSize(1);
            assertThat(received.getFirst().equals(largest)).isTrue();
        }
        for (Message larger : carriersOf(Bytes.wrap(new byte[ProtocolLimits.BATCH_BYTES_MAX + 1]))) {
            LargeMessage large = encode(larger);
            ByteBuffer joined = ByteBuffer.allocate(large.length());
            large.writeTo(joined, 0, large.length());
            assertThat(reader.readJoined(Bytes.wrap(joined.array()))).as("%s", larger.getClass())
                    .isEqualTo(RejectReason.MESSAGE_FIELD);
        }
    }

    private static List<Message> carriersOf(Bytes batch) {
        Ballot ballot = new Ballot(1, 0, 5);
        return List.of(
                new Forward(1, 1, batch),
                new Accept(ballot, 7, batch),
                new Accepted(ballot, 7, 0, batch),
                new Promise(ballot, 7, 7, List.of(new AcceptedEntry(7, ballot, batch)), 0, 0, new LogId(1),
                        Collections.nCopies(Quorums.ACCEPTORS_MAX, new StorageId(1, 1))));
    }

    @Test
    void sendingsBeginAtFragmentsSpreadEvenly() {
        LargeMessage large = new LargeMessage();
        BitSet starts = new BitSet();
        for (int i = 0; i < 200; i++) {
            int start = large.nextStart(100);
            assertThat(start).isBetween(0, 99);
            starts.set(start);
        }
        assertThat(starts.cardinality()).isGreaterThan(90);
    }

    private Accept accept(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return new Accept(new Ballot(1, 0, 5), 7, Bytes.wrap(value));
    }

    /** Makes the check at the end fit again. */
    private static void checked(ByteBuffer datagram) {
        CRC32C crc = new CRC32C();
        crc.update(datagram.duplicate().limit(datagram.limit() - 4));
        datagram.putInt(datagram.limit() - 4, (int) crc.getValue());
    }

    private static SenderHeader acceptor(int id) {
        return new SenderHeader(77, NodeType.ACCEPTOR, id, 1 + id);
    }

    private static LargeMessage encode(Message message) {
        LargeMessage large = new LargeMessage();
        large.encode(message, MessageSize.of(message));
        return large;
    }

    private static List<ByteBuffer> sending(LargeMessage large, SenderHeader sender) {
        List<ByteBuffer> datagrams = new ArrayList<>();
        DatagramWriter writer = new DatagramWriter(sender, ByteBuffer.allocate(DATAGRAM_BYTES));
        int count = writer.fragmentCount(large);
        int start = large.nextStart(count);
        for (int i = 0; i < count; i++) {
            writer.begin();
            writer.appendFragment(large, (start + i) % count);
            ByteBuffer datagram = writer.finish(i + 1);
            datagrams.add(ByteBuffer.allocate(datagram.remaining()).put(datagram).flip());
        }
        return datagrams;
    }

    private List<Message> receive(ByteBuffer datagram) {
        assertThat(reader.readHeader(datagram)).isNull();
        assertThat(reader.readMessages()).isNull();
        assertThat(reader.fragmentCount()).isEqualTo(1);
        lastOutcome = reassembler.add(reader, 0, sender, now);
        if (lastOutcome != Reassembler.Outcome.JOINED) {
            return List.of();
        }
        assertThat(reader.readJoined(reassembler.joined())).isNull();
        return List.copyOf(reader.messages());
    }
}
