package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;

/**
 * What an acceptor accepted in one instance, as a promise reports it.
 *
 * @param instance the instance
 * @param ballot the highest ballot at which the acceptor accepted there
 * @param value the batch it accepted at that ballot
 */
public record AcceptedEntry(long instance, Ballot ballot, Bytes value) {}
