package io.synod.client;

import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.SessionId;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.Located;
import io.synod.role.Effects;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Asks configured learners for the indexes that the learner inside this client cannot know: one after the other, after a
 * growing wait, and for a bounded time. What stays without an answer stays unknown; the value is decided all the same.
 */
final class Locator {

    /** How long an outcome is held back at most for its index. */
    static final long GIVE_UP_NANOS = 400_000_000L;

    private static final long WAIT_NANOS_MIN = 5_000_000L;
    private static final int QUESTIONS_MAX = 4_096;
    private static final long NEVER = Long.MAX_VALUE;

    /** The place of a delivered run of values. */
    static final class Question {
        private final LogId logId;
        private final long askedNanos;
        private long nextNanos;
        private long waitNanos = WAIT_NANOS_MIN;
        private boolean answered;
        private int index = Located.UNKNOWN;

        private Question(LogId logId, long askedNanos) {
            this.logId = logId;
            this.askedNanos = askedNanos;
            this.nextNanos = askedNanos;
        }

        /** Whether nothing more is to be learnt. */
        boolean isAnswered() {
            return answered;
        }

        /** The index of the run's first value; below 0 if it stays unknown. */
        int index() {
            return index;
        }

        private void answer(int found) {
            index = found;
            answered = true;
        }
    }

    private record Key(long instance, SessionId session, long number) {}

    private final List<NodeId> learners;
    /** Oldest first. */
    private final LinkedHashMap<Key, Question> open = new LinkedHashMap<>();
    private int learner;
    private long nextNanos = NEVER;

    /** @param learners whom to ask; nobody to leave indexes unknown */
    Locator(List<NodeId> learners) {
        this.learners = learners;
    }

    /** Asks where a run stands among the deliveries of its instance. */
    Question ask(LogId logId, long instance, SessionId session, long firstNumber, long nowNanos) {
        Question question = new Question(logId, nowNanos);
        if (learners.isEmpty() || open.size() >= QUESTIONS_MAX) {
            question.answer(Located.UNKNOWN);
        } else {
            open.put(new Key(instance, session, firstNumber), question);
            nextNanos = nowNanos;
        }
        return question;
    }

    void onLocated(Located located) {
        Question question = open.remove(new Key(located.instance(), located.session(), located.number()));
        if (question != null) {
            question.answer(located.index());
        }
    }

    /** Asks, asks again, and gives up. */
    void onRound(long nowNanos, Effects effects) {
        if (nowNanos < nextNanos) {
            return;
        }
        nextNanos = NEVER;
        boolean silent = false;
        for (Iterator<java.util.Map.Entry<Key, Question>> it = open.entrySet().iterator(); it.hasNext();) {
            var entry = it.next();
            Question question = entry.getValue();
            if (nowNanos - question.askedNanos >= GIVE_UP_NANOS) {
                question.answer(Located.UNKNOWN);
                it.remove();
                continue;
            }
            if (nowNanos >= question.nextNanos) {
                silent |= question.nextNanos != question.askedNanos;
                send(entry.getKey(), question, nowNanos, effects);
            }
            nextNanos = Math.min(nextNanos, Math.min(question.nextNanos, question.askedNanos + GIVE_UP_NANOS));
        }
        if (silent) {
            learner = (learner + 1) % learners.size();
        }
    }

    private void send(Key key, Question question, long nowNanos, Effects effects) {
        effects.send(
                learners.get(learner), new Locate(question.logId, key.instance, key.session, key.number));
        question.nextNanos = nowNanos + question.waitNanos;
        question.waitNanos *= 2;
    }

    long nextDeadlineNanos() {
        return nextNanos;
    }
}
