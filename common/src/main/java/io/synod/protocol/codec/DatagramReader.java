package io.synod.protocol.codec;

import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.message.Message;
import io.synod.protocol.seal.DatagramCipher;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Judges and decodes datagrams, one after the other; what it answers about a datagram holds until the next. No bytes make it
 * throw. Not thread-safe.
 */
public final class DatagramReader {

    private static final int BYTES_MIN = DatagramLayout.HEADER_BYTES + DatagramLayout.FRAME_BYTES;

    private final long clusterId;
    private final MessageDecoder decoder;
    private final WireReader reader = new WireReader();
    private final CRC32C crc = new CRC32C();
    private final List<Message> messages = new ArrayList<>();

    private boolean sealedExpected;
    private byte[] sealed = new byte[0];
    private ByteBuffer opened = ByteBuffer.allocate(0);
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;
    private int end;
    private NodeType senderType = NodeType.CLIENT;
    private int[] fragments = new int[8];
    private int fragmentCount;

    /**
     * Makes a reader.
     *
     * @param clusterId the cluster whose datagrams are accepted
     * @param layout bounds the ids that messages may name
     */
    public DatagramReader(long clusterId, ClusterLayout layout) {
        this.clusterId = clusterId;
        this.decoder = new MessageDecoder(layout);
    }

    /** From now on takes sealed datagrams alone, or those in plain text alone, as at first. */
    public void expectSealed(boolean expected) {
        sealedExpected = expected;
        if (expected && sealed.length == 0) {
            sealed = new byte[ProtocolLimits.DATAGRAM_BYTES_MAX];
            opened = ByteBuffer.allocate(ProtocolLimits.DATAGRAM_BYTES_MAX);
        }
    }

    /**
     * Judges the header of a datagram, and the check if it is in plain text. A sealed one must be {@link #open opened} before
     * anything of it is read but the header, of which nothing is sure until then.
     *
     * @param datagram the bytes from position to limit; both are left as they are, the byte order becomes big-endian. They
     *     must not change while the datagram is read
     * @return null if acceptable, or the reason why not
     */
    public @Nullable RejectReason readHeader(ByteBuffer datagram) {
        buffer = datagram.order(ByteOrder.BIG_ENDIAN);
        start = datagram.position();
        messages.clear();
        fragmentCount = 0;
        int length = datagram.remaining();
        int checkBytes = sealedExpected ? DatagramCipher.TAG_BYTES : DatagramLayout.CHECK_BYTES;
        end = start + length - checkBytes;
        if (length < BYTES_MIN + checkBytes) {
            return RejectReason.TOO_SHORT;
        }
        if (length > ProtocolLimits.DATAGRAM_BYTES_MAX) {
            return RejectReason.TOO_LONG;
        }
        if (datagram.getInt(start + DatagramLayout.MAGIC_AT) != DatagramLayout.MAGIC) {
            return RejectReason.MAGIC;
        }
        if (datagram.get(start + DatagramLayout.VERSION_AT) != DatagramLayout.VERSION) {
            return RejectReason.VERSION;
        }
        RejectReason rejected = judgeFlags(datagram.get(start + DatagramLayout.FLAGS_AT));
        if (rejected != null) {
            return rejected;
        }
        if (datagram.getLong(start + DatagramLayout.CLUSTER_ID_AT) != clusterId) {
            return RejectReason.CLUSTER;
        }
        if (sealedExpected == (keyId() == DatagramLayout.KEY_NONE)) {
            return RejectReason.KEY_ID;
        }
        if (!sealedExpected && datagram.getInt(end) != checkOf(datagram)) {
            return RejectReason.CHECKSUM;
        }
        int typeCode = datagram.get(start + DatagramLayout.SENDER_TYPE_AT);
        if (!NodeType.isCode(typeCode)) {
            return RejectReason.SENDER_TYPE;
        }
        senderType = NodeType.ofCode(typeCode);
        return incarnation() == 0 || sequence() < 1 ? RejectReason.HEADER_FIELD : null;
    }

    private @Nullable RejectReason judgeFlags(int flags) {
        return switch (flags) {
            case DatagramLayout.FLAGS_NONE -> sealedExpected ? RejectReason.UNSEALED : null;
            case DatagramLayout.FLAG_SEALED -> sealedExpected ? null : RejectReason.SEALED;
            default -> RejectReason.FLAGS;
        };
    }

    /**
     * Opens a sealed datagram whose header was acceptable; all that is read from then on is what its sender wrote.
     *
     * @param cipher that of the sender whom the header names
     * @param receiver this node, as {@link DatagramCipher#receiverBytes} says
     * @return whether it opens
     */
    public boolean open(DatagramCipher cipher, byte[] receiver) {
        int length = end - start + DatagramCipher.TAG_BYTES;
        // The cipher is fast on arrays alone, and opens from one into another.
        buffer.get(start, sealed, 0, length);
        if (!cipher.open(sealed, DatagramLayout.HEADER_BYTES, end - start, sequence(), receiver, opened.array())) {
            return false;
        }
        opened.put(0, sealed, 0, DatagramLayout.HEADER_BYTES);
        end -= start;
        start = 0;
        buffer = opened;
        return true;
    }

    private int checkOf(ByteBuffer datagram) {
        int limit = datagram.limit();
        datagram.limit(end);
        crc.reset();
        crc.update(datagram);
        datagram.limit(limit).position(start);
        return (int) crc.getValue();
    }

    /** The id of the key that a datagram says it is sealed with; 0 for none. */
    public int keyId() {
        return buffer.get(start + DatagramLayout.KEY_ID_AT) & 0xFF;
    }

    public NodeType senderType() {
        return senderType;
    }

    /** The sender's id, any number. */
    public int senderId() {
        return buffer.getInt(start + DatagramLayout.SENDER_ID_AT);
    }

    /** The sender's incarnation, not 0. */
    public long incarnation() {
        return buffer.getLong(start + DatagramLayout.INCARNATION_AT);
    }

    /** The datagram's sequence, 1 or more. */
    public long sequence() {
        return buffer.getLong(start + DatagramLayout.SEQUENCE_AT);
    }

    /**
     * Decodes all messages and fragments of a datagram whose header was acceptable.
     *
     * @return null if all of it is acceptable, or the reason why none of it is
     */
    public @Nullable RejectReason readMessages() {
        RejectReason rejected = readFrames();
        if (rejected != null) {
            messages.clear();
            fragmentCount = 0;
        }
        return rejected;
    }

    private @Nullable RejectReason readFrames() {
        int position = start + DatagramLayout.HEADER_BYTES;
        while (position < end) {
            if (end - position < DatagramLayout.FRAME_BYTES) {
                return RejectReason.MESSAGE_LENGTH;
            }
            int typeCode = buffer.get(position);
            int length = buffer.getShort(position + 1) & 0xFFFF;
            int body = position + DatagramLayout.FRAME_BYTES;
            if (length > end - body) {
                return RejectReason.MESSAGE_LENGTH;
            }
            RejectReason rejected =
                    typeCode == MessageType.FRAGMENT_CODE ? readFragment(body, length)
                            : readMessage(typeCode, body, length);
            if (rejected != null) {
                return rejected;
            }
            position = body + length;
        }
        return null;
    }

    private @Nullable RejectReason readMessage(int typeCode, int body, int length) {
        MessageType type = MessageType.ofCode(typeCode);
        if (type == null) {
            return RejectReason.MESSAGE_TYPE;
        }
        reader.reset(buffer, body, body + length);
        Message message = decoder.decode(type, reader);
        if (message == null) {
            return reader.rejected();
        }
        messages.add(message);
        return null;
    }

    private @Nullable RejectReason readFragment(int body, int length) {
        if (length <= DatagramLayout.FRAGMENT_HEADER_BYTES) {
            return RejectReason.FRAGMENT;
        }
        int messageBytes = buffer.getInt(body + 8);
        int chunkBytes = buffer.getShort(body + 12) & 0xFFFF;
        int index = buffer.getInt(body + 14);
        if (messageBytes < 1
                || messageBytes > 1 + ProtocolLimits.MESSAGE_BYTES_MAX
                || chunkBytes < DatagramLayout.CHUNK_BYTES_MIN
                || index < 0
                || index >= DatagramLayout.chunkCount(messageBytes, chunkBytes)
                || length - DatagramLayout.FRAGMENT_HEADER_BYTES
                        != Math.min(chunkBytes, messageBytes - index * chunkBytes)) {
            return RejectReason.FRAGMENT;
        }
        if (fragmentCount == fragments.length) {
            fragments = Arrays.copyOf(fragments, 2 * fragmentCount);
        }
        fragments[fragmentCount++] = body;
        return null;
    }

    /** Whether the datagram is shorter than one that holds nothing but a message. */
    public boolean isShorterThan(Message message) {
        return end - start < BYTES_MIN + MessageSize.of(message);
    }

    /** The messages of the datagram, in order; the list is used again for the next. */
    public List<Message> messages() {
        return messages;
    }

    /** How many fragments the datagram holds, beside its messages. */
    public int fragmentCount() {
        return fragmentCount;
    }

    /**
     * Decodes a message joined from fragments.
     *
     * @param joined its type, then its body; what is decoded shares its array
     * @return null if acceptable, and {@link #messages} then holds this message alone, or the reason why not
     */
    public @Nullable RejectReason readJoined(Bytes joined) {
        messages.clear();
        MessageType type = MessageType.ofCode(joined.at(0));
        if (type == null) {
            return RejectReason.MESSAGE_TYPE;
        }
        reader.reset(joined.slice(1, joined.length() - 1));
        Message message = decoder.decode(type, reader);
        if (message == null) {
            return reader.rejected();
        }
        messages.add(message);
        return null;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    long fragmentHash(int fragment) {
        return buffer.getLong(fragments[fragment]);
    }

    /** The length of the message that a fragment belongs to, its type included. */
    public int fragmentMessageBytes(int fragment) {
        return buffer.getInt(fragments[fragment] + 8);
    }

    int fragmentChunkBytes(int fragment) {
        return buffer.getShort(fragments[fragment] + 12) & 0xFFFF;
    }

    int fragmentIndex(int fragment) {
        return buffer.getInt(fragments[fragment] + 14);
    }

    int fragmentBytesAt(int fragment) {
        return fragments[fragment] + DatagramLayout.FRAGMENT_HEADER_BYTES;
    }
}
