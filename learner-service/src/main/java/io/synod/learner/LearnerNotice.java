package io.synod.learner;

import io.synod.protocol.LogId;

/** A change of a learner's state that is worth a line in the log of the service. */
public sealed interface LearnerNotice extends LearnerOutput {

    /**
     * An acceptor said ok to a hi for the first time since it or this learner started.
     *
     * @param acceptor the acceptor's id
     * @param logId the log it belongs to, or {@link LogId#UNKNOWN} while it is not formed
     * @param values whether it sends values
     */
    record Registered(int acceptor, LogId logId, boolean values) implements LearnerNotice {}

    /**
     * The acceptor that is asked for values changed.
     *
     * @param from the id of the acceptor that was asked so far
     * @param to the id of the one that is asked from now on
     * @param reason why, in a few words
     */
    record SourceChanged(int from, int to, String reason) implements LearnerNotice {}

    /**
     * Instances that had to be asked for were delivered.
     *
     * @param first the first instance of the gap
     * @param last the last instance known to be decided when the gap closed
     * @param nanos how long delivery was held up, in nanoseconds
     */
    record GapRepaired(long first, long last, long nanos) implements LearnerNotice {}

    /**
     * No ballot's quorum shows an instance that is decided, so the proposers were asked to propose it anew.
     *
     * @param first the first instance asked for
     * @param last the last
     */
    record ReproposeAsked(long first, long last) implements LearnerNotice {}

    /**
     * Idempotency keys were forgotten before their time, because the table of them is full: a retry with one of them would
     * be delivered again. Said for the first, and again after each time as many as the table holds.
     *
     * @param count how many so far
     * @param keysMax how many the table holds
     */
    record KeysForgotten(long count, int keysMax) implements LearnerNotice {}

    /**
     * What the learner needs next is trimmed at so many acceptors that no quorum can show it: another learner must.
     *
     * @param next the instance that it needs next
     */
    record PeerNeeded(long next) implements LearnerNotice {}

    /**
     * The learner has what a peer had to give it, and goes on with the acceptors.
     *
     * @param next the instance that it needs next
     */
    record PeerNeededNoMore(long next) implements LearnerNotice {}
}
