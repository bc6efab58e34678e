package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.role.Invariant;
import java.util.List;

/**
 * What an acceptor's store remembers at the start.
 *
 * @param storageId names this life of the store
 * @param noted the storage ids of all acceptors by id, {@link StorageId#UNKNOWN} where none was noted; may be shorter
 *     than there are acceptors
 * @param logId the log that was formed, or {@link LogId#UNKNOWN}
 * @param promised the highest ballot promised or accepted at
 * @param trimPoint the trim point, 0 for none
 * @param accepted what was accepted above the trim point, by rising instance
 * @param rejoin how far it has come on its way back, if it was told to rejoin
 */
public record AcceptorRecovery(
        StorageId storageId,
        List<StorageId> noted,
        LogId logId,
        Ballot promised,
        long trimPoint,
        List<AcceptedEntry> accepted,
        RejoinState rejoin) {

    public AcceptorRecovery {
        noted = List.copyOf(noted);
        accepted = List.copyOf(accepted);
        Invariant.check(storageId.isKnown(), "S10", "a store has no storage id");
        long below = trimPoint;
        for (AcceptedEntry entry : accepted) {
            Invariant.check(entry.instance() > below, "S9", "a store holds instance %s after %s (trim point %s)",
                    entry.instance(), below, trimPoint);
            Invariant.check(!entry.ballot().isAbove(promised), "S3",
                    "a store holds instance %s at ballot %s above the promised ballot %s", entry.instance(),
                    entry.ballot(), promised);
            Invariant.check(rejoin.allows(entry.ballot()), "S10",
                    "a store that rejoins (%s) holds instance %s at ballot %s", rejoin, entry.instance(),
                    entry.ballot());
            below = entry.instance();
        }
    }

    /** Returns what a store that was formed just now remembers: nothing but its id. */
    public static AcceptorRecovery empty(StorageId storageId) {
        return new AcceptorRecovery(storageId, List.of(), LogId.UNKNOWN, Ballot.NONE, 0, List.of(),
                RejoinState.NONE);
    }
}
