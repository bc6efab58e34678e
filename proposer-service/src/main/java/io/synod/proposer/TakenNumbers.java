package io.synod.proposer;

import io.synod.protocol.SessionId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which values of which sessions the leader took a short while ago, by their numbers: what a client sends again too early
 * need not be proposed again. What is forgotten is merely proposed twice, which learners tell apart. So it is bounded, and it
 * must not last: a value that was decided before its turn may have found no room at the learners (rule S8), and then only
 * what the client sends again brings it back.
 */
final class TakenNumbers {

    /** For how long a number is remembered at least; at most twice as long. A client waits a second at most, then sends again. */
    static final long REMEMBERED_NANOS = 2_000_000_000L;

    private final int sessionsMax;
    private Map<SessionId, NumberRanges> newer;
    private Map<SessionId, NumberRanges> older;
    private long turnNanos = Long.MIN_VALUE;

    /** @param sessionsMax of how many sessions it remembers numbers at a time, the ones used last */
    TakenNumbers(int sessionsMax) {
        this.sessionsMax = sessionsMax;
        this.newer = newMap();
        this.older = newMap();
    }

    private Map<SessionId, NumberRanges> newMap() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<SessionId, NumberRanges> eldest) {
                return size() > sessionsMax;
            }
        };
    }

    /** Forgets what is old enough. */
    void advance(long nowNanos) {
        if (turnNanos != Long.MIN_VALUE && nowNanos - turnNanos < REMEMBERED_NANOS) {
            return;
        }
        boolean oldToo = turnNanos == Long.MIN_VALUE || nowNanos - turnNanos >= 2 * REMEMBERED_NANOS;
        older = oldToo ? newMap() : newer;
        newer = newMap();
        turnNanos = nowNanos;
    }

    void add(SessionId session, long first, long end) {
        newer.computeIfAbsent(session, _ -> new NumberRanges()).add(first, end);
    }

    /** Returns the lowest number of {@code first} to before {@code end} that is not taken, or {@code end}. */
    long firstFree(SessionId session, long first, long end) {
        long free = first;
        NumberRanges before = older.get(session);
        if (before != null) {
            free = before.firstFree(free, end);
        }
        NumberRanges now = newer.get(session);
        if (now != null && free < end) {
            free = now.firstFree(free, end);
        }
        return free;
    }

    /** Returns the number after the highest of {@code first} to before {@code end} that is not taken, or {@code first}. */
    long freeEnd(SessionId session, long first, long end) {
        long free = end;
        NumberRanges now = newer.get(session);
        if (now != null) {
            free = now.freeEnd(first, free);
        }
        NumberRanges before = older.get(session);
        if (before != null && first < free) {
            free = before.freeEnd(first, free);
        }
        return free;
    }

    void clear() {
        newer.clear();
        older.clear();
    }
}
