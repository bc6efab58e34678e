package io.synod.protocol.message;

import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;

/**
 * Acceptor to acceptor: the answer to a form, sent when the note is durable.
 *
 * @param noted the storage id that the sender has noted for the one it answers: the one of the form, or the one it knew
 * @param own the sender's own storage id
 * @param logId the log the sender belongs to; while it is forming the one a learner told it of, or the one it would form
 *     with the storage ids it has noted; {@link LogId#UNKNOWN} while it has not noted all
 */
public record FormReply(StorageId noted, StorageId own, LogId logId) implements Message {}
