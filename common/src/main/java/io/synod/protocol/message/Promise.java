package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.List;

/**
 * 1B, acceptor to proposer: one page of a promise. It reports everything accepted in instances {@code from} to
 * {@code through}: an instance of that range that is neither listed nor trimmed was never accepted by this acceptor.
 *
 * @param ballot the ballot promised
 * @param from the first instance the page covers
 * @param through the last instance the page covers; {@link #NOTHING_ABOVE} on the last page
 * @param entries what was accepted, by rising instance
 * @param trimPoint the acceptor's trim point: what is at or below it is decided and dropped, not empty
 * @param watermark the highest watermark the acceptor heard
 * @param logId the log the acceptor belongs to
 * @param storageIds the storage ids the acceptor knows, by acceptor id, its own among them
 */
public record Promise(
        Ballot ballot,
        long from,
        long through,
        List<AcceptedEntry> entries,
        long trimPoint,
        long watermark,
        LogId logId,
        List<StorageId> storageIds)
        implements Message {

    /** As {@link #through}: the acceptor has accepted nothing above the listed entries. */
    public static final long NOTHING_ABOVE = Long.MAX_VALUE;

    public Promise {
        entries = List.copyOf(entries);
        storageIds = List.copyOf(storageIds);
    }
}
