package io.synod.protocol.message;

/**
 * Leader to the proposer that forwarded: the answer that it passes on to the client as {@link SubmitRefused}.
 *
 * @param client the incarnation of the client
 * @param attempt the attempt of the submit
 * @param reason why
 * @param leaderId who leads, as in {@link SubmitRefused}
 */
public record ForwardRefused(long client, long attempt, SubmitRefused.Reason reason, int leaderId)
        implements Message {}
