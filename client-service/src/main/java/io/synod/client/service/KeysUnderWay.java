package io.synod.client.service;

import io.synod.client.RefusalReason;
import io.synod.client.ValueKey;
import io.synod.protocol.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The values with an idempotency key that were submitted and have no outcome yet. Whoever comes with the key of one of them
 * waits for its outcome, or is refused if he has another value. The loop's thread alone may use it.
 */
final class KeysUnderWay {

    private record Value(ValueKey key, List<CompletableFuture<ValueOutcome>> outcomes) {}

    private final Map<Long, Value> byTicket = new HashMap<>();
    private final Map<Digest, Value> byKey = new HashMap<>();

    /** Joins a value to the one under way with its key; returns false if there is none. */
    boolean join(ValueKey key, CompletableFuture<ValueOutcome> outcome) {
        Value first = byKey.get(key.digest());
        if (first == null) {
            return false;
        }
        if (first.key().value().equals(key.value())) {
            first.outcomes().add(outcome);
        } else {
            outcome.complete(new ValueOutcome.Refused(RefusalReason.KEY_OF_ANOTHER_VALUE));
        }
        return true;
    }

    /** A value was submitted whose key is not under way. */
    void begin(long ticket, ValueKey key, CompletableFuture<ValueOutcome> outcome) {
        Value value = new Value(key, new ArrayList<>(List.of(outcome)));
        byTicket.put(ticket, value);
        byKey.put(key.digest(), value);
    }

    /** Gives all who wait for a value its outcome; returns false if the ticket is not that of a value with a key. */
    boolean complete(long ticket, ValueOutcome outcome) {
        Value value = byTicket.remove(ticket);
        if (value == null) {
            return false;
        }
        byKey.remove(value.key().digest());
        value.outcomes().forEach(waiting -> waiting.complete(outcome));
        return true;
    }
}
