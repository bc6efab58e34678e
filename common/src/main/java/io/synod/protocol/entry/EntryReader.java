package io.synod.protocol.entry;

import io.synod.protocol.Bytes;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a batch in order. It never throws: it ends at the first byte that does not fit the layout and says
 * so, and since that depends on the bytes alone, every learner ends at the same place.
 */
public final class EntryReader {

    private final Bytes batch;
    private final ByteBuffer in;
    private int ordinal = -1;
    private boolean malformed;

    public EntryReader(Bytes batch) {
        this.batch = batch;
        this.in = batch.buffer();
    }

    /** The position of the entry last returned, from 0. */
    public int ordinal() {
        return ordinal;
    }

    /** Whether reading ended before the end because the bytes do not fit the layout. */
    public boolean isMalformed() {
        return malformed;
    }

    /** How many bytes of the batch were read: at the end of the entry last returned. */
    public int position() {
        return in.position();
    }

    /** Returns the next entry, or null at the end or at a byte that does not fit. */
    public @Nullable LogEntry next() {
        if (malformed || !in.hasRemaining()) {
            return null;
        }
        int start = in.position();
        LogEntry entry = read();
        if (entry == null || ordinal + 1 >= ProtocolLimits.ENTRIES_MAX) {
            malformed = true;
            in.position(start);
            return null;
        }
        ordinal++;
        return entry;
    }

    private @Nullable LogEntry read() {
        if (in.remaining() < EntryLayout.HEADER_BYTES) {
            return null;
        }
        int kind = in.get();
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            return null;
        }
        return switch (kind) {
            case EntryLayout.KIND_GENESIS -> length == EntryLayout.GENESIS_BODY_BYTES ? genesis() : null;
            case EntryLayout.KIND_OPEN -> length == EntryLayout.OPEN_BODY_BYTES ? open() : null;
            case EntryLayout.KIND_RENEW ->
                    length == EntryLayout.SESSION_BODY_BYTES ? new LogEntry.RenewSession(session()) : null;
            case EntryLayout.KIND_CLOSE ->
                    length == EntryLayout.SESSION_BODY_BYTES ? new LogEntry.CloseSession(session()) : null;
            case EntryLayout.KIND_VALUES -> length >= EntryLayout.VALUES_PREFIX_BYTES ? values(length) : null;
            case EntryLayout.KIND_KEYED_VALUE -> length >= EntryLayout.KEYED_PREFIX_BYTES ? keyedValue(length) : null;
            default -> null;
        };
    }

    private @Nullable LogEntry genesis() {
        int sessionsMax = in.getInt();
        int windowMax = in.getInt();
        long expiryInstances = in.getLong();
        int keysMax = in.getInt();
        return sessionsMax < 1 || windowMax < 1 || expiryInstances < 1 || keysMax < 1
                ? null
                : new LogEntry.Genesis(new SessionLimits(sessionsMax, windowMax, expiryInstances, keysMax));
    }

    private @Nullable LogEntry open() {
        long nonceHigh = in.getLong();
        long nonceLow = in.getLong();
        int window = in.getInt();
        return window < 1 ? null : new LogEntry.OpenSession(nonceHigh, nonceLow, window);
    }

    /** The envelope alone: whether the lengths inside the body fit is found by {@link ValueCursor}. */
    private @Nullable LogEntry values(int length) {
        SessionId session = session();
        long firstNumber = in.getLong();
        int count = in.getInt();
        int bodyBytes = length - EntryLayout.VALUES_PREFIX_BYTES;
        if (!isNumber(firstNumber)
                || count < 1
                || count > ProtocolLimits.VALUES_MAX
                || (long) count * EntryLayout.VALUE_LENGTH_BYTES > bodyBytes) {
            return null;
        }
        Bytes body = batch.slice(in.position(), bodyBytes);
        in.position(in.position() + bodyBytes);
        return new LogEntry.Values(session, firstNumber, count, body);
    }

    /** The whole entry: it holds one value, so there is no other length to find out. */
    private @Nullable LogEntry keyedValue(int length) {
        SessionId session = session();
        long number = in.getLong();
        int keyBytes = Byte.toUnsignedInt(in.get());
        int bodyBytes = length - EntryLayout.KEYED_PREFIX_BYTES - keyBytes;
        if (!isNumber(number)
                || keyBytes < 1
                || keyBytes > ProtocolLimits.KEY_BYTES_MAX
                || bodyBytes < EntryLayout.VALUE_LENGTH_BYTES) {
            return null;
        }
        Bytes key = batch.slice(in.position(), keyBytes);
        Bytes body = batch.slice(in.position() + keyBytes, bodyBytes);
        in.position(in.position() + keyBytes + bodyBytes);
        return body.intAt(0) == bodyBytes - EntryLayout.VALUE_LENGTH_BYTES
                ? new LogEntry.KeyedValue(key, new LogEntry.Values(session, number, 1, body))
                : null;
    }

    private static boolean isNumber(long number) {
        return number >= 1 && number <= Long.MAX_VALUE - ProtocolLimits.VALUES_MAX;
    }

    private SessionId session() {
        long instance = in.getLong();
        return new SessionId(instance, in.getInt());
    }
}
