package io.synod.learner;

import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a learner knows at one time.
 *
 * @param state what it does
 * @param detail why it stopped, or null
 * @param logId the log
 * @param storageId the learner's storage id
 * @param delivered the last instance delivered
 * @param known the highest instance known to be decided
 * @param valueSource the id of the acceptor that is asked for values
 * @param sessions how many sessions live
 * @param windowBytes how many bytes of undelivered values wait
 * @param patienceMicros how long a gap is left to close by itself before it is asked for
 * @param acceptors the acceptors by id
 * @param counters how often things happened
 */
public record LearnerView(
        State state,
        @Nullable String detail,
        LogId logId,
        StorageId storageId,
        long delivered,
        long known,
        int valueSource,
        int sessions,
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
        /** It stopped: the next instance is trimmed. */
        BELOW_TRIM,
        /** It stopped: its log differs from other learners'. */
        HASH_DIFFERS,
        /** It stopped: an instance has two values. */
        TWO_VALUES,
        /** It stopped: the acceptors hold another log. */
        OTHER_LOG;

        static State of(LearnerStopped.Reason reason) {
            return switch (reason) {
                case BELOW_TRIM -> BELOW_TRIM;
                case HASH_DIFFERS -> HASH_DIFFERS;
                case TWO_VALUES -> TWO_VALUES;
                case OTHER_LOG -> OTHER_LOG;
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
