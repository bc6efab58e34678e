package io.synod.protocol.message;

import io.synod.protocol.StorageId;

/**
 * Acceptor to acceptor: this is my storage id now. Sent by one that lost what it knew, once it was told to rejoin, until all
 * others have noted the id; they note it if its generation is higher than that of the one they know.
 *
 * @param storageId the sender's storage id, of a higher generation than those of its former lives
 */
public record Rejoin(StorageId storageId) implements Message {}
