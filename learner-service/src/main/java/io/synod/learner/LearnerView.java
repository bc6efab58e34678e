package io.synod.learner;

import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a learner knows at one time.
 *
 * @param state what it does
 * @param detail why it stopped, or waits; or null
 * @param damage what of its store cannot be read any more; or null
 * @param logId the log
 * @param storageId the learner's storage id
 * @param delivered the last instance delivered
 * @param values how many values the log delivered up to there, also before this learner started
 * @param held up to where it holds everything, stored where it has a store
 * @param known the highest instance known to be decided
 * @param valueSource the id of the acceptor that is asked for values
 * @param sessions how many sessions live
 * @param keys how many idempotency keys are remembered
 * @param windowBytes how many bytes of undelivered values wait
 * @param patienceMicros how long a gap is left to close by itself before it is asked for
 * @param acceptors the acceptors by id
 * @param counters how often things happened
 */
public record LearnerView(
        State state,
        @Nullable String detail,
        @Nullable String damage,
        LogId logId,
        StorageId storageId,
        long delivered,
        long values,
        long held,
        long known,
        int valueSource,
        int sessions,
        int keys,
        long windowBytes,
        long patienceMicros,
        List<AcceptorView> acceptors,
        LearnerCounters counters) {

    /** What a learner does. */
    public enum State {
        /** It does not know yet where to begin. */
        STARTING,
        /** It has all that it knows to be decided. */
        CURRENT,
        /** It knows more to be decided than it has. */
        BEHIND,
        /** It takes the log from another learner, or waits for one that has it: acceptors have trimmed what it needs. */
        CATCHING_UP,
        /** It stopped: the next instance is trimmed. */
        BELOW_TRIM,
        /** It stopped: its log differs from other learners'. */
        HASH_DIFFERS,
        /** It stopped: an instance has two values. */
        TWO_VALUES,
        /** It stopped: the acceptors hold another log. */
        OTHER_LOG,
        /** It stopped: its store failed. */
        STORE_FAILED;

        static State of(LearnerStopped.Reason reason) {
            return switch (reason) {
                case BELOW_TRIM -> BELOW_TRIM;
                case HASH_DIFFERS -> HASH_DIFFERS;
                case TWO_VALUES -> TWO_VALUES;
                case OTHER_LOG -> OTHER_LOG;
                case STORE_FAILED -> STORE_FAILED;
            };
        }
    }

    /**
     * An acceptor as the learner sees it.
     *
     * @param id its id
     * @param registered whether it said ok to this learner since it started
     * @param speaks whether it was heard of lately, and votes in this learner's log
     * @param trimPoint how far it has trimmed
     */
    public record AcceptorView(int id, boolean registered, boolean speaks, long trimPoint) {}

    public LearnerView {
        acceptors = List.copyOf(acceptors);
    }

    /** How many instances are known to be decided and not delivered. */
    public long gapInstances() {
        return Math.max(0, known - delivered);
    }
}
