package io.synod.simulation.check;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.entry.ValueCursor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be delivered, worked out from the decided log value by value, in the plainest way that the text of
 * {@code docs/protocol.md} allows (rule S8). The learners' own way is held against it.
 */
public final class ReferenceSessions {

    /** A value's delivery. */
    public record Delivery(SessionId session, long number, Bytes value) {}

    /** A value, and its idempotency key if it has one. */
    private record Value(Bytes bytes, @Nullable Bytes key) {}

    private static final class Session {
        private final long nonceHigh;
        private final long nonceLow;
        private final int window;
        private final TreeMap<Long, Value> held = new TreeMap<>();
        private long next = 1;
        private long usedAt;

        Session(LogEntry.OpenSession opening, int window, long instance) {
            this.nonceHigh = opening.nonceHigh();
            this.nonceLow = opening.nonceLow();
            this.window = window;
            this.usedAt = instance;
        }
    }

    private final TreeMap<SessionId, Session> sessions = new TreeMap<>();
    private SessionLimits limits = SessionLimits.DEFAULT;
    /** By idempotency key, the longest unused first: the instance that last named it. */
    private final LinkedHashMap<Bytes, Long> keys = new LinkedHashMap<>();
    private long evictedUsed;
    private long now;

    /** How many sessions are alive. */
    public int size() {
        return sessions.size();
    }

    /** Returns the first instance of which it is certain that a key that was delivered there, or since, is remembered. */
    public long keysRememberedSince() {
        return Math.max(now - limits.expiryInstances(), evictedUsed + 1);
    }

    /** Takes the next instance and returns what it delivers, by index. */
    public List<Delivery> apply(long instance, Bytes batch) {
        List<Delivery> deliveries = new ArrayList<>();
        now = instance;
        keys.values().removeIf(used -> instance - used > limits.expiryInstances());
        sessions.values().removeIf(session -> instance - session.usedAt > limits.expiryInstances());
        EntryReader reader = new EntryReader(batch);
        for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            switch (entry) {
                case LogEntry.Genesis genesis -> {
                    if (instance == 1 && reader.ordinal() == 0) {
                        limits = genesis.limits();
                    }
                }
                case LogEntry.OpenSession opening -> open(opening, new SessionId(instance, reader.ordinal()));
                case LogEntry.RenewSession renewal -> use(renewal.session(), instance);
                case LogEntry.CloseSession closing -> sessions.remove(closing.session());
                case LogEntry.Values values -> deliver(values, null, deliveries);
                case LogEntry.KeyedValue keyed -> deliver(keyed.value(), keyed.key(), deliveries);
            }
        }
        return deliveries;
    }

    private void open(LogEntry.OpenSession opening, SessionId id) {
        for (Session session : sessions.values()) {
            if (session.nonceHigh == opening.nonceHigh() && session.nonceLow == opening.nonceLow()) {
                session.usedAt = id.instance();
                return;
            }
        }
        if (sessions.size() >= limits.sessionsMax()) {
            sessions.remove(longestIdle());
        }
        sessions.put(id, new Session(opening, Math.min(opening.window(), limits.windowMax()), id.instance()));
    }

    private SessionId longestIdle() {
        Map.Entry<SessionId, Session> longest = sessions.firstEntry();
        for (Map.Entry<SessionId, Session> entry : sessions.entrySet()) {
            if (entry.getValue().usedAt < longest.getValue().usedAt) {
                longest = entry;
            }
        }
        return longest.getKey();
    }

    private @Nullable Session use(SessionId id, long instance) {
        Session session = sessions.get(id);
        if (session != null) {
            session.usedAt = instance;
        }
        return session;
    }

    private void deliver(LogEntry.Values values, @Nullable Bytes key, List<Delivery> deliveries) {
        Session session = use(values.session(), now);
        if (session == null || !ValueCursor.isWellFormed(values)) {
            return;
        }
        ValueCursor cursor = new ValueCursor(values.body());
        for (int i = 0; i < values.count(); i++) {
            cursor.advance();
            long number = values.firstNumber() + i;
            if (number >= session.next && number < session.next + session.window) {
                session.held.putIfAbsent(number, new Value(cursor.value(), key));
            }
            Value next = session.held.remove(session.next);
            if (next != null) {
                deliver(values.session(), session, next, deliveries);
            }
        }
        for (Value next = session.held.remove(session.next); next != null; next = session.held.remove(session.next)) {
            deliver(values.session(), session, next, deliveries);
        }
    }

    private void deliver(SessionId id, Session session, Value value, List<Delivery> deliveries) {
        if (value.key == null || isFirst(value.key)) {
            deliveries.add(new Delivery(id, session.next, value.bytes));
        }
        session.next++;
    }

    private boolean isFirst(Bytes key) {
        boolean known = keys.remove(key) != null;
        if (!known && keys.size() >= limits.keysMax()) {
            evictedUsed = Math.max(evictedUsed, keys.firstEntry().getValue());
            keys.pollFirstEntry();
        }
        keys.put(key, now);
        return !known;
    }
}
