package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.role.Invariant;
import java.util.ArrayList;
import java.util.List;

/**
 * What only rises, or is set once, in a run of an acceptor's writes. It refuses a run that no acceptor can have made: what
 * is monotone in the role must be so in the store too. Not thread-safe.
 */
public final class AcceptorProgress {

    private final List<StorageId> noted;
    private LogId logId;
    private Ballot promised;
    private long trimPoint;

    /** Starts with what a store remembers. */
    public AcceptorProgress(AcceptorRecovery from) {
        noted = new ArrayList<>(from.noted());
        logId = from.logId();
        promised = from.promised();
        trimPoint = from.trimPoint();
    }

    /** Adds the next write. */
    public void apply(AcceptorWrite write) {
        switch (write) {
            case AcceptorWrite.Promised(Ballot ballot) -> {
                Invariant.check(!ballot.isBelow(promised), "S1", "a store promises ballot %s after %s", ballot,
                        promised);
                promised = ballot;
            }
            case AcceptorWrite.ValueAccepted(long instance, Ballot ballot, var _) -> {
                if (ballot.isBelow(promised) || instance <= trimPoint) {
                    Invariant.check(false, "S3",
                            "a store accepts instance %s at %s after promising %s and trimming to %s", instance, ballot,
                            promised, trimPoint);
                }
                promised = ballot;
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

    /** The storage ids noted, by acceptor id; those not noted are unknown, or missing at the end. */
    public List<StorageId> noted() {
        return List.copyOf(noted);
    }

    /** The log that was formed, or unknown. */
    public LogId logId() {
        return logId;
    }

    /** The highest ballot promised or accepted at. */
    public Ballot promised() {
        return promised;
    }

    /** The trim point, 0 for none. */
    public long trimPoint() {
        return trimPoint;
    }
}
