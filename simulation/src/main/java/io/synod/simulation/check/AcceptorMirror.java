package io.synod.simulation.check;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.RejoinReply;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one acceptor's store holds for good, kept from its durable writes. Checks each write against what was there (S1, S3),
 * and each word that leaves the acceptor against what is durable at that moment (S2).
 */
public final class AcceptorMirror {

    private final int id;
    private final Checks checks;
    private final TreeMap<Long, AcceptedEntry> accepted = new TreeMap<>();
    private final StorageId[] known;
    /** By acceptor: all ids that were ever known here. */
    private final List<Set<StorageId>> everKnown;
    private Ballot promised = Ballot.NONE;
    private Ballot highestAccepted = Ballot.NONE;
    private @Nullable Ballot above;
    private long trimPoint;
    private LogId logId = LogId.UNKNOWN;

    public AcceptorMirror(int id, int acceptors, Checks checks) {
        this.id = id;
        this.checks = checks;
        this.known = new StorageId[acceptors];
        Arrays.fill(known, StorageId.UNKNOWN);
        this.everKnown = Stream.generate(() -> (Set<StorageId>) new HashSet<StorageId>()).limit(acceptors).toList();
    }

    public Ballot promised() {
        return promised;
    }

    public long trimPoint() {
        return trimPoint;
    }

    public LogId logId() {
        return logId;
    }

    /** The highest ballot of its accepts. */
    public Ballot highestAccepted() {
        return highestAccepted;
    }

    /** The ballot above which alone it may accept; null if it was not admitted to rejoin. */
    public @Nullable Ballot above() {
        return above;
    }

    /** The storage id that is noted for an acceptor; for this one, its own. */
    public StorageId known(int acceptor) {
        return known[acceptor];
    }

    public NavigableMap<Long, AcceptedEntry> accepted() {
        return accepted;
    }

    public void writePromise(Ballot ballot) {
        checks.that(
                !ballot.isBelow(promised), "S1", "acceptor %d promises %s after %s", id, ballot, promised);
        promised = ballot;
    }

    public void writeAccept(Ballot ballot, long instance, Bytes value) {
        checks.that(
                !ballot.isBelow(promised),
                "S3",
                "acceptor %d accepts instance %d at %s after it promised %s",
                id,
                instance,
                ballot,
                promised);
        checks.that(
                instance > trimPoint,
                "S3",
                "acceptor %d accepts instance %d, which it trimmed (up to %d)",
                id,
                instance,
                trimPoint);
        checks.that(
                above == null || ballot.isAbove(above),
                "S10",
                "acceptor %d, which rejoins above %s, accepts instance %d at %s",
                id,
                above,
                instance,
                ballot);
        promised = ballot;
        highestAccepted = Ballot.max(highestAccepted, ballot);
        accepted.put(instance, new AcceptedEntry(instance, ballot, value));
    }

    public void writeTrim(long instance) {
        checks.that(
                instance >= trimPoint, "S9", "acceptor %d trims to %d after %d", id, instance, trimPoint);
        trimPoint = instance;
        accepted.headMap(instance, true).clear();
    }

    public void writeKnown(int acceptor, StorageId storageId) {
        checks.that(
                !known[acceptor].isKnown() || known[acceptor].equals(storageId),
                "S10",
                "acceptor %d notes storage id %s for acceptor %d after %s",
                id,
                storageId,
                acceptor,
                known[acceptor]);
        know(acceptor, storageId);
    }

    private void know(int acceptor, StorageId storageId) {
        known[acceptor] = storageId;
        everKnown.get(acceptor).add(storageId);
    }

    /** A later life of an acceptor is noted; of this one, it takes that id. */
    public void writeRenewed(int acceptor, StorageId storageId) {
        checks.that(
                storageId.generation() > known[acceptor].generation(),
                "S10",
                "acceptor %d notes storage id %s for acceptor %d after %s",
                id,
                storageId,
                acceptor,
                known[acceptor]);
        know(acceptor, storageId);
    }

    public void writeAdmitted(Ballot floor, List<StorageId> ids) {
        checks.that(above == null && !logId.isKnown(), "S10", "acceptor %d is admitted twice", id);
        above = floor;
        writePromise(floor);
        for (int acceptor = 0; acceptor < known.length; acceptor++) {
            know(acceptor, ids.get(acceptor));
        }
    }

    public void writeLogId(LogId formed) {
        checks.that(
                !logId.isKnown() || logId.equals(formed),
                "S10",
                "acceptor %d is of log %s after %s",
                id,
                formed,
                logId);
        logId = formed;
    }

    /** A promise leaves. */
    public void says(Promise promise) {
        checks.that(
                !promised.isBelow(promise.ballot()),
                "S2",
                "acceptor %d says that it promised %s, but only %s is durable",
                id,
                promise.ballot(),
                promised);
        checks.that(
                trimPoint >= promise.trimPoint(),
                "S2",
                "acceptor %d says that it trimmed to %d, but only %d is durable",
                id,
                promise.trimPoint(),
                trimPoint);
        checkLog(promise.logId());
        for (AcceptedEntry entry : promise.entries()) {
            says(entry.ballot(), entry.instance(), entry.value().checksum());
        }
        checkPageLacksNothing(promise);
    }

    /** The answer to a rejoin leaves. */
    public void says(RejoinReply reply) {
        checks.that(
                !promised.isBelow(reply.promised()),
                "S2",
                "acceptor %d answers a rejoin with %s, but only %s is durable",
                id,
                reply.promised(),
                promised);
        for (int acceptor = 0; acceptor < known.length; acceptor++) {
            if (reply.storageIds().get(acceptor).isKnown()) {
                saysKnown(acceptor, reply.storageIds().get(acceptor));
            }
        }
        if (reply.voting()) {
            checkLog(reply.logId());
        }
    }

    /** An accepted, or an entry of a promise, leaves. */
    public void says(Ballot ballot, long instance, long checksum) {
        AcceptedEntry entry = accepted.get(instance);
        checks.that(
                instance <= trimPoint || (entry != null && !entry.ballot().isBelow(ballot)),
                "S2",
                "acceptor %d says that it accepted instance %d at %s, but %s is durable",
                id,
                instance,
                ballot,
                entry);
        if (entry != null && entry.ballot().equals(ballot)) {
            checks.that(
                    entry.value().checksum() == checksum,
                    "S5",
                    "acceptor %d says that it accepted %x in instance %d at %s, but did not",
                    id,
                    checksum,
                    instance,
                    ballot);
        }
    }

    /** A trim point leaves. */
    public void saysTrimmed(long instance) {
        checks.that(
                trimPoint >= instance,
                "S2",
                "acceptor %d says that it trimmed to %d, but only %d is durable",
                id,
                instance,
                trimPoint);
    }

    /** A storage id leaves that the acceptor has noted for another, or its own. */
    public void saysKnown(int acceptor, StorageId storageId) {
        checks.that(
                everKnown.get(acceptor).contains(storageId),
                "S2",
                "acceptor %d says that it noted %s for acceptor %d, but %s is durable",
                id,
                storageId,
                acceptor,
                known[acceptor]);
    }

    /** A vote leaves: it must be for the log that this store belongs to. */
    public void checkLog(LogId said) {
        checks.that(
                logId.isKnown() && logId.equals(said),
                "S10",
                "acceptor %d votes for log %s, but log %s is durable",
                id,
                said,
                logId);
    }

    /** What was accepted below the promise in the instances that a page covers stands in it. */
    private void checkPageLacksNothing(Promise promise) {
        if (promise.from() > promise.through()) {
            return;
        }
        int next = 0;
        for (Map.Entry<Long, AcceptedEntry> entry : accepted.subMap(promise.from(), true, promise.through(), true)
                .entrySet()) {
            while (next < promise.entries().size()
                    && promise.entries().get(next).instance() < entry.getKey()) {
                next++;
            }
            boolean listed = next < promise.entries().size()
                    && promise.entries().get(next).instance() == entry.getKey();
            checks.that(
                    listed || !entry.getValue().ballot().isBelow(promise.ballot()),
                    "S4",
                    "acceptor %d leaves instance %d out of its promise of %s for %d to %d",
                    id,
                    entry.getKey(),
                    promise.ballot(),
                    promise.from(),
                    promise.through());
        }
    }
}
