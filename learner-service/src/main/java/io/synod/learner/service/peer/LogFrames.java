package io.synod.learner.service.peer;

import io.synod.protocol.Bytes;
import io.synod.protocol.ProtocolLimits;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decided batches as they go from one learner to another: for each the instance, 8, a check, 8, the length, 4, all big-endian,
 * and the bytes. The check covers instance and bytes, so that what is cut, garbled or out of place is told from what was sent.
 */
final class LogFrames {

    /** What a frame has beside the bytes of its batch. */
    static final int HEADER_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private LogFrames() {}

    private static long check(long instance, Bytes batch) {
        return batch.checksum() ^ Long.rotateLeft(instance, 40);
    }

    static void write(long instance, Bytes batch, DataOutputStream out) throws IOException {
        out.writeLong(instance);
        out.writeLong(check(instance, batch));
        out.writeInt(batch.length());
        out.write(batch.toByteArray());
    }

    /**
     * Reads the next batch.
     *
     * @param instance the one that must come
     * @return null at the end of what was sent
     * @throws IOException if what comes is cut, garbled or another instance
     */
    static @Nullable Bytes read(long instance, DataInputStream in) throws IOException {
        InputStream source = in;
        source.mark(1);
        if (source.read() < 0) {
            return null;
        }
        source.reset();
        long named = in.readLong();
        long check = in.readLong();
        int length = in.readInt();
        if (named != instance || length < 0 || length > ProtocolLimits.MESSAGE_BYTES_MAX) {
            throw new IOException("a frame of instance " + named + " and " + length + " bytes came where instance "
                    + instance + " was due");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("instance " + instance + " was cut off");
        }
        Bytes batch = Bytes.wrap(bytes);
        if (check(instance, batch) != check) {
            throw new IOException("instance " + instance + " is not as it was sent");
        }
        return batch;
    }
}
