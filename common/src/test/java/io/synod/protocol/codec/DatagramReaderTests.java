package io.synod.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeType;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Repeat;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** S11, F16, F17: every way in which a datagram can be wrong has its own reason. The bytes are pinned here too. */
class DatagramReaderTests {

    private static final long CLUSTER = 0x0102030405060708L;
    private static final SenderHeader SENDER = new SenderHeader(CLUSTER, NodeType.PROPOSER, 1, 0x1112131415161718L);
    private static final Ballot BALLOT = new Ballot(3, 1, 0x1112131415161718L);

    private final DatagramReader reader = new DatagramReader(CLUSTER, Samples.LAYOUT);

    @Test
    void theHeaderHasTheseBytes() {
        assertThat(hex(datagram(new LeaderHint(2))))
                .startsWith("53594e44" + "01" + "00" + "00" + "02" + "0102030405060708" + "1112131415161718"
                        + "0000000000000009" + "00000001" + "16" + "0004" + "00000002")
                .hasSize(2 * (36 + 3 + 4 + 4));
    }

    @Test
    void messagesHaveTheseBytes() {
        String ballot = "0000000000000003" + "00000001" + "1112131415161718";
        assertThat(body(new Prepare(BALLOT, 5, new LogId(0xAB))))
                .isEqualTo("01" + "0024" + ballot + "0000000000000005" + "00000000000000ab");
        assertThat(body(new Accept(BALLOT, 6, Bytes.ofUtf8("abc"))))
                .isEqualTo("03" + "001f" + ballot + "0000000000000006" + "616263");
        assertThat(body(new Accepted(BALLOT, 6, 0x1234, null)))
                .isEqualTo("04" + "0025" + ballot + "0000000000000006" + "0000000000001234" + "00");
        assertThat(body(new Accepted(BALLOT, 6, 0x1234, Bytes.ofUtf8("abc"))))
                .isEqualTo("04" + "0028" + ballot + "0000000000000006" + "0000000000001234" + "01" + "616263");
        assertThat(body(new Repeat(1, 9, true)))
                .isEqualTo("0d" + "0011" + "0000000000000001" + "0000000000000009" + "01");
        assertThat(body(new Promise(
                BALLOT,
                2,
                Promise.NOTHING_ABOVE,
                List.of(new AcceptedEntry(4, BALLOT, Bytes.ofUtf8("xy"))),
                1,
                3,
                new LogId(0xAB),
                List.of(new StorageId(1, 7)))))
                .isEqualTo("02" + "0073" + ballot + "0000000000000002" + "7fffffffffffffff" + "0000000000000001"
                        + "0000000000000003" + "00000000000000ab" + "01" + "0000000000000001" + "0000000000000007"
                        + "00000001" + "0000000000000004" + ballot + "00000002" + "7879");
    }

    @Test
    void theCheckIsTheCrcOfAllBeforeIt() {
        ByteBuffer datagram = datagram(new LeaderHint(2));
        CRC32C crc = new CRC32C();
        crc.update(datagram.duplicate().limit(datagram.limit() - 4));
        assertThat(datagram.getInt(datagram.limit() - 4)).isEqualTo((int) crc.getValue());
    }

    @Test
    void eachFaultOfTheHeaderHasItsReason() {
        ByteBuffer good = datagram(new LeaderHint(2));
        assertThat(judge(good)).isNull();
        assertThat(judge(ByteBuffer.allocate(0))).isEqualTo(RejectReason.TOO_SHORT);
        assertThat(judge(good.duplicate().limit(42))).isEqualTo(RejectReason.TOO_SHORT);
        assertThat(judge(ByteBuffer.allocate(65_508))).isEqualTo(RejectReason.TOO_LONG);
        assertThat(changed(3, 0)).isEqualTo(RejectReason.MAGIC);
        assertThat(changed(4, 2)).isEqualTo(RejectReason.VERSION);
        assertThat(changed(5, 1)).isEqualTo(RejectReason.SEALED);
        assertThat(changed(5, 2)).isEqualTo(RejectReason.FLAGS);
        assertThat(changed(6, 1)).isEqualTo(RejectReason.KEY_ID);
        assertThat(changed(8, 9)).isEqualTo(RejectReason.CLUSTER);
        assertThat(changed(7, 0)).isEqualTo(RejectReason.SENDER_TYPE);
        assertThat(changed(7, 6)).isEqualTo(RejectReason.SENDER_TYPE);
        assertThat(changed(7, -1)).isEqualTo(RejectReason.SENDER_TYPE);
        assertThat(changed(24, -1)).isEqualTo(RejectReason.HEADER_FIELD);
        assertThat(changed(36, 0)).isEqualTo(RejectReason.MESSAGE_TYPE);
        assertThat(changed(38, 3)).isEqualTo(RejectReason.MESSAGE_LENGTH);
        assertThat(changed(38, 5)).isEqualTo(RejectReason.MESSAGE_LENGTH);
    }

    @Test
    void everyCutAndEveryFlippedBitIsNoticed() {
        ByteBuffer good = datagram(new Heartbeat(BALLOT, 12));
        int bits = 8 * good.remaining();
        for (int length = 0; length < good.limit(); length++) {
            assertThat(judge(good.duplicate().limit(length))).isNotNull();
        }
        for (int bit = 0; bit < bits; bit++) {
            ByteBuffer flipped = copy(good);
            flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ (1 << bit % 8)));
            assertThat(judge(flipped)).isNotNull();
        }
        assertThat(bits).isEqualTo(8 * (36 + 3 + 28 + 4));
    }

    @Test
    void fieldsOutOfRangeAreRefused() {
        assertField(new Prepare(BALLOT, 0, LogId.UNKNOWN));
        assertField(new Prepare(Ballot.NONE, 1, LogId.UNKNOWN));
        assertField(new Prepare(new Ballot(1, 3, 9), 1, LogId.UNKNOWN));
        assertField(new Prepare(new Ballot(1, -1, 9), 1, LogId.UNKNOWN));
        assertField(new Prepare(new Ballot(-1, 0, 9), 1, LogId.UNKNOWN));
        assertField(new Prepare(new Ballot(Long.MAX_VALUE, 0, 9), 1, LogId.UNKNOWN));
        assertField(new Accept(BALLOT, -1, Bytes.EMPTY));
        assertField(new Accept(BALLOT, Long.MAX_VALUE, Bytes.EMPTY));
        assertField(new Heartbeat(BALLOT, -1));
        assertField(new LeaderHint(3));
        assertField(new LeaderHint(-2));
        assertField(new Repeat(5, 4, true));
        assertField(new Repeat(0, 4, true));
        assertField(promise(5, 4, List.of()));
        assertField(promise(5, 6, List.of(entry(4))));
        assertField(promise(5, 6, List.of(entry(7))));
        assertField(promise(5, 9, List.of(entry(6), entry(6))));
    }

    @Test
    void aCountThatTheBytesCannotHoldIsRefusedBeforeAnythingIsSetAside() {
        ByteBuffer datagram = datagram(promise(5, 9, List.of()));
        int entryCountAt = datagram.limit() - 4 - 4;
        assertThat(changed(datagram, entryCountAt, 0x7F)).isEqualTo(RejectReason.MESSAGE_LENGTH);
        assertThat(changed(datagram, entryCountAt, 0xFF)).isEqualTo(RejectReason.MESSAGE_LENGTH);
    }

    @Test
    void oneBadMessageRejectsItsWholeDatagram() {
        DatagramWriter writer = new DatagramWriter(SENDER, ByteBuffer.allocate(1_472));
        Message good = new LeaderHint(1);
        Message bad = new LeaderHint(99);
        writer.append(good, MessageSize.of(good));
        writer.append(bad, MessageSize.of(bad));
        assertThat(judge(writer.finish(9))).isEqualTo(RejectReason.MESSAGE_FIELD);
        assertThat(reader.messages()).isEmpty();
    }

    @Test
    void aDatagramInTheMiddleOfABufferIsReadThere() {
        ByteBuffer good = datagram(new LeaderHint(2));
        ByteBuffer around = ByteBuffer.allocateDirect(200).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        around.position(31).put(good.duplicate()).flip().position(31);
        assertThat(judge(around)).isNull();
        assertThat(reader.messages()).containsExactly(new LeaderHint(2));
        assertThat(around.position()).isEqualTo(31);
    }

    private void assertField(Message message) {
        assertThat(judge(datagram(message))).as("%s", message).isEqualTo(RejectReason.MESSAGE_FIELD);
    }

    private static Promise promise(long from, long through, List<AcceptedEntry> entries) {
        return new Promise(BALLOT, from, through, entries, 0, 0, LogId.UNKNOWN, List.of());
    }

    private static AcceptedEntry entry(long instance) {
        return new AcceptedEntry(instance, BALLOT, Bytes.EMPTY);
    }

    private @Nullable RejectReason changed(int at, int value) {
        return changed(datagram(new LeaderHint(2)), at, value);
    }

    private @Nullable RejectReason changed(ByteBuffer datagram, int at, int value) {
        ByteBuffer changed = copy(datagram);
        changed.put(at, (byte) value);
        CRC32C crc = new CRC32C();
        crc.update(changed.duplicate().limit(changed.limit() - 4));
        changed.putInt(changed.limit() - 4, (int) crc.getValue());
        return judge(changed);
    }

    private @Nullable RejectReason judge(ByteBuffer datagram) {
        RejectReason rejected = reader.readHeader(datagram);
        return rejected != null ? rejected : reader.readMessages();
    }

    private static ByteBuffer datagram(Message message) {
        DatagramWriter writer = new DatagramWriter(SENDER, ByteBuffer.allocate(1_472));
        writer.append(message, MessageSize.of(message));
        return copy(writer.finish(9));
    }

    private static ByteBuffer copy(ByteBuffer datagram) {
        return ByteBuffer.allocate(datagram.limit()).put(datagram.duplicate()).flip();
    }

    private static String body(Message message) {
        String hex = hex(datagram(message));
        return hex.substring(72, hex.length() - 8);
    }

    private static String hex(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.limit()];
        datagram.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
