package io.synod.protocol.entry;

import io.synod.protocol.Bytes;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionId;
import java.util.Arrays;

/**
 * Encodes entries one after the other into a growing array. Values are appended to an open block, so that a client
 * encodes each value once. Not thread-safe.
 */
public final class EntryWriter {

    /** What a block of values needs beside the values: entry header, session, first number, count. */
    public static final int VALUES_OVERHEAD_BYTES = EntryLayout.HEADER_BYTES + EntryLayout.VALUES_PREFIX_BYTES;

    /** What each value needs beside its bytes. */
    public static final int VALUE_OVERHEAD_BYTES = EntryLayout.VALUE_LENGTH_BYTES;

    private static final int NO_BLOCK = -1;

    private byte[] array;
    private int position;
    private int blockStart = NO_BLOCK;
    private int blockCount;

    public EntryWriter(int bytesExpected) {
        array = new byte[Math.max(64, bytesExpected)];
    }

    /** How many bytes were written since the last {@link #take}. */
    public int length() {
        return position;
    }

    public EntryWriter genesis(LogEntry.Genesis entry) {
        header(EntryLayout.KIND_GENESIS, EntryLayout.GENESIS_BODY_BYTES);
        putInt(entry.limits().sessionsMax());
        putInt(entry.limits().windowMax());
        putLong(entry.limits().expiryInstances());
        putInt(entry.limits().keysMax());
        return this;
    }

    public EntryWriter open(LogEntry.OpenSession entry) {
        header(EntryLayout.KIND_OPEN, EntryLayout.OPEN_BODY_BYTES);
        putLong(entry.nonceHigh());
        putLong(entry.nonceLow());
        putInt(entry.window());
        return this;
    }

    public EntryWriter renew(SessionId session) {
        return session(EntryLayout.KIND_RENEW, session);
    }

    public EntryWriter close(SessionId session) {
        return session(EntryLayout.KIND_CLOSE, session);
    }

    /** Begins a block of values; {@link #value} appends to it and {@link #endValues} closes it. */
    public EntryWriter beginValues(SessionId session, long firstNumber) {
        requireNoBlock();
        blockStart = position;
        blockCount = 0;
        ensure(EntryLayout.HEADER_BYTES + EntryLayout.VALUES_PREFIX_BYTES);
        array[position++] = EntryLayout.KIND_VALUES;
        putInt(0);
        putSession(session);
        putLong(firstNumber);
        putInt(0);
        return this;
    }

    /** Appends a value to the open block. */
    public EntryWriter value(Bytes value) {
        if (blockStart == NO_BLOCK) {
            throw new IllegalStateException("no block of values is open");
        }
        ensure(EntryLayout.VALUE_LENGTH_BYTES + value.length());
        putInt(value.length());
        put(value);
        blockCount++;
        return this;
    }

    /** Closes the open block, which must hold 1 to {@link ProtocolLimits#VALUES_MAX} values. */
    public EntryWriter endValues() {
        if (blockStart == NO_BLOCK || blockCount < 1 || blockCount > ProtocolLimits.VALUES_MAX) {
            throw new IllegalStateException("a block of values holds 1 to " + ProtocolLimits.VALUES_MAX
                    + " values, this one " + (blockStart == NO_BLOCK ? "is not open" : "holds " + blockCount));
        }
        int end = position;
        position = blockStart + 1;
        putInt(end - blockStart - EntryLayout.HEADER_BYTES);
        position = blockStart + EntryLayout.HEADER_BYTES + EntryLayout.SESSION_BODY_BYTES + 8;
        putInt(blockCount);
        position = end;
        blockStart = NO_BLOCK;
        return this;
    }

    /** Appends a block whose values are encoded already, such as a part of a longer block. */
    public EntryWriter values(LogEntry.Values block) {
        Bytes body = block.body();
        header(EntryLayout.KIND_VALUES, EntryLayout.VALUES_PREFIX_BYTES + body.length());
        putSession(block.session());
        putLong(block.firstNumber());
        putInt(block.count());
        put(body);
        return this;
    }

    /** Appends a value with an idempotency key of 1 to {@link ProtocolLimits#KEY_BYTES_MAX} bytes. */
    public EntryWriter keyedValue(SessionId session, long number, Bytes key, Bytes value) {
        if (key.isEmpty() || key.length() > ProtocolLimits.KEY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a key has 1 to " + ProtocolLimits.KEY_BYTES_MAX + " bytes, this one " + key.length());
        }
        header(
                EntryLayout.KIND_KEYED_VALUE,
                EntryLayout.KEYED_PREFIX_BYTES + key.length() + EntryLayout.VALUE_LENGTH_BYTES + value.length());
        putSession(session);
        putLong(number);
        array[position++] = (byte) key.length();
        put(key);
        putInt(value.length());
        put(value);
        return this;
    }

    /** Appends entries that are encoded already. */
    public EntryWriter encoded(Bytes entries) {
        requireNoBlock();
        ensure(entries.length());
        put(entries);
        return this;
    }

    /** Returns what was written and starts anew with an empty array. */
    public Bytes take() {
        requireNoBlock();
        Bytes taken = Bytes.wrap(Arrays.copyOf(array, position));
        position = 0;
        return taken;
    }

    private EntryWriter session(int kind, SessionId session) {
        header(kind, EntryLayout.SESSION_BODY_BYTES);
        putSession(session);
        return this;
    }

    private void header(int kind, int bodyBytes) {
        requireNoBlock();
        ensure(EntryLayout.HEADER_BYTES + bodyBytes);
        array[position++] = (byte) kind;
        putInt(bodyBytes);
    }

    private void requireNoBlock() {
        if (blockStart != NO_BLOCK) {
            throw new IllegalStateException("a block of values is open");
        }
    }

    private void putSession(SessionId session) {
        putLong(session.instance());
        putInt(session.ordinal());
    }

    private void put(Bytes bytes) {
        bytes.copyTo(array, position);
        position += bytes.length();
    }

    private void putInt(int x) {
        array[position++] = (byte) (x >>> 24);
        array[position++] = (byte) (x >>> 16);
        array[position++] = (byte) (x >>> 8);
        array[position++] = (byte) x;
    }

    private void putLong(long x) {
        putInt((int) (x >>> 32));
        putInt((int) x);
    }

    private void ensure(int more) {
        if (array.length - position < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, position + more));
        }
    }
}
