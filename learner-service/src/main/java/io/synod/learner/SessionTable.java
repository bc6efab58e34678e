package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.entry.ValueCursor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns decided batches into deliveries: each value of a session once, in the order of their numbers, and of those that have
 * an idempotency key only the first of each (rule S8). It is a function of the log alone. {@code docs/protocol.md}, "Sessions"
 * and "Idempotency keys", is its specification.
 *
 * <p>Inside a client it did not see the log from its start. There it follows the sessions it was told to expect, takes
 * for granted the smallest limits a cluster may have, and gives a session up as soon as a table of those limits could
 * have dropped it. It does not know the keys: of a value that has one it says only that its turn came.
 */
final class SessionTable {

    /** Names a session before it is open. */
    record Nonce(long high, long low) {}

    /** What was not delivered, and why; it only grows. */
    static final class Counts {
        long duplicates;
        long refused;
        long malformed;
    }

    /** Fewer openings than this part of a table leave the others in it as many as they were. */
    private static final int OPENINGS_SHARE = 8;

    private static final Comparator<Session> LONGEST_IDLE =
            Comparator.comparingLong((Session session) -> session.used).thenComparing(session -> session.id);

    private final Decisions decisions;
    private final @Nullable SessionUses uses;
    private final LinkedHashMap<Nonce, Integer> expected = new LinkedHashMap<>();
    private final LinkedHashMap<SessionId, Session> sessions = new LinkedHashMap<>();
    private final LinkedHashMap<Nonce, Session> byNonce = new LinkedHashMap<>();
    private final TreeSet<Session> byIdleness = new TreeSet<>(LONGEST_IDLE);
    private final RememberedKeys keys;
    private final Counts counts = new Counts();

    private SessionLimits limits;

    // Of the instance at hand.
    private long instance;
    private int index;
    private boolean indexKnown;
    private List<Run> runs = List.of();
    private final List<LearnerOutput> events = new ArrayList<>();

    private SessionTable(
            SessionLimits limits, @Nullable SessionUses uses, RememberedKeys keys, Decisions decisions) {
        this.limits = limits;
        this.uses = uses;
        this.keys = keys;
        this.decisions = decisions;
    }

    /** The table of a learner that sees the log from its start. */
    static SessionTable ofLog(SessionLimits configured, Decisions decisions) {
        return new SessionTable(configured, null, new RememberedKeys(), decisions);
    }

    /** The table that a snapshot remembers. */
    static SessionTable restored(
            SessionLimits limits, List<Session> living, RememberedKeys keys, Decisions decisions) {
        SessionTable table = new SessionTable(limits, null, keys, decisions);
        for (Session session : living) {
            table.add(session);
        }
        return table;
    }

    /** The table of the learner inside a client. */
    static SessionTable ofClient(SessionLimits floor, Decisions decisions) {
        return new SessionTable(floor, new SessionUses(floor.sessionsMax()), new RememberedKeys(), decisions);
    }

    Counts counts() {
        return counts;
    }

    SessionLimits limits() {
        return limits;
    }

    int size() {
        return sessions.size();
    }

    /** The idempotency keys of delivered values; none inside a client. */
    RememberedKeys keys() {
        return keys;
    }

    /** The living sessions, in the order in which they were opened. */
    Collection<Session> living() {
        return sessions.values();
    }

    @Nullable
    Session find(SessionId id) {
        return sessions.get(id);
    }

    /** Inside a client: the session opened by this nonce is its own. To be called before the opening is sent. */
    void expectNonce(long nonceHigh, long nonceLow) {
        expected.put(new Nonce(nonceHigh, nonceLow), 0);
    }

    /** Inside a client: an opening with this nonce is not waited for any more. */
    void forgetNonce(long nonceHigh, long nonceLow) {
        expected.remove(new Nonce(nonceHigh, nonceLow));
    }

    /** Inside a client: what becomes of this session is of no interest any more. */
    void forget(SessionId id) {
        Session session = sessions.get(id);
        if (session != null) {
            remove(session);
        }
    }

    /**
     * Applies the batch of the next instance.
     *
     * @return what is delivered at this instance; {@link #events} has what became of sessions meanwhile
     */
    List<Run> apply(long appliedInstance, Bytes batch) {
        instance = appliedInstance;
        index = 0;
        indexKnown = true;
        runs = List.of();
        events.clear();
        if (uses != null) {
            uses.beginInstance(instance);
        }
        expire();
        keys.expire(instance, limits);
        EntryReader reader = new EntryReader(batch);
        for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            switch (entry) {
                case LogEntry.Genesis genesis -> genesis(genesis, reader.ordinal());
                case LogEntry.OpenSession open -> open(open, new SessionId(instance, reader.ordinal()));
                case LogEntry.RenewSession renew -> use(renew.session());
                case LogEntry.CloseSession close -> {
                    Session session = use(close.session());
                    if (session != null) {
                        end(session, SessionEnded.Reason.CLOSED, true);
                    }
                }
                case LogEntry.Values values -> values(values, null);
                case LogEntry.KeyedValue keyed -> values(keyed.value(), Digest.of(keyed.key()));
            }
        }
        if (reader.isMalformed()) {
            counts.malformed++;
        }
        if (uses != null) {
            askRenewals();
        }
        return runs;
    }

    /**
     * What became of sessions in the instance applied last, in order. It is to be told after the deliveries of that
     * instance: a session that ended there may have delivered values there before.
     */
    List<LearnerOutput> events() {
        return events;
    }

    private void genesis(LogEntry.Genesis genesis, int ordinal) {
        if (uses == null && instance == 1 && ordinal == 0) {
            limits = decisions.limits(genesis.limits(), limits);
        }
    }

    private void open(LogEntry.OpenSession open, SessionId id) {
        if (uses != null) {
            giveUp();
            uses.opening(byIdleness);
        }
        Nonce nonce = new Nonce(open.nonceHigh(), open.nonceLow());
        Session living = byNonce.get(nonce);
        if (living != null) {
            use(living.id);
            opened(living);
            return;
        }
        if (uses != null && expected.remove(nonce) == null) {
            uses.used(id, byIdleness);
            return;
        }
        if (uses == null && sessions.size() >= limits.sessionsMax()) {
            end(byIdleness.first(), SessionEnded.Reason.EVICTED, true);
        }
        int window = Math.min(open.window(), limits.windowMax());
        Session session = new Session(id, open.nonceHigh(), open.nonceLow(), window, instance);
        add(session);
        if (uses != null) {
            uses.used(id, byIdleness);
        }
        opened(session);
    }

    private void add(Session session) {
        sessions.put(session.id, session);
        byNonce.put(new Nonce(session.nonceHigh, session.nonceLow), session);
        byIdleness.add(session);
    }

    private void opened(Session session) {
        events.add(new SessionOpened(session.nonceHigh, session.nonceLow, session.id, session.window));
    }

    /** Marks the session that an entry names as used; returns null if it is not alive, or not followed. */
    private @Nullable Session use(SessionId id) {
        Session session = sessions.get(id);
        if (session != null && session.used != instance) {
            byIdleness.remove(session);
            session.used = instance;
            byIdleness.add(session);
            session.renewalAsked = false;
        }
        if (uses != null) {
            uses.used(id, byIdleness);
        }
        return session;
    }

    /** Takes values of a session; if there is a key, it is one value. */
    private void values(LogEntry.Values values, @Nullable Digest key) {
        Session session = use(values.session());
        if (session == null) {
            counts.refused += values.count();
            indexKnown &= uses == null;
            return;
        }
        if (!ValueCursor.isWellFormed(values)) {
            counts.malformed++;
            return;
        }
        long next = session.next;
        long firstNew = decisions.firstNew(next);
        if (values.endNumber() <= firstNew) {
            counts.duplicates += values.count();
        } else if (decisions.waits(values.firstNumber(), next)) {
            hold(session, values, key);
        } else {
            int known = (int) Math.max(0, firstNew - values.firstNumber());
            counts.duplicates += known;
            deliver(session, values.firstNumber() + known, values.count() - known, BlockParts.tail(values, known), key);
            session.next = Math.max(next, values.endNumber());
            deliverHeld(session);
        }
    }

    private void deliver(Session session, long firstNumber, int count, Bytes body, @Nullable Digest key) {
        if (key != null && uses == null && !isFirst(key, body)) {
            return;
        }
        // Whether a value with a key is among the deliveries is not known inside a client.
        indexKnown &= uses == null || key == null;
        if (runs.isEmpty()) {
            runs = new ArrayList<>();
        }
        runs.add(new Run(session.id, firstNumber, count, indexKnown ? index : Run.INDEX_UNKNOWN, body));
        index += count;
    }

    /** Whether a value is the first under its key, which is remembered for it then. */
    private boolean isFirst(Digest key, Bytes body) {
        ValueCursor cursor = new ValueCursor(body);
        cursor.advance();
        Digest value = Digest.of(cursor.value());
        RememberedKeys.Remembered known = decisions.known(keys.find(key));
        if (known != null) {
            keys.use(known, instance);
            if (known.value.equals(value)) {
                counts.duplicates++;
            } else {
                counts.refused++;
            }
            return false;
        }
        boolean forgets = keys.remember(new RememberedKeys.Remembered(key, value, instance, index, instance), limits);
        if (forgets && keys.forgotten() % limits.keysMax() == 1 % limits.keysMax()) {
            events.add(new LearnerNotice.KeysForgotten(keys.forgotten(), limits.keysMax()));
        }
        return true;
    }

    /** Keeps what of a block lies inside the window and is not held already. */
    private void hold(Session session, LogEntry.Values values, @Nullable Digest key) {
        long end = Math.min(values.endNumber(), session.next + session.window);
        long number = values.firstNumber();
        if (end < values.endNumber()) {
            counts.refused += values.endNumber() - Math.max(number, end);
        }
        while (number < end) {
            Session.Held above = session.heldAbove(number);
            long free = above == null ? end : Math.min(end, Math.max(number, above.firstNumber()));
            if (free > number) {
                int skipped = (int) (number - values.firstNumber());
                int count = (int) (free - number);
                hold(session, number, count, BlockParts.part(values, skipped, count), key);
            }
            long known = above == null ? end : Math.min(end, above.endNumber());
            counts.duplicates += Math.max(0, known - free);
            number = Math.max(free, known);
        }
    }

    private void hold(Session session, long number, int count, Bytes body, @Nullable Digest key) {
        if (session.heldBytes() + body.length() > SessionLimits.HELD_BYTES_MAX) {
            counts.refused += count;
            return;
        }
        session.hold(new Session.Held(number, count, Bytes.wrap(body.toByteArray()), key));
        if (uses != null) {
            events.add(new ValuesHeld(session.id, number, count));
        }
    }

    /** Delivers what waited for the values just delivered. A held value that came again meanwhile is a duplicate. */
    private void deliverHeld(Session session) {
        for (Session.Held held = session.firstHeld(); held != null; held = session.firstHeld()) {
            if (held.firstNumber() > session.next) {
                return;
            }
            session.removeFirstHeld();
            int known = (int) Math.min(held.count(), session.next - held.firstNumber());
            counts.duplicates += known;
            if (known < held.count()) {
                LogEntry.Values values =
                        new LogEntry.Values(session.id, held.firstNumber(), held.count(), held.body());
                deliver(session, session.next, held.count() - known, BlockParts.tail(values, known), held.key());
                session.next = held.endNumber();
            }
        }
    }

    /** Ends the sessions that were idle for too long, as of the instance at hand. */
    private void expire() {
        while (!byIdleness.isEmpty()) {
            Session longest = byIdleness.first();
            if (instance - longest.used <= limits.expiryInstances()) {
                return;
            }
            end(longest, SessionEnded.Reason.EXPIRED, uses == null);
        }
    }

    /** Inside a client, before an opening: gives up what the smallest table could drop for it. */
    private void giveUp() {
        List<Session> lost = new ArrayList<>();
        for (Session session : byIdleness) {
            if (session.othersUsed >= limits.sessionsMax() - 1) {
                lost.add(session);
            }
        }
        for (Session session : lost) {
            end(session, SessionEnded.Reason.EVICTED, false);
        }
    }

    /**
     * Inside a client: says which sessions are half way to being lost. Only an opening drops a session for want of room, and
     * of sessions that renew each other alone none is lost: without openings they would do so for ever.
     */
    private void askRenewals() {
        for (Session session : byIdleness) {
            boolean crowded = session.othersUsed >= limits.sessionsMax() / 2
                    && session.openedSince >= Math.max(1, limits.sessionsMax() / OPENINGS_SHARE);
            boolean idle = instance - session.used > limits.expiryInstances() / 2;
            if ((idle || crowded) && !session.renewalAsked) {
                session.renewalAsked = true;
                events.add(new SessionNeedsRenewal(session.id));
            }
        }
    }

    private void end(Session session, SessionEnded.Reason reason, boolean certain) {
        remove(session);
        events.add(new SessionEnded(session.id, reason, certain));
    }

    private void remove(Session session) {
        sessions.remove(session.id);
        byNonce.remove(new Nonce(session.nonceHigh, session.nonceLow));
        byIdleness.remove(session);
    }
}
