package io.synod.protocol.message;

/**
 * Proposer to client: who leads. Sent beside forwarding, so that the client goes there next time.
 *
 * @param leaderId the id of the proposer that leads, or {@link #NOBODY}
 */
public record LeaderHint(int leaderId) implements Message {

    /** Nobody leads, as far as the sender knows. */
    public static final int NOBODY = -1;
}
