package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.List;

/**
 * Acceptor to acceptor: the answer to a rejoin, sent when what it notes is durable.
 *
 * @param voting whether the sender votes; the answer of one that does not counts for nothing
 * @param logId the log that the sender belongs to, or {@link LogId#UNKNOWN}
 * @param promised the ballot that it has promised, after it noted the id; {@link Ballot#NONE} for none
 * @param storageIds the storage ids it knows, by acceptor id, its own and that of the one it answers among them
 */
public record RejoinReply(boolean voting, LogId logId, Ballot promised, List<StorageId> storageIds)
        implements Message {

    public RejoinReply {
        storageIds = List.copyOf(storageIds);
    }
}
