package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.SessionId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the log says about one living session. */
final class Session {

    /**
     * Values decided before their turn: a part of a block, copied so that it does not keep the batch alive.
     *
     * @param key the digest of the idempotency key of a single value; null if it has none
     */
    record Held(long firstNumber, int count, Bytes body, @Nullable Digest key) {
        long endNumber() {
            return firstNumber + count;
        }
    }

    final SessionId id;
    final long nonceHigh;
    final long nonceLow;
    final int window;

    /** The number of the value delivered next. */
    long next = 1;

    /** The instance in which an entry last named the session. */
    long used;

    /** How many other sessions were used since; counted only inside a client. */
    int othersUsed;

    /** How many openings the log had since; counted only inside a client. */
    int openedSince;

    boolean renewalAsked;

    private @Nullable TreeMap<Long, Held> held;
    private long heldBytes;

    Session(SessionId id, long nonceHigh, long nonceLow, int window, long used) {
        this.id = id;
        this.nonceHigh = nonceHigh;
        this.nonceLow = nonceLow;
        this.window = window;
        this.used = used;
    }

    /** Returns what is held, by rising number. */
    Collection<Held> held() {
        return held == null ? List.of() : held.values();
    }

    /** Returns the held values of the lowest number, or null. */
    @Nullable
    Held firstHeld() {
        Map.Entry<Long, Held> first = held == null ? null : held.firstEntry();
        return first == null ? null : first.getValue();
    }

    void removeFirstHeld() {
        Map.Entry<Long, Held> first = held == null ? null : held.pollFirstEntry();
        if (first != null) {
            heldBytes -= first.getValue().body().length();
        }
    }

    /** Returns the held values that end above {@code number} and begin lowest, or null. */
    @Nullable
    Held heldAbove(long number) {
        if (held == null) {
            return null;
        }
        Map.Entry<Long, Held> before = held.floorEntry(number);
        if (before != null && before.getValue().endNumber() > number) {
            return before.getValue();
        }
        Map.Entry<Long, Held> after = held.higherEntry(number);
        return after == null ? null : after.getValue();
    }

    void hold(Held values) {
        if (held == null) {
            held = new TreeMap<>();
        }
        held.put(values.firstNumber(), values);
        heldBytes += values.body().length();
    }

    /** Returns how many bytes of values are held, their lengths included. */
    long heldBytes() {
        return heldBytes;
    }
}
