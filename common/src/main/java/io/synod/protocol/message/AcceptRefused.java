package io.synod.protocol.message;

import io.synod.protocol.Ballot;

/**
 * Acceptor to proposer: an accept was refused though its ballot was high enough, and nothing has changed.
 *
 * @param ballot the ballot of the accept
 * @param instance its instance
 * @param reason why
 */
public record AcceptRefused(Ballot ballot, long instance, Reason reason) implements Message {

    /** Why an acceptor does not accept. */
    public enum Reason {
        /** Its storage has no room; room returns with a trim. */
        STORAGE_FULL,
        /** It does not vote: the log is not formed, or it stays out. */
        NOT_VOTING
    }
}
