package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;

/**
 * 1A, proposer to acceptors: promise {@code ballot} for every instance, and tell what was accepted at or above
 * {@code from}. Repeated at the same ballot it asks for the page that begins at {@code from}: a lost page, the next one,
 * or one below the first {@code from}.
 *
 * @param ballot the ballot to promise
 * @param from the first instance that the answer is to cover, 1 or more
 * @param logId the log the proposer knows, or {@link LogId#UNKNOWN}
 */
public record Prepare(Ballot ballot, long from, LogId logId) implements Message {}
