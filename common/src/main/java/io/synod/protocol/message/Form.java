package io.synod.protocol.message;

import io.synod.protocol.StorageId;

/**
 * Acceptor to acceptor while the log is not formed: note my storage id, and say whether you know another.
 *
 * @param storageId the sender's storage id
 */
public record Form(StorageId storageId) implements Message {}
