package io.synod.client;

import io.synod.role.Effects;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the outcomes of a lane in the order of the tickets, and counts them. One whose index is still asked for is held
 * back, and those behind it with it; {@link Locator} bounds for how long. A value with an idempotency key may be delivered
 * elsewhere in the log, so its outcome is what a learner answers; until then others are not held up by it.
 */
final class Outcomes {

    private record Held(ClientOutput outcome, Locator.@Nullable Question question, int offset) {}

    private record Keyed(
            ClientOutput.Decided outcome, ClientOutput.Unknown unknown, ValueKey key, Locator.Question question) {}

    private final ClientCounters counters;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private final ArrayDeque<Keyed> keyed = new ArrayDeque<>();

    Outcomes(ClientCounters counters) {
        this.counters = counters;
    }

    /** Gives an outcome that nothing is missing of. */
    void give(ClientOutput outcome, Effects effects) {
        if (held.isEmpty()) {
            output(outcome, effects);
        } else {
            held.addLast(new Held(outcome, null, 0));
        }
    }

    /**
     * Gives an outcome as soon as its index is known, or known to stay unknown.
     *
     * @param offset how far the outcome's first value is behind the one that is asked for
     */
    void giveLocated(ClientOutput.Decided outcome, Locator.Question question, int offset, Effects effects) {
        held.addLast(new Held(outcome, question, offset));
        release(effects);
    }

    /**
     * Gives the outcome of a value with a key as soon as it is known what its key stands for.
     *
     * @param outcome if it is for the value itself, delivered in its turn
     * @param unknown if nobody tells
     */
    void giveKeyed(
            ClientOutput.Decided outcome,
            ClientOutput.Unknown unknown,
            ValueKey key,
            Locator.Question question,
            Effects effects) {
        keyed.addLast(new Keyed(outcome, unknown, key, question));
        release(effects);
    }

    /** Gives what need not be held back any more. */
    void release(Effects effects) {
        for (Held first = held.peekFirst(); first != null; first = held.peekFirst()) {
            if (first.question != null && !first.question.isAnswered()) {
                break;
            }
            held.removeFirst();
            output(located(first), effects);
        }
        for (Keyed first = keyed.peekFirst(); first != null; first = keyed.peekFirst()) {
            if (!first.question.isAnswered()) {
                return;
            }
            keyed.removeFirst();
            output(judged(first), effects);
        }
    }

    /** Gives all, with what is known: nobody will answer any more. */
    void releaseAll(Effects effects) {
        for (Held next = held.pollFirst(); next != null; next = held.pollFirst()) {
            output(located(next), effects);
        }
        for (Keyed next = keyed.pollFirst(); next != null; next = keyed.pollFirst()) {
            output(judged(next), effects);
        }
    }

    boolean isEmpty() {
        return held.isEmpty() && keyed.isEmpty();
    }

    private void output(ClientOutput outcome, Effects effects) {
        switch (outcome) {
            case ClientOutput.Decided decided -> counters.decided(decided.count());
            case ClientOutput.Refused refused -> counters.refused(refused.count());
            case ClientOutput.Unknown unknown -> counters.unknown(unknown.count());
            case ClientOutput.SessionOpened _, ClientOutput.SessionLost _ -> {}
        }
        effects.output(outcome);
    }

    private static ClientOutput located(Held held) {
        return held.question != null && held.question.index() >= 0
                && held.outcome instanceof ClientOutput.Decided decided
                        ? decided.withFirstIndex(held.question.index() + held.offset)
                        : held.outcome;
    }

    /**
     * What is remembered of a key stood there when the turn of the value came, if it was delivered in that instance or before
     * it. If later, the key was forgotten in between, and it is not known any more what became of the value in its turn.
     */
    private static ClientOutput judged(Keyed keyed) {
        ClientOutput.Decided outcome = keyed.outcome;
        Locator.Delivery delivery = keyed.question.delivery();
        if (delivery == null || delivery.instance() > outcome.instance()) {
            return keyed.unknown;
        }
        return delivery.value().equals(keyed.key.value())
                ? outcome.at(delivery.instance(), delivery.index())
                : new ClientOutput.Refused(outcome.lane(), outcome.firstTicket(), 1,
                        RefusalReason.KEY_OF_ANOTHER_VALUE);
    }
}
