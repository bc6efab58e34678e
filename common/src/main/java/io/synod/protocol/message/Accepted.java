package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * 2B, acceptor to the proposer of the ballot and to learners: it has accepted.
 *
 * @param ballot the ballot at which it accepted; the value's bytes were accepted at this ballot too
 * @param instance the instance
 * @param checksum {@link Bytes#checksum} of the value
 * @param value the value, for those that asked this acceptor for values; null in a mere vote
 */
public record Accepted(Ballot ballot, long instance, long checksum, @Nullable Bytes value) implements Message {}
