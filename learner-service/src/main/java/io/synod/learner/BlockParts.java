package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.entry.ValueCursor;

/** Cuts well-formed blocks of values; what is cut shares the block's array. */
final class BlockParts {

    private BlockParts() {}

    /** Returns the values of a block without the first {@code skipped}. */
    static Bytes tail(LogEntry.Values values, int skipped) {
        return part(values, skipped, values.count() - skipped);
    }

    /** Returns {@code count} values of a block after the first {@code skipped}. */
    static Bytes part(LogEntry.Values values, int skipped, int count) {
        Bytes body = values.body();
        if (skipped == 0 && count == values.count()) {
            return body;
        }
        ValueCursor cursor = new ValueCursor(body);
        for (int i = 0; i < skipped; i++) {
            cursor.advance();
        }
        int from = skipped == 0 ? 0 : cursor.offset() + cursor.length();
        for (int i = 0; i < count; i++) {
            cursor.advance();
        }
        return body.slice(from, cursor.offset() + cursor.length() - from);
    }
}
