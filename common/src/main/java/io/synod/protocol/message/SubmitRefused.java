package io.synod.protocol.message;

/**
 * Proposer to client: none of the entries of that attempt were, or ever will be, proposed by its receiver.
 *
 * @param attempt the attempt of the submit
 * @param reason why
 * @param leaderId the id of the proposer that leads as far as the sender knows, or {@link LeaderHint#NOBODY}
 */
public record SubmitRefused(long attempt, Reason reason, int leaderId) implements Message {

    /** Why a submit was refused. */
    public enum Reason {
        /** The proposer's queue is full, or the acceptors are. */
        OVERLOADED,
        /** Nobody leads at present. */
        NO_LEADER,
        /** A value exceeds the largest allowed size. */
        TOO_LARGE,
        /** The entries do not fit the layout, or are not a client's to submit. */
        MALFORMED
    }
}
