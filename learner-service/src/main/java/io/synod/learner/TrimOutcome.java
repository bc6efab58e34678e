package io.synod.learner;

import java.util.List;

/**
 * What became of {@link Learner#requestTrim}.
 *
 * @param request the number that the caller gave its request
 * @param instance the instance it asked to trim up to
 * @param kind the outcome
 * @param trimPoints how far each acceptor has trimmed, by acceptor id; {@link #NOT_ANSWERED_YET} for one that said nothing
 * @param held what each configured learner holds as far as the acceptors were told, by learner id
 * @param blocking the ids of the learners that hold less than {@code instance} and are waited for, the one that holds least first
 * @param excluded the ids of the learners that no acceptor that answered waits for
 * @param notExcluded the learners that the request named to be excluded, and acceptors that wait for them all the same
 */
public record TrimOutcome(
        long request, long instance, Kind kind, List<Long> trimPoints, List<Long> held, List<Integer> blocking,
        List<Integer> excluded, List<NotExcluded> notExcluded)
        implements LearnerOutput {

    /** As a trim point: the acceptor did not answer. */
    public static final long NOT_ANSWERED_YET = -1;

    /**
     * A learner that acceptors still wait for, though they were asked not to: they have not missed it for long enough.
     *
     * @param learner its id
     * @param acceptors the ids of the acceptors that said so
     */
    public record NotExcluded(int learner, List<Integer> acceptors) {
        public NotExcluded {
            acceptors = List.copyOf(acceptors);
        }
    }

    /** How a request to trim can end. */
    public enum Kind {
        /** Every acceptor that answered, a phase-1 quorum at least, has trimmed that far. */
        TRIMMED,
        /**
         * The trim quorum of learners does not hold it. Where the learner that was asked holds it, acceptors trim by
         * themselves when the others do; what it does not hold itself was not asked of them.
         */
        BLOCKED,
        /** Too few acceptors answered in time. */
        NOT_ANSWERED,
        /** This learner may not trim. */
        NOT_ALLOWED
    }

    public TrimOutcome {
        trimPoints = List.copyOf(trimPoints);
        held = List.copyOf(held);
        blocking = List.copyOf(blocking);
        excluded = List.copyOf(excluded);
        notExcluded = List.copyOf(notExcluded);
    }
}
