package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads a store's writes back, in the order in which they were made, and refuses what {@link AcceptorProgress} does. Not
 * thread-safe.
 */
public final class AcceptorReplay {

    private final AcceptorProgress progress;
    private final TreeMap<Long, AcceptedEntry> accepted = new TreeMap<>();

    /** Starts with an empty store of that id. */
    public AcceptorReplay(StorageId storageId) {
        progress = new AcceptorProgress(AcceptorRecovery.empty(storageId));
    }

    /** Adds the next write. */
    public void apply(AcceptorWrite write) {
        progress.apply(write);
        switch (write) {
            case AcceptorWrite.ValueAccepted(long instance, Ballot ballot, var value) ->
                    accepted.put(instance, new AcceptedEntry(instance, ballot, value));
            case AcceptorWrite.TrimAdvanced(long point) -> accepted.headMap(point, true).clear();
            case AcceptorWrite.TrimAdopted(long point) -> accepted.headMap(point, true).clear();
            case AcceptorWrite.Promised _, AcceptorWrite.StorageNoted _, AcceptorWrite.LogFormed _ -> {}
            case AcceptorWrite.PeerRenewed _, AcceptorWrite.Renewed _, AcceptorWrite.Admitted _ -> {}
            case AcceptorWrite.Rejoined _ -> {}
        }
    }

    /** Returns what the writes so far amount to. */
    public AcceptorRecovery recovery() {
        return new AcceptorRecovery(progress.storageId(), progress.noted(), progress.logId(), progress.promised(),
                progress.trimPoint(), List.copyOf(accepted.values()), progress.rejoin());
    }
}
