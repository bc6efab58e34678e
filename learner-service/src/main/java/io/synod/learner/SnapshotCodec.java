package io.synod.learner;

import io.synod.learner.RememberedKeys.Remembered;
import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.message.PrefixHash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a {@link LogState}, big-endian:
 *
 * <pre>
 *   format 4, values delivered 8, rolling hash 8
 *   kept hashes: how many 4, each: instance 8, hash 8
 *   limits: sessions 4, window 4, expiry 8, keys 4
 *   sessions: how many 4, each: opened at instance 8, ordinal 4, nonce 16, window 4, next number 8, used 8,
 *     held runs of values: how many 4, each: first number 8, count 4, bytes 4, with a key 1 (0 or 1), the key's digest 16 if
 *     it has one, and as many bytes
 *   keys, the longest unused first: how many 4, each: digest 16, digest of the value 16, delivered at instance 8, index 4,
 *     used 8
 * </pre>
 */
final class SnapshotCodec {

    private static final int FORMAT = 2;
    private static final int HEADER_BYTES = 2 * Integer.BYTES + 2 * Long.BYTES;
    private static final int HASH_BYTES = 2 * Long.BYTES;
    private static final int LIMITS_BYTES = 4 * Integer.BYTES + Long.BYTES;
    private static final int SESSION_BYTES = 5 * Long.BYTES + 3 * Integer.BYTES;
    private static final int HELD_BYTES = Long.BYTES + 2 * Integer.BYTES + 1;
    private static final int DIGEST_BYTES = 2 * Long.BYTES;
    private static final int KEY_BYTES = 2 * DIGEST_BYTES + 2 * Long.BYTES + Integer.BYTES;

    /** What was read. */
    record Content(
            long values,
            long hash,
            List<PrefixHash> kept,
            SessionLimits limits,
            List<Session> sessions,
            List<Remembered> keys) {}

    private SnapshotCodec() {}

    /** How many bytes {@link #write} would return. */
    static long length(RollingHash hash, SessionTable table) {
        long length = HEADER_BYTES + (long) HASH_BYTES * hash.kept().size() + LIMITS_BYTES;
        length += Integer.BYTES + (long) KEY_BYTES * table.keys().size();
        for (Session session : table.living()) {
            length += SESSION_BYTES;
            for (Session.Held held : session.held()) {
                length += HELD_BYTES + (held.key() == null ? 0 : DIGEST_BYTES) + held.body().length();
            }
        }
        return length;
    }

    static Bytes write(long values, RollingHash hash, SessionTable table) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length(hash, table)));
        out.putInt(FORMAT).putLong(values).putLong(hash.current());
        List<PrefixHash> kept = hash.kept();
        out.putInt(kept.size());
        for (PrefixHash prefix : kept) {
            out.putLong(prefix.instance()).putLong(prefix.hash());
        }
        SessionLimits limits = table.limits();
        out.putInt(limits.sessionsMax()).putInt(limits.windowMax()).putLong(limits.expiryInstances());
        out.putInt(limits.keysMax());
        out.putInt(table.size());
        for (Session session : table.living()) {
            write(session, out);
        }
        out.putInt(table.keys().size());
        for (Remembered key : table.keys().all()) {
            write(key.key, out);
            write(key.value, out);
            out.putLong(key.instance).putInt(key.index).putLong(key.used);
        }
        return Bytes.wrap(out.array());
    }

    private static void write(Session session, ByteBuffer out) {
        out.putLong(session.id.instance()).putInt(session.id.ordinal());
        out.putLong(session.nonceHigh).putLong(session.nonceLow);
        out.putInt(session.window).putLong(session.next).putLong(session.used);
        out.putInt(session.held().size());
        for (Session.Held held : session.held()) {
            out.putLong(held.firstNumber()).putInt(held.count()).putInt(held.body().length());
            Digest key = held.key();
            out.put((byte) (key == null ? 0 : 1));
            if (key != null) {
                write(key, out);
            }
            held.body().writeTo(out);
        }
    }

    private static void write(Digest digest, ByteBuffer out) {
        out.putLong(digest.high()).putLong(digest.low());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if it cannot be understood
     */
    static Content read(Bytes bytes) {
        ByteBuffer in = bytes.buffer();
        try {
            int format = in.getInt();
            if (format != FORMAT) {
                throw new IllegalArgumentException("a snapshot of format " + format + ", not " + FORMAT);
            }
            long values = in.getLong();
            long hash = in.getLong();
            List<PrefixHash> kept = new ArrayList<>();
            for (int left = count(in, HASH_BYTES, ProtocolLimits.HASHES_MAX); left > 0; left--) {
                kept.add(new PrefixHash(in.getLong(), in.getLong()));
            }
            SessionLimits limits = new SessionLimits(in.getInt(), in.getInt(), in.getLong(), in.getInt());
            List<Session> sessions = new ArrayList<>();
            for (int left = count(in, SESSION_BYTES, limits.sessionsMax()); left > 0; left--) {
                sessions.add(session(in));
            }
            List<Remembered> keys = new ArrayList<>();
            for (int left = count(in, KEY_BYTES, limits.keysMax()); left > 0; left--) {
                keys.add(new Remembered(digest(in), digest(in), in.getLong(), in.getInt(), in.getLong()));
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("a snapshot with " + in.remaining() + " bytes too many");
            }
            return new Content(values, hash, kept, limits, sessions, keys);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a snapshot that is too short", e);
        }
    }

    private static Session session(ByteBuffer in) {
        SessionId id = new SessionId(in.getLong(), in.getInt());
        long nonceHigh = in.getLong();
        long nonceLow = in.getLong();
        int window = in.getInt();
        long next = in.getLong();
        Session session = new Session(id, nonceHigh, nonceLow, window, in.getLong());
        session.next = next;
        for (int left = count(in, HELD_BYTES, Integer.MAX_VALUE); left > 0; left--) {
            long firstNumber = in.getLong();
            int count = in.getInt();
            int length = count(in, 1, SessionLimits.HELD_BYTES_MAX);
            Digest key = in.get() == 0 ? null : digest(in);
            session.hold(new Session.Held(firstNumber, count, Bytes.read(in, length), key));
        }
        return session;
    }

    private static Digest digest(ByteBuffer in) {
        return new Digest(in.getLong(), in.getLong());
    }

    /** Reads how many of something follow, and refuses what there is no room for. */
    private static int count(ByteBuffer in, int bytesEach, int max) {
        int count = in.getInt();
        if (count < 0 || count > max || (long) count * bytesEach > in.remaining()) {
            throw new IllegalArgumentException("a snapshot that names " + count + " of something, and has "
                    + in.remaining() + " bytes left");
        }
        return count;
    }
}
