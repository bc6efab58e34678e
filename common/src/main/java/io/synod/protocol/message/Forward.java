package io.synod.protocol.message;

import io.synod.protocol.Bytes;

/**
 * A proposer that does not lead, to the one that does: a client's submit. It is forwarded once and never again.
 *
 * @param client the incarnation of the client
 * @param attempt the attempt of the submit, or {@link #NO_ATTEMPT} for entries that a former leader had queued: nobody
 *     is told when those are refused
 * @param entries the entries of the submit
 */
public record Forward(long client, long attempt, Bytes entries) implements Message {

    /** Stands for no attempt; clients number their attempts from 1. */
    public static final long NO_ATTEMPT = 0;
}
