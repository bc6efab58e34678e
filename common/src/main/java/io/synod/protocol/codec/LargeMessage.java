package io.synod.protocol.codec;

import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.message.Message;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a message that does not fit into a datagram, to be carried in fragments. One object serves for one
 * message after the other, and encodes a message that goes to several destinations once. Not thread-safe.
 */
public final class LargeMessage {

    /** Buffers up to this size are kept for the next message. */
    private static final int KEPT_BYTES_MAX = 2 << 20;

    private final ContentHash contentHash = new ContentHash();

    private byte[] array = new byte[0];
    private int length;
    private long hash;
    private @Nullable Message encoded;
    private long sendings;

    /**
     * Encodes a message: its type, then its body.
     *
     * @param size its {@link MessageSize}
     * @throws IllegalArgumentException if it is larger than {@link ProtocolLimits#MESSAGE_BYTES_MAX}: roles make no such
     *     message
     */
    @SuppressWarnings("ReferenceEquality") // the very same message, for the next destination
    public void encode(Message message, int size) {
        if (message == encoded) {
            return;
        }
        if (size > ProtocolLimits.MESSAGE_BYTES_MAX) {
            throw new IllegalArgumentException("a " + MessageType.of(message) + " of " + size
                    + " bytes is larger than the largest message, " + ProtocolLimits.MESSAGE_BYTES_MAX + " bytes");
        }
        length = 1 + size;
        if (array.length < length) {
            array = new byte[length];
        }
        ByteBuffer out = ByteBuffer.wrap(array);
        out.put((byte) MessageType.of(message).code());
        MessageEncoder.encode(message, out);
        hash = contentHash.of(array, length);
        encoded = message;
    }

    /** Forgets the message, and the memory that it took if that was much. */
    public void clear() {
        encoded = null;
        if (array.length > KEPT_BYTES_MAX) {
            array = new byte[0];
        }
    }

    /**
     * Returns the fragment with which the next sending begins. Each begins elsewhere, spread evenly by the golden ratio, so
     * that a receiver whose buffer overflows does not lose the same fragments each time.
     */
    public int nextStart(int fragmentCount) {
        long spread = (sendings++ * 0x9E3779B97F4A7C15L) >>> 32;
        return (int) ((spread * fragmentCount) >>> 32);
    }

    int length() {
        return length;
    }

    long hash() {
        return hash;
    }

    void writeTo(ByteBuffer out, int from, int count) {
        out.put(array, from, count);
    }
}
