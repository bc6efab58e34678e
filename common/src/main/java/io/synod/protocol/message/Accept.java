package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;

/**
 * 2A, proposer to acceptors: accept {@code value} in {@code instance} at {@code ballot}. A repeat is the same to the last
 * byte, so that fragments of either complete the other.
 *
 * @param ballot the proposer's ballot
 * @param instance the instance, 1 or more
 * @param value the batch: entries as {@link io.synod.protocol.entry} lays them out; empty for a no-op
 */
public record Accept(Ballot ballot, long instance, Bytes value) implements Message {}
