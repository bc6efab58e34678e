package io.synod.client;

import io.synod.role.Effects;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the outcomes of a lane in the order of the tickets. One whose index is still asked for is held back, and those
 * behind it with it; {@link Locator} bounds for how long.
 */
final class Outcomes {

    private record Held(ClientOutput outcome, Locator.@Nullable Question question, int offset) {}

    private final ArrayDeque<Held> held = new ArrayDeque<>();

    /** Gives an outcome that nothing is missing of. */
    void give(ClientOutput outcome, Effects effects) {
        if (held.isEmpty()) {
            effects.output(outcome);
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

    /** Gives what need not be held back any more. */
    void release(Effects effects) {
        for (Held first = held.peekFirst(); first != null; first = held.peekFirst()) {
            if (first.question != null && !first.question.isAnswered()) {
                return;
            }
            held.removeFirst();
            effects.output(located(first));
        }
    }

    /** Gives all, with what indexes are known: nobody will answer any more. */
    void releaseAll(Effects effects) {
        for (Held next = held.pollFirst(); next != null; next = held.pollFirst()) {
            effects.output(located(next));
        }
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    private static ClientOutput located(Held held) {
        return held.question != null && held.question.index() >= 0
                && held.outcome instanceof ClientOutput.Decided decided
                        ? decided.withFirstIndex(held.question.index() + held.offset)
                        : held.outcome;
    }
}
