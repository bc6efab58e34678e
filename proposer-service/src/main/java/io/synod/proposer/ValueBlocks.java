package io.synod.proposer;

import io.synod.protocol.Bytes;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;

/** Reads the lengths in a block of values and cuts blocks; the bytes of values are never looked at. */
final class ValueBlocks {

    /** What {@link #longest} answers for a block whose lengths do not add up. */
    static final int MALFORMED = -1;

    private ValueBlocks() {}

    /** Returns the length of the longest value of a block in bytes, or {@link #MALFORMED}. */
    static int longest(LogEntry.Values block) {
        Bytes body = block.body();
        int longest = 0;
        int position = 0;
        for (int i = 0; i < block.count(); i++) {
            if (body.length() - position < EntryWriter.VALUE_OVERHEAD_BYTES) {
                return MALFORMED;
            }
            int length = body.intAt(position);
            position += EntryWriter.VALUE_OVERHEAD_BYTES;
            if (length < 0 || length > body.length() - position) {
                return MALFORMED;
            }
            position += length;
            longest = Math.max(longest, length);
        }
        return position == body.length() ? longest : MALFORMED;
    }

    /** Returns where the value at {@code index} begins in the body of a well-formed block. */
    static int offsetOf(LogEntry.Values block, int index) {
        int position = 0;
        for (int i = 0; i < index; i++) {
            position += EntryWriter.VALUE_OVERHEAD_BYTES + block.body().intAt(position);
        }
        return position;
    }

    /** Returns how many of a well-formed block's first values fit a block of {@code bytesMax} bytes; at least 1. */
    static int countWithin(LogEntry.Values block, int bytesMax) {
        int position = 0;
        int count = 0;
        while (count < block.count()) {
            position += EntryWriter.VALUE_OVERHEAD_BYTES + block.body().intAt(position);
            if (count > 0 && EntryWriter.VALUES_OVERHEAD_BYTES + position > bytesMax) {
                return count;
            }
            count++;
        }
        return count;
    }

    /** Returns the values of a well-formed block from the one at {@code from} to before the one at {@code to}. */
    static LogEntry.Values cut(LogEntry.Values block, int from, int to) {
        int start = offsetOf(block, from);
        int end = to == block.count() ? block.body().length() : offsetOf(block, to);
        return new LogEntry.Values(
                block.session(), block.firstNumber() + from, to - from, block.body().slice(start, end - start));
    }
}
