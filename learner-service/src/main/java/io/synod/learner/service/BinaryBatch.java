package io.synod.learner.service;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers values for one frame of the subprotocol {@code synod.binary.v1}; {@code docs/wire-format.md} has its layout. Values
 * that follow each other in an instance and in a session share a header. Not for several threads.
 */
final class BinaryBatch {

    /** The first byte of a frame: it holds values. */
    static final byte VALUES = 1;

    /** A frame is sent when it has so many bytes; the last value may lead it beyond. */
    static final int FRAME_BYTES = 64 << 10;

    private static final int HEADER_BYTES = 1 + Long.BYTES;
    private static final int RUN_HEADER_BYTES = 3 * Long.BYTES + 3 * Integer.BYTES;
    private static final int FIRST_BYTES = 4 << 10;

    private @Nullable ByteBuffer frame;
    private int countAt;
    private int count;
    private long instance;
    private int nextIndex;
    private @Nullable SessionId session;
    private long nextNumber;

    /** Adds a value; returns whether the frame is full. */
    boolean add(LogId logId, long valueInstance, int index, SessionId valueSession, long number, Bytes value) {
        ByteBuffer to = room(logId, RUN_HEADER_BYTES + Integer.BYTES + value.length());
        boolean goesOn = count > 0 && valueInstance == instance && index == nextIndex && number == nextNumber
                && valueSession.equals(session);
        if (!goesOn) {
            instance = valueInstance;
            session = valueSession;
            to.putLong(valueInstance).putInt(index).putLong(valueSession.instance()).putInt(valueSession.ordinal())
                    .putLong(number);
            countAt = to.position();
            count = 0;
            to.putInt(0);
        }
        count++;
        nextIndex = index + 1;
        nextNumber = number + 1;
        to.putInt(countAt, count);
        to.putInt(value.length());
        value.writeTo(to);
        return to.position() >= FRAME_BYTES;
    }

    private ByteBuffer room(LogId logId, int bytes) {
        ByteBuffer old = frame;
        if (old == null) {
            ByteBuffer fresh = ByteBuffer.allocate(Math.max(FIRST_BYTES, HEADER_BYTES + bytes));
            fresh.put(VALUES).putLong(logId.value());
            frame = fresh;
            return fresh;
        }
        if (old.remaining() >= bytes) {
            return old;
        }
        int wanted = old.position() + bytes;
        ByteBuffer larger = ByteBuffer.allocate(Math.max(wanted, Math.min(FRAME_BYTES, 2 * old.capacity())));
        larger.put(old.flip());
        frame = larger;
        return larger;
    }

    /** Returns the frame, ready to be read, and begins another; null if there is no value in it. */
    @Nullable
    ByteBuffer take() {
        ByteBuffer full = frame;
        frame = null;
        count = 0;
        return full == null ? null : full.flip();
    }
}
