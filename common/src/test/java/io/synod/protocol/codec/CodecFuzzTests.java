package io.synod.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.message.Message;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** F16: whatever bytes come, the reader answers, and does not throw. */
class CodecFuzzTests {

    private static final int CLUSTER = 77;

    private final DatagramReader reader = new DatagramReader(CLUSTER, Samples.LAYOUT);
    private final Reassembler reassembler = new Reassembler(64, 40 << 20, 1_000_000);
    private final Map<RejectReason, Integer> reasons = new EnumMap<>(RejectReason.class);
    private int decoded;

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(11);
        byte[] bytes = new byte[256];
        for (int i = 0; i < 500_000; i++) {
            random.nextBytes(bytes);
            read(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)));
        }
        assertThat(decoded).isZero();
        assertThat(reasons.keySet()).isEqualTo(EnumSet.of(RejectReason.TOO_SHORT, RejectReason.MAGIC));
    }

    @Test
    void randomFramesBehindAGoodHeaderNeverThrow() {
        Random random = new Random(12);
        byte[] bytes = new byte[1_472];
        ByteBuffer datagram = ByteBuffer.wrap(bytes);
        for (int i = 0; i < 1_000_000; i++) {
            int length = 43 + random.nextInt(120);
            header(datagram);
            for (int at = 36; at < length - 4; at++) {
                // Small numbers are the likely lengths, counts and types.
                bytes[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(4));
            }
            bytes[36] = (byte) (random.nextInt(8) == 0 ? MessageType.FRAGMENT_CODE : random.nextInt(30));
            bytes[37] = 0;
            if (random.nextInt(4) != 0) {
                bytes[38] = (byte) (length - 43);
            }
            seal(bytes, length);
            read(datagram.clear().limit(length));
        }
        assertThat(decoded).isPositive();
        assertThat(reasons).containsKeys(
                RejectReason.MESSAGE_TYPE,
                RejectReason.MESSAGE_LENGTH,
                RejectReason.MESSAGE_FIELD,
                RejectReason.FRAGMENT);
    }

    @Test
    void mutatedDatagramsNeverThrow() {
        Random random = new Random(13);
        Samples samples = new Samples(random, 60);
        byte[] bytes = new byte[1_472];
        DatagramWriter writer =
                new DatagramWriter(new SenderHeader(CLUSTER, NodeType.LEARNER, 1, 9), ByteBuffer.wrap(bytes));
        LargeMessage large = new LargeMessage();
        for (int i = 0; i < 1_000_000; i++) {
            writer.begin();
            Message message = samples.draw();
            if (random.nextInt(8) == 0) {
                large.encode(message, MessageSize.of(message));
                writer.appendFragment(large, 0);
                large.clear();
            } else {
                writer.append(message, MessageSize.of(message));
            }
            int length = writer.finish(i + 1).limit();
            for (int change = random.nextInt(4); change > 0; change--) {
                bytes[random.nextInt(length)] = (byte) random.nextInt();
            }
            if (random.nextInt(3) == 0) {
                length = random.nextInt(length + 1);
            }
            if (random.nextInt(8) != 0 && length >= 43) {
                seal(bytes, length);
            }
            read(ByteBuffer.wrap(bytes, 0, length));
        }
        assertThat(decoded).isPositive();
        assertThat(reasons.keySet()).contains(RejectReason.CHECKSUM, RejectReason.VERSION, RejectReason.CLUSTER);
    }

    @Test
    void randomJoinedMessagesNeverThrow() {
        Random random = new Random(14);
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(120)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(3));
            }
            bytes[0] = (byte) random.nextInt(30);
            RejectReason rejected = reader.readJoined(Bytes.wrap(bytes));
            assertThat(rejected == null).isEqualTo(reader.messages().size() == 1);
        }
    }

    private void read(ByteBuffer datagram) {
        int position = datagram.position();
        int limit = datagram.limit();
        RejectReason rejected = reader.readHeader(datagram);
        if (rejected == null) {
            rejected = reader.readMessages();
        }
        if (rejected == null) {
            decoded++;
            for (int i = 0; i < reader.fragmentCount(); i++) {
                reassembler.add(reader, i, NodeId.client(1), decoded);
            }
        } else {
            reasons.merge(rejected, 1, Integer::sum);
            if (!reader.messages().isEmpty() || reader.fragmentCount() != 0) {
                throw new AssertionError("a rejected datagram left something behind");
            }
        }
        if (datagram.position() != position || datagram.limit() != limit) {
            throw new AssertionError("the datagram was moved");
        }
    }

    private static void header(ByteBuffer datagram) {
        datagram.clear()
                .putInt(DatagramLayout.MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) NodeType.ACCEPTOR.code())
                .putLong(CLUSTER)
                .putLong(1)
                .putLong(1)
                .putInt(0);
    }

    private static void seal(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length - 4);
        ByteBuffer.wrap(bytes).putInt(length - 4, (int) crc.getValue());
    }
}
