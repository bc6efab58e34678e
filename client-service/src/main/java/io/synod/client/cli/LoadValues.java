package io.synod.client.cli;

import io.synod.protocol.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The values of a load. Those that come back by another way than they went carry a stamp: the lane, the value's sequence in
 * it from 1, and when it was submitted. Only the loop's thread asks for values.
 */
final class LoadValues {

    /** A stamp's bytes: lane, sequence, time. */
    static final int STAMP_BYTES = Integer.BYTES + 2 * Long.BYTES;

    /**
     * What a value says of itself.
     *
     * @param lane the lane
     * @param sequence its sequence in the lane, from 1
     * @param submittedNanos when it was submitted, by {@link System#nanoTime}
     */
    record Stamp(int lane, long sequence, long submittedNanos) {

        static Stamp read(ByteBuffer value) {
            return new Stamp(value.getInt(0), value.getLong(Integer.BYTES), value.getLong(Integer.BYTES + Long.BYTES));
        }
    }

    private final int valueBytes;
    private final boolean stamped;
    /** One value as often as there is room for; a part of it is as good as a list of that many values. */
    private final List<Bytes> same;
    private final long[] sequences;

    /**
     * Makes a source of values.
     *
     * @param stamped whether each value is stamped
     * @param lanes how many lanes there are
     * @param outstanding how many values a lane asks for at most
     */
    LoadValues(int valueBytes, boolean stamped, int lanes, int outstanding) {
        this.valueBytes = valueBytes;
        this.stamped = stamped;
        this.same = Collections.nCopies(outstanding, Bytes.wrap(letters(valueBytes)));
        this.sequences = new long[lanes];
    }

    boolean isStamped() {
        return stamped;
    }

    /** Returns the lane's next values. */
    List<Bytes> next(int lane, int count, long nowNanos) {
        if (!stamped) {
            return same.subList(0, count);
        }
        List<Bytes> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] value = letters(valueBytes);
            ByteBuffer.wrap(value).putInt(lane).putLong(sequences[lane] + i + 1).putLong(nowNanos);
            values.add(Bytes.wrap(value));
        }
        return values;
    }

    /** The values last asked for were taken. */
    void taken(int lane, int count) {
        sequences[lane] += count;
    }

    private static byte[] letters(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        return bytes;
    }
}
