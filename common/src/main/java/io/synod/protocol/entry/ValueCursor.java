package io.synod.protocol.entry;

import io.synod.protocol.Bytes;

/**
 * Walks over the values of one block. {@link #isWellFormed} is asked once a block, before anything of it is delivered:
 * a block whose lengths do not add up delivers nothing at any learner.
 */
public final class ValueCursor {

    private final Bytes body;
    private int next;
    private int offset;
    private int length;

    public ValueCursor(Bytes body) {
        this.body = body;
    }

    /** Returns whether {@code values} holds exactly as many values as it says. */
    public static boolean isWellFormed(LogEntry.Values values) {
        Bytes body = values.body();
        int position = 0;
        for (int i = 0; i < values.count(); i++) {
            if (body.length() - position < EntryLayout.VALUE_LENGTH_BYTES) {
                return false;
            }
            int length = body.intAt(position);
            position += EntryLayout.VALUE_LENGTH_BYTES;
            if (length < 0 || length > body.length() - position) {
                return false;
            }
            position += length;
        }
        return position == body.length();
    }

    /** Moves to the next value. Must not be called more often than the block has values. */
    public void advance() {
        length = body.intAt(next);
        offset = next + EntryLayout.VALUE_LENGTH_BYTES;
        next = offset + length;
    }

    /** The current value, sharing the block's array. */
    public Bytes value() {
        return body.slice(offset, length);
    }

    /** Where the current value begins in the block's body. */
    public int offset() {
        return offset;
    }

    /** The length of the current value in bytes. */
    public int length() {
        return length;
    }
}
