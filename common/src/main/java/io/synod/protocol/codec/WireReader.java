package io.synod.protocol.codec;

import io.synod.protocol.Bytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over bytes from outside. It never throws: what is read beyond the end is zero, and the first thing that does
 * not fit is remembered as the reason of the rejection.
 */
final class WireReader {

    private ByteBuffer in = ByteBuffer.allocate(0);
    private @Nullable Bytes owned;
    private int position;
    private int limit;
    private @Nullable RejectReason rejected;

    /** Reads from {@code from} to {@code to} of a buffer that is used again later: bytes are copied out of it. */
    void reset(ByteBuffer buffer, int from, int to) {
        in = buffer;
        owned = null;
        position = from;
        limit = to;
        rejected = null;
    }

    /** Reads bytes that stay: what is read shares their array. */
    void reset(Bytes bytes) {
        in = bytes.buffer();
        owned = bytes;
        position = 0;
        limit = bytes.length();
        rejected = null;
    }

    /** Why what was read so far is not acceptable, or null if it is. */
    @Nullable
    RejectReason rejected() {
        return rejected;
    }

    int remaining() {
        return limit - position;
    }

    void reject(RejectReason reason) {
        if (rejected == null) {
            rejected = reason;
        }
    }

    /** Rejects if a field is outside its range. */
    void require(boolean inRange) {
        if (!inRange) {
            reject(RejectReason.MESSAGE_FIELD);
        }
    }

    int getUnsignedByte() {
        if (isShort(1)) {
            return 0;
        }
        return in.get(position++) & 0xFF;
    }

    int getUnsignedShort() {
        if (isShort(2)) {
            return 0;
        }
        int x = in.getShort(position) & 0xFFFF;
        position += 2;
        return x;
    }

    int getInt() {
        if (isShort(4)) {
            return 0;
        }
        int x = in.getInt(position);
        position += 4;
        return x;
    }

    long getLong() {
        if (isShort(8)) {
            return 0;
        }
        long x = in.getLong(position);
        position += 8;
        return x;
    }

    boolean getBoolean() {
        int code = getUnsignedByte();
        require(code <= 1);
        return code == 1;
    }

    /** Returns the next {@code length} bytes. */
    Bytes getBytes(int length) {
        if (length < 0 || isShort(length)) {
            reject(RejectReason.MESSAGE_LENGTH);
            return Bytes.EMPTY;
        }
        int from = position;
        position += length;
        if (owned != null) {
            return owned.slice(from, length);
        }
        byte[] copy = new byte[length];
        in.get(from, copy);
        return Bytes.wrap(copy);
    }

    /** Returns all bytes that are left. */
    Bytes getRest() {
        return getBytes(remaining());
    }

    /** Returns {@code count} if as many items of at least {@code itemBytes} can follow, or else rejects and returns 0. */
    int requireCount(int count, int countMax, int itemBytes) {
        if (count < 0 || count > countMax || (long) count * itemBytes > remaining()) {
            reject(RejectReason.MESSAGE_LENGTH);
            return 0;
        }
        return count;
    }

    void requireEnd() {
        if (remaining() != 0) {
            reject(RejectReason.MESSAGE_LENGTH);
        }
    }

    private boolean isShort(int bytes) {
        if (limit - position >= bytes) {
            return false;
        }
        reject(RejectReason.MESSAGE_LENGTH);
        return true;
    }
}
