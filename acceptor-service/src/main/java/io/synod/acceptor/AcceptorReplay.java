package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.role.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads a store's writes back, in the order in which they were made. It refuses a sequence that no acceptor can have
 * written: what only rises must rise in the store too. Not thread-safe.
 */
public final class AcceptorReplay {

    private final StorageId storageId;
    private final List<StorageId> noted = new ArrayList<>();
    private final TreeMap<Long, AcceptedEntry> accepted = new TreeMap<>();
    private LogId logId = LogId.UNKNOWN;
    private Ballot promised = Ballot.NONE;
    private long trimPoint;

    /** Starts with an empty store of that id. */
    public AcceptorReplay(StorageId storageId) {
        this.storageId = storageId;
    }

    /** Adds the next write. */
    public void apply(AcceptorWrite write) {
        switch (write) {
            case AcceptorWrite.Promised(Ballot ballot) -> {
                Invariant.check(!ballot.isBelow(promised), "S1", "a store promises ballot %s after %s", ballot,
                        promised);
                promised = ballot;
            }
            case AcceptorWrite.ValueAccepted(long instance, Ballot ballot, var value) -> {
                Invariant.check(!ballot.isBelow(promised), "S3", "a store accepts instance %s at %s after promising %s",
                        instance, ballot, promised);
                Invariant.check(instance > trimPoint, "S3", "a store accepts instance %s at or below trim point %s",
                        instance, trimPoint);
                promised = ballot;
                accepted.put(instance, new AcceptedEntry(instance, ballot, value));
            }
            case AcceptorWrite.StorageNoted(int acceptorId, StorageId id) -> note(acceptorId, id);
            case AcceptorWrite.LogFormed(LogId formed) -> {
                Invariant.check(!logId.isKnown() || logId.equals(formed), "S10", "a store of log %s forms log %s",
                        logId, formed);
                logId = formed;
            }
            case AcceptorWrite.TrimAdvanced(long point) -> {
                Invariant.check(point >= trimPoint, "S9", "a store trims to %s after %s", point, trimPoint);
                trimPoint = point;
                accepted.headMap(point, true).clear();
            }
        }
    }

    private void note(int acceptorId, StorageId id) {
        while (noted.size() <= acceptorId) {
            noted.add(StorageId.UNKNOWN);
        }
        StorageId known = noted.get(acceptorId);
        Invariant.check(!known.isKnown() || known.equals(id), "S10", "a store notes %s for acceptor %s after %s", id,
                acceptorId, known);
        noted.set(acceptorId, id);
    }

    /** Returns what the writes so far amount to. */
    public AcceptorRecovery recovery() {
        return new AcceptorRecovery(storageId, noted, logId, promised, trimPoint, List.copyOf(accepted.values()));
    }
}
