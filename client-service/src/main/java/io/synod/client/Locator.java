package io.synod.client;

import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.SessionId;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.LocateKey;
import io.synod.protocol.message.Located;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks configured learners what the learner inside this client cannot know: at which index a run stands, and what stands under an
 * idempotency key. One question after the other, each again after a growing wait, and for a bounded time. What stays without
 * an answer stays unknown.
 */
final class Locator {

    /** How long an outcome is held back at most for its index. */
    static final long GIVE_UP_NANOS = 400_000_000L;

    private static final long WAIT_NANOS_MIN = 5_000_000L;
    private static final long WAIT_NANOS_MAX = 200_000_000L;
    private static final int QUESTIONS_MAX = 4_096;
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * Where the value of a key was delivered.
     *
     * @param value its digest
     */
    record Delivery(long instance, int index, Digest value) {}

    /** The place of a delivered run of values, or what its key stands for. */
    static final class Question {
        private final Message message;
        private final long askedNanos;
        private final long giveUpNanos;
        private long nextNanos;
        private long waitNanos = WAIT_NANOS_MIN;
        private boolean answered;
        private int index = Located.UNKNOWN;
        private @Nullable Delivery delivery;

        private Question(Message message, long askedNanos, long giveUpNanos) {
            this.message = message;
            this.askedNanos = askedNanos;
            this.giveUpNanos = giveUpNanos;
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

        /** What was delivered under the key; null if it stays unknown. */
        @Nullable
        Delivery delivery() {
            return delivery;
        }
    }

    private record Key(long instance, SessionId session, long number) {}

    private final List<NodeId> learners;
    /** Oldest first. */
    private final LinkedHashMap<Key, Question> open = new LinkedHashMap<>();
    private int learner;
    private long nextNanos = NEVER;

    /** @param learners whom to ask; nobody to leave it all unknown */
    Locator(List<NodeId> learners) {
        this.learners = learners;
    }

    /** Asks where a run stands among the deliveries of its instance. */
    Question ask(LogId logId, long instance, SessionId session, long firstNumber, long nowNanos) {
        return ask(
                new Key(instance, session, firstNumber),
                new Question(new Locate(logId, instance, session, firstNumber), nowNanos, nowNanos + GIVE_UP_NANOS));
    }

    /** Asks what stands under the key of a value whose turn has come, until {@code giveUpNanos}. */
    Question askKey(
            LogId logId, long instance, SessionId session, long number, Digest key, long nowNanos, long giveUpNanos) {
        return ask(
                new Key(instance, session, number),
                new Question(new LocateKey(logId, instance, session, number, key), nowNanos, giveUpNanos));
    }

    private Question ask(Key key, Question question) {
        if (learners.isEmpty() || open.size() >= QUESTIONS_MAX) {
            question.answered = true;
        } else {
            open.put(key, question);
            nextNanos = question.askedNanos;
        }
        return question;
    }

    void onLocated(Located located) {
        Question question = open.remove(new Key(located.instance(), located.session(), located.number()));
        if (question != null) {
            question.index = located.index();
            question.answered = true;
        }
    }

    void onLocated(KeyLocated located) {
        Question question = open.remove(new Key(located.instance(), located.session(), located.number()));
        if (question != null) {
            if (located.deliveredAt() != KeyLocated.NOWHERE) {
                question.delivery = new Delivery(located.deliveredAt(), located.index(), located.value());
            }
            question.answered = true;
        }
    }

    /** Asks, asks again, and gives up. */
    void onRound(long nowNanos, Effects effects) {
        if (nowNanos < nextNanos) {
            return;
        }
        nextNanos = NEVER;
        boolean silent = false;
        for (Iterator<Question> it = open.values().iterator(); it.hasNext();) {
            Question question = it.next();
            if (nowNanos >= question.giveUpNanos) {
                question.answered = true;
                it.remove();
                continue;
            }
            if (nowNanos >= question.nextNanos) {
                silent |= question.nextNanos != question.askedNanos;
                send(question, nowNanos, effects);
            }
            nextNanos = Math.min(nextNanos, Math.min(question.nextNanos, question.giveUpNanos));
        }
        if (silent) {
            learner = (learner + 1) % learners.size();
        }
    }

    private void send(Question question, long nowNanos, Effects effects) {
        effects.send(learners.get(learner), question.message);
        question.nextNanos = nowNanos + question.waitNanos;
        question.waitNanos = Math.min(2 * question.waitNanos, WAIT_NANOS_MAX);
    }

    long nextDeadlineNanos() {
        return nextNanos;
    }
}
