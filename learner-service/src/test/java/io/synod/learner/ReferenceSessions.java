package io.synod.learner;

import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The section "Sessions" of {@code docs/protocol.md} once more, value by value and without a thought for speed. */
final class ReferenceSessions {

    /** A value and its idempotency key, if it has one. */
    private record Value(String text, @Nullable String key) {}

    private static final class One {
        final SessionId id;
        final long nonce;
        final int window;
        long next = 1;
        long used;
        final Map<Long, Value> held = new TreeMap<>();

        One(SessionId id, long nonce, int window, long used) {
            this.id = id;
            this.nonce = nonce;
            this.window = window;
            this.used = used;
        }
    }

    private final SessionLimits limits;
    private final Map<SessionId, One> living = new LinkedHashMap<>();
    private final List<String> delivered = new ArrayList<>();
    private final List<String> turns = new ArrayList<>();
    /** By key, the longest unused first: the instance that last named it. */
    private final LinkedHashMap<String, Long> keys = new LinkedHashMap<>();
    private long instance;
    private int ordinal;
    private int index;

    ReferenceSessions(SessionLimits limits) {
        this.limits = limits;
    }

    void begin(long newInstance) {
        instance = newInstance;
        ordinal = -1;
        index = 0;
        living.values().removeIf(session -> instance - session.used > limits.expiryInstances());
        keys.values().removeIf(used -> instance - used > limits.expiryInstances());
        turns.clear();
    }

    /** The values whose turn came in this instance, also those that were not delivered because of their key; without index. */
    List<String> turns() {
        return List.copyOf(turns);
    }

    /** What was delivered since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(delivered);
        delivered.clear();
        return taken;
    }

    List<SessionId> living() {
        return List.copyOf(living.keySet());
    }

    long next(SessionId id) {
        One session = living.get(id);
        return session == null ? 1 : session.next;
    }

    void genesis() {
        ordinal++;
    }

    void open(long nonce, int window) {
        ordinal++;
        for (One session : living.values()) {
            if (session.nonce == nonce) {
                session.used = instance;
                return;
            }
        }
        if (living.size() == limits.sessionsMax()) {
            One longest = living.values().stream()
                    .min(Comparator.comparingLong((One session) -> session.used).thenComparing(session -> session.id))
                    .orElseThrow();
            living.remove(longest.id);
        }
        SessionId id = new SessionId(instance, ordinal);
        living.put(id, new One(id, nonce, Math.min(window, limits.windowMax()), instance));
    }

    void renew(SessionId id) {
        ordinal++;
        use(id);
    }

    void close(SessionId id) {
        ordinal++;
        living.remove(id);
    }

    void values(SessionId id, long firstNumber, String... values) {
        ordinal++;
        One session = use(id);
        if (session != null) {
            take(session, firstNumber, Arrays.stream(values).map(text -> new Value(text, null)).toList());
        }
    }

    void keyed(SessionId id, long number, String key, String value) {
        ordinal++;
        One session = use(id);
        if (session != null) {
            take(session, number, List.of(new Value(value, key)));
        }
    }

    private void take(One session, long firstNumber, List<Value> values) {
        // What lies beyond the window when the block begins, and does not follow on, is dropped.
        long limit = session.next + session.window;
        boolean follows = firstNumber <= session.next;
        for (int i = 0; i < values.size(); i++) {
            long number = firstNumber + i;
            if (number == session.next && follows) {
                deliver(session, values.get(i));
            } else if (number > session.next && number < limit) {
                session.held.putIfAbsent(number, values.get(i));
            }
        }
        for (Value held = session.held.get(session.next); held != null; held = session.held.get(session.next)) {
            deliver(session, held);
        }
    }

    private void deliver(One session, Value value) {
        String place = session.id + "#" + session.next;
        session.next++;
        turns.add(place + "=" + value.text);
        if (value.key != null) {
            boolean known = keys.remove(value.key) != null;
            if (!known && keys.size() == limits.keysMax()) {
                keys.pollFirstEntry();
            }
            keys.put(value.key, instance);
            if (known) {
                return;
            }
        }
        delivered.add(place + "@" + index++ + "=" + value.text);
    }

    private @Nullable One use(SessionId id) {
        One session = living.get(id);
        if (session != null) {
            session.used = instance;
        }
        return session;
    }
}
