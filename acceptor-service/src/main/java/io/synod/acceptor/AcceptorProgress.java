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
    private StorageId storageId;
    private LogId logId;
    private Ballot promised;
    private long trimPoint;
    private RejoinState rejoin;

    /** Starts with what a store remembers. */
    public AcceptorProgress(AcceptorRecovery from) {
        noted = new ArrayList<>(from.noted());
        storageId = from.storageId();
        logId = from.logId();
        promised = from.promised();
        trimPoint = from.trimPoint();
        rejoin = from.rejoin();
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
                if (!rejoin.allows(ballot)) {
                    Invariant.check(false, "S10", "a store that rejoins (%s) accepts instance %s at %s", rejoin,
                            instance, ballot);
                }
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
            case AcceptorWrite.TrimAdvanced(long point) -> trim(point);
            case AcceptorWrite.PeerRenewed(int acceptorId, StorageId id) -> {
                Invariant.check(id.generation() > known(acceptorId).generation(), "S10",
                        "a store notes %s as a later life of acceptor %s than %s", id, acceptorId, known(acceptorId));
                put(acceptorId, id);
            }
            case AcceptorWrite.Renewed(StorageId id) -> renew(id);
            case AcceptorWrite.Admitted(Ballot above, LogId log, List<StorageId> ids) -> admit(above, log, ids);
            case AcceptorWrite.TrimAdopted(long point) -> {
                Invariant.check(rejoin.stage() == RejoinState.Stage.ADMITTED && !logId.isKnown(), "S9",
                        "a store that does not rejoin takes over the trim point %s", point);
                trim(point);
            }
            case AcceptorWrite.Rejoined(LogId log) -> {
                Invariant.check(!logId.isKnown() && log.isKnown() && log.equals(rejoin.logId()), "S10",
                        "a store of log %s that rejoins (%s) comes into log %s", logId, rejoin, log);
                logId = log;
            }
        }
    }

    private void trim(long point) {
        Invariant.check(point >= trimPoint, "S9", "a store trims to %s after %s", point, trimPoint);
        trimPoint = point;
    }

    private void renew(StorageId id) {
        Invariant.check(id.generation() > storageId.generation(), "S10", "a store renews %s to %s", storageId, id);
        if (!logId.isKnown() && rejoin.stage() == RejoinState.Stage.NONE) {
            Invariant.check(promised.equals(Ballot.NONE), "S10", "a store that promised %s begins to rejoin", promised);
            rejoin = RejoinState.ASKING;
        }
        storageId = id;
    }

    private void admit(Ballot above, LogId log, List<StorageId> ids) {
        Invariant.check(rejoin.stage() == RejoinState.Stage.ASKING && log.isKnown(), "S10",
                "a store that rejoins (%s) is admitted to log %s", rejoin, log);
        rejoin = RejoinState.admitted(above, log);
        promised = above;
        noted.clear();
        noted.addAll(ids);
    }

    private StorageId known(int acceptorId) {
        return acceptorId < noted.size() ? noted.get(acceptorId) : StorageId.UNKNOWN;
    }

    private void note(int acceptorId, StorageId id) {
        StorageId known = known(acceptorId);
        Invariant.check(!known.isKnown() || known.equals(id), "S10", "a store notes %s for acceptor %s after %s", id,
                acceptorId, known);
        put(acceptorId, id);
    }

    private void put(int acceptorId, StorageId id) {
        while (noted.size() <= acceptorId) {
            noted.add(StorageId.UNKNOWN);
        }
        noted.set(acceptorId, id);
    }

    /** Names this life of the store. */
    public StorageId storageId() {
        return storageId;
    }

    /** How far it has come on its way back, if it was told to rejoin. */
    public RejoinState rejoin() {
        return rejoin;
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
