package io.synod.protocol.codec;

import io.synod.protocol.message.Message;
import io.synod.protocol.seal.DatagramCipher;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Builds datagrams, one after the other, in one buffer. Not thread-safe. */
public final class DatagramWriter {

    private final SenderHeader sender;
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();

    /**
     * Makes a writer of datagrams as large as its buffer.
     *
     * @param buffer at least {@link io.synod.protocol.ProtocolLimits#DATAGRAM_BYTES_MIN} bytes; on the heap, with all of its
     *     array, where datagrams are to be sealed
     */
    public DatagramWriter(SenderHeader sender, ByteBuffer buffer) {
        this.sender = sender;
        this.buffer = buffer.order(ByteOrder.BIG_ENDIAN);
        begin();
    }

    /** Begins a new datagram; what was written before is gone. */
    public void begin() {
        // What does not change from one datagram to the next stands there already, but 36 bytes are cheaper written than
        // reasoned about.
        buffer.clear();
        buffer.putInt(DatagramLayout.MAGIC)
                .put((byte) DatagramLayout.VERSION)
                .put((byte) DatagramLayout.FLAGS_NONE)
                .put((byte) DatagramLayout.KEY_NONE)
                .put((byte) sender.type().code())
                .putLong(sender.clusterId())
                .putLong(sender.incarnation())
                .putLong(0)
                .putInt(sender.id());
        buffer.limit(buffer.capacity() - DatagramLayout.CHECK_BYTES_MAX);
    }

    public boolean isEmpty() {
        return buffer.position() == DatagramLayout.HEADER_BYTES;
    }

    /**
     * Adds a message if there is room.
     *
     * @param size its {@link MessageSize}
     * @return whether there was room
     */
    public boolean append(Message message, int size) {
        if (buffer.remaining() < DatagramLayout.FRAME_BYTES + size) {
            return false;
        }
        buffer.put((byte) MessageType.of(message).code()).putShort((short) size);
        MessageEncoder.encode(message, buffer);
        return true;
    }

    /** Adds a part of a large message to an empty datagram. */
    public void appendFragment(LargeMessage large, int index) {
        int chunkBytes = DatagramLayout.chunkOf(buffer.capacity());
        int from = index * chunkBytes;
        int length = Math.min(chunkBytes, large.length() - from);
        buffer.put((byte) MessageType.FRAGMENT_CODE)
                .putShort((short) (DatagramLayout.FRAGMENT_HEADER_BYTES + length))
                .putLong(large.hash())
                .putInt(large.length())
                .putShort((short) chunkBytes)
                .putInt(index);
        large.writeTo(buffer, from, length);
    }

    /** How many fragments carry a large message. */
    public int fragmentCount(LargeMessage large) {
        return DatagramLayout.chunkCount(large.length(), DatagramLayout.chunkOf(buffer.capacity()));
    }

    /** Returns the size of the largest message that fits into an empty datagram. */
    public static int messageBytesMax(int datagramBytesMax) {
        return DatagramLayout.roomOf(datagramBytesMax) - DatagramLayout.FRAME_BYTES;
    }

    /** Returns whether a message of this size fits into an empty datagram. */
    public static boolean fits(int size, int datagramBytesMax) {
        return size <= messageBytesMax(datagramBytesMax);
    }

    /** Completes the datagram in plain text and returns it, from position to limit, until {@link #begin} is called. */
    public ByteBuffer finish(long sequence) {
        int end = buffer.position();
        buffer.putLong(DatagramLayout.SEQUENCE_AT, sequence);
        buffer.position(0).limit(end);
        crc.reset();
        crc.update(buffer);
        buffer.limit(end + DatagramLayout.CHECK_BYTES);
        buffer.putInt(end, (int) crc.getValue());
        return buffer.position(0);
    }

    /**
     * Completes the datagram, seals it, and returns it, from position to limit, until {@link #begin} is called.
     *
     * @param receiver whom it is for, as {@link DatagramCipher#receiverBytes} says
     */
    @SuppressWarnings("ByteBufferBackingArray") // with all of its array, as the constructor asks for
    public ByteBuffer finishSealed(long sequence, DatagramCipher cipher, byte[] receiver) {
        int end = buffer.position();
        buffer.put(DatagramLayout.FLAGS_AT, (byte) DatagramLayout.FLAG_SEALED)
                .put(DatagramLayout.KEY_ID_AT, (byte) cipher.keyId())
                .putLong(DatagramLayout.SEQUENCE_AT, sequence);
        cipher.seal(buffer.array(), DatagramLayout.HEADER_BYTES, end, sequence, receiver);
        return buffer.position(0).limit(end + DatagramCipher.TAG_BYTES);
    }
}
