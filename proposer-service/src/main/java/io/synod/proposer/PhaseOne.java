package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.role.Effects;
import io.synod.role.Invariant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Phase 1 of one ballot over a range of instances: asks each acceptor for the pages of its promise, and tells for which
 * instances the pages of a phase-1 quorum are in hand and what was reported there (Lamport, Paxos Made Simple, 2.2;
 * rule S4). Instances are taken out in rising order: {@link #floor} is the last one taken, or known to be decided.
 *
 * <p>Pages are asked for a bounded way ahead, so that a long range is recovered in bounded memory. All reports are merged
 * as they come, also those of acceptors that are not counted: each names a proposal that was really made, so the
 * highest of more reports is as good as the highest of a quorum's.
 */
class PhaseOne {

    /** Makes the phase 1 of a range, so that an extension follows the same rules as the leadership itself. */
    interface Factory {
        PhaseOne create(Ballot ballot, LogId logId, long from, long last, long nowNanos);
    }

    /** How far ahead of the floor pages are asked for, in instances. */
    static final int LOOKAHEAD_INSTANCES = 8_192;

    /** With as many bytes of reported values in hand, pages ahead of the floor are not asked for. */
    static final int REPORTED_BYTES_MAX = 16 << 20;

    private static final long FIRST_RETRY_NANOS = 20_000_000;

    private final Ballot ballot;
    private final LogId logId;
    private final Quorums quorums;
    private final long last;
    private final long retryNanosMax;

    /** By acceptor: the instances above the floor up to this one are covered by its pages; 0 without a page. */
    private final long[] coverage;

    /** By acceptor: the storage ids that its pages name; null without a page. */
    private final StorageId[] @Nullable [] storageIds;

    private final long[] dueNanos;
    private final long[] waitNanos;

    /** By acceptor: the first instance of the page last asked for, when that was, and how long an answer took. */
    private final long[] askedFrom;

    private final long[] askedNanos;
    private final long[] roundTripNanos;

    private final TreeMap<Long, AcceptedEntry> reported = new TreeMap<>();
    private long reportedBytes;
    private long floor;
    private long trimPoint;
    private long coveredThrough;

    /**
     * Begins phase 1 at {@code ballot} for instances {@code from} to {@code last}.
     *
     * @param last the last instance of interest; {@link Promise#NOTHING_ABOVE} for all
     */
    PhaseOne(Ballot ballot, LogId logId, Quorums quorums, long from, long last, long retryNanosMax, long nowNanos) {
        this.ballot = ballot;
        this.logId = logId;
        this.quorums = quorums;
        this.last = last;
        this.retryNanosMax = retryNanosMax;
        this.floor = from - 1;
        this.coverage = new long[quorums.acceptors()];
        this.storageIds = new StorageId[quorums.acceptors()][];
        this.dueNanos = new long[quorums.acceptors()];
        this.waitNanos = new long[quorums.acceptors()];
        this.askedFrom = new long[quorums.acceptors()];
        this.askedNanos = new long[quorums.acceptors()];
        this.roundTripNanos = new long[quorums.acceptors()];
        Arrays.fill(dueNanos, nowNanos);
        Arrays.fill(waitNanos, Math.min(FIRST_RETRY_NANOS, retryNanosMax));
    }

    /**
     * Returns whether a page is one that an acceptor can have sent, beyond what its decoding has shown: it names all acceptors,
     * nothing that was accepted above its own ballot, and no trim point above which nothing could be proposed.
     */
    boolean isPlausible(Promise page) {
        boolean plausible = page.storageIds().size() == coverage.length
                && page.trimPoint() < ProtocolLimits.INSTANCE_MAX;
        for (int i = 0; i < page.entries().size(); i++) {
            plausible &= !page.entries().get(i).ballot().isAbove(page.ballot());
        }
        return plausible;
    }

    /** Takes a plausible page. Returns whether it was one of this ballot and log and of the newest life. */
    boolean onPage(int acceptor, Promise page, long nowNanos) {
        if (!page.ballot().equals(ballot) || !page.logId().equals(logId)
                || !noteStorageIds(acceptor, page.storageIds())) {
            return false;
        }
        trimPoint = Math.max(trimPoint, page.trimPoint());
        if (isExhausted()) {
            // A quorum has told everything; who comes later cannot add to it, or take from it.
            return true;
        }
        // A page that begins above the next uncovered instance would leave a hole: the missing one is asked for again.
        if (page.from() <= Math.max(coverage[acceptor], floor) + 1 && page.through() > coverage[acceptor]) {
            merge(page.entries());
            if (page.from() == askedFrom[acceptor]) {
                roundTripNanos[acceptor] = Math.min(nowNanos - askedNanos[acceptor], FIRST_RETRY_NANOS);
            }
            coverage[acceptor] = page.through();
            // One prepare is answered by several pages: the next is asked for when no further one follows.
            dueNanos[acceptor] = nowNanos + roundTripNanos[acceptor] / 2;
            waitNanos[acceptor] = Math.min(FIRST_RETRY_NANOS, retryNanosMax);
        }
        coveredThrough = quorumCoverage();
        return true;
    }

    private boolean noteStorageIds(int acceptor, List<StorageId> named) {
        StorageId[] known = storageIds[acceptor];
        if (known == null) {
            storageIds[acceptor] = named.toArray(new StorageId[0]);
            return true;
        }
        if (!known[acceptor].equals(named.get(acceptor))) {
            if (named.get(acceptor).generation() <= known[acceptor].generation()) {
                return false;
            }
            // A later life of this acceptor answers: what the former one covered is void.
            coverage[acceptor] = 0;
        }
        for (int a = 0; a < known.length; a++) {
            if (named.get(a).generation() >= known[a].generation()) {
                known[a] = named.get(a);
            }
        }
        return true;
    }

    private void merge(List<AcceptedEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            AcceptedEntry entry = entries.get(i);
            if (entry.instance() <= floor || entry.instance() > last) {
                continue;
            }
            AcceptedEntry known = reported.get(entry.instance());
            if (known == null || supersedes(entry.ballot(), known.ballot())) {
                reported.put(entry.instance(), entry);
                reportedBytes += entry.value().length() - (known == null ? 0 : known.value().length());
            }
        }
    }

    /** Decides which of two reports of an instance is proposed anew (rule S4). */
    boolean supersedes(Ballot reportedBallot, Ballot knownBallot) {
        return reportedBallot.isAbove(knownBallot);
    }

    /**
     * How far the pages of an acceptor cover the instances above the floor; {@code pages} is false without any page: where
     * simulation takes an instance as free on partial pages on purpose.
     */
    long coverage(long covered, boolean pages) {
        return pages ? covered : 0;
    }

    /** Decides whether what another promise names voids the promise of an acceptor that calls itself {@code own} (rule S10). */
    boolean contradicts(StorageId named, StorageId own) {
        return named.isKnown() && named.generation() >= own.generation() && !named.equals(own);
    }

    /** The highest instance at or below which nothing may be proposed because acceptors have trimmed (rule S4). */
    long trimFloor() {
        return trimPoint;
    }

    private boolean isCounted(int acceptor) {
        StorageId[] own = storageIds[acceptor];
        if (own == null) {
            return false;
        }
        for (int other = 0; other < storageIds.length; other++) {
            StorageId[] named = storageIds[other];
            if (other != acceptor && named != null && contradicts(named[acceptor], own[acceptor])) {
                return false;
            }
        }
        return true;
    }

    /** The highest instance up to which a phase-1 quorum's pages cover everything above the floor. */
    private long quorumCoverage() {
        long[] counted = new long[coverage.length];
        for (int a = 0; a < counted.length; a++) {
            counted[a] = isCounted(a) ? coverage(coverage[a], storageIds[a] != null) : 0;
        }
        Arrays.sort(counted);
        return counted[counted.length - quorums.phase1()];
    }

    Ballot ballot() {
        return ballot;
    }

    /** Nothing at or below this instance is proposed any more. */
    long floor() {
        return floor;
    }

    /** Returns whether pages that cover {@code instance} came from a phase-1 quorum. */
    boolean covers(long instance) {
        return instance > floor && instance <= coveredThrough;
    }

    /** Returns whether a quorum covers everything and all that was reported has been taken: what comes next is free. */
    boolean isExhausted() {
        return coveredThrough == Promise.NOTHING_ABOVE && reported.isEmpty();
    }

    /** Returns the report of the highest ballot for a covered instance, or null if there is none. */
    @Nullable
    AcceptedEntry reportedIn(long instance) {
        checkMayPropose(instance);
        return reported.get(instance);
    }

    /** Throws unless rule S4 allows a proposal in {@code instance}. */
    void checkMayPropose(long instance) {
        Invariant.check(
                covers(instance) && instance > trimFloor(),
                "S4",
                "nothing may be proposed in instance %d: floor %d, covered by a quorum through %d, trimmed to %d",
                instance,
                floor,
                coveredThrough,
                trimFloor());
    }

    /** Gives up everything at or below {@code instance}: it was taken, or is known to be decided. */
    void raiseFloor(long instance) {
        if (instance <= floor) {
            return;
        }
        floor = instance;
        while (!reported.isEmpty() && reported.firstKey() <= floor) {
            reportedBytes -= reported.pollFirstEntry().getValue().value().length();
        }
    }

    /** Sends the prepares that are due: the first ones, those for further pages, and repeats for lost ones. */
    void onRound(List<NodeId> acceptors, long nowNanos, Effects out) {
        for (int a = 0; a < coverage.length; a++) {
            if (wantsPage(a) && nowNanos >= dueNanos[a]) {
                askedFrom[a] = Math.max(coverage[a], floor) + 1;
                askedNanos[a] = nowNanos;
                out.send(acceptors.get(a), new Prepare(ballot, askedFrom[a], logId));
                dueNanos[a] = nowNanos + waitNanos[a];
                waitNanos[a] = Math.min(2 * waitNanos[a], retryNanosMax);
            }
        }
    }

    private boolean wantsPage(int acceptor) {
        long covered = coverage[acceptor];
        if (covered >= last || isExhausted()) {
            return false;
        }
        return covered <= floor || (covered - floor < LOOKAHEAD_INSTANCES && reportedBytes < REPORTED_BYTES_MAX);
    }

    long nextDeadlineNanos() {
        long next = Time.NO_DEADLINE;
        for (int a = 0; a < coverage.length; a++) {
            if (wantsPage(a)) {
                next = Math.min(next, dueNanos[a]);
            }
        }
        return next;
    }
}
