package io.synod.protocol.message;

import io.synod.protocol.LogId;

/**
 * Learner (or client) to acceptor: register me, until the lease runs out. Repeated as a renewal, and at once when the
 * acceptor's incarnation or the wish for values changes.
 *
 * @param logId the log the learner knows, or {@link LogId#UNKNOWN}; an acceptor that is told of a log it lacks stays out
 * @param delivered the last instance the learner delivered
 * @param values whether this acceptor is to send values; the others send votes alone
 */
public record LearnerHi(LogId logId, long delivered, boolean values) implements Message {}
