package io.synod.storage;

import io.synod.protocol.Mixing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sixteen random bytes by which a store finds the numbers of its commits in the bytes of its files, whatever an engine's
 * recovery makes of these.
 *
 * <p>An engine that replays a log takes the first record that it cannot read for the end, be it torn or damaged. But a commit
 * is begun only when the one before is durable. So a commit found in the files is proof that all before it were synced: if they
 * are not recovered, the store is damaged, and not torn. A mark that lies across a border of the engine's blocks is not found,
 * and those around it are.
 *
 * @param high the first half
 * @param low the second half
 */
public record CommitTag(long high, long low) {

    /** What a mark takes: the tag, the number, and a check over both. */
    public static final int BYTES = 4 * Long.BYTES;

    private static final int NUMBER_AT = 2 * Long.BYTES;
    private static final int CHECK_AT = 3 * Long.BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Returns the mark of a commit: the tag, with the commit's number and the check behind it. */
    public byte[] mark(long number) {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).putLong(number).putLong(check(number)).array();
    }

    /** Tells a mark from the beginning of one that an engine has cut in two, with bytes of its own between. */
    private long check(long number) {
        return Mixing.mix(number ^ Mixing.mix(low));
    }

    /** Returns the number of a mark; -1 if the bytes are no mark with this tag. */
    public long numberOf(byte[] mark) {
        return mark.length == BYTES ? numberAt(mark, 0) : -1;
    }

    /** Returns the number of the mark that begins there; -1 if none does. */
    long numberAt(byte[] bytes, int at) {
        if ((long) LONG.get(bytes, at) != high || (long) LONG.get(bytes, at + Long.BYTES) != low) {
            return -1;
        }
        long number = (long) LONG.get(bytes, at + NUMBER_AT);
        return (long) LONG.get(bytes, at + CHECK_AT) == check(number) ? number : -1;
    }

    /** Returns where the next mark begins in some bytes, at {@code from} or behind; -1 if none does. */
    int next(byte[] bytes, int from, int end) {
        byte first = (byte) (high >>> (Long.SIZE - Byte.SIZE));
        for (int i = from; i <= end - BYTES; i++) {
            if (bytes[i] == first && numberAt(bytes, i) >= 0) {
                return i;
            }
        }
        return -1;
    }
}
