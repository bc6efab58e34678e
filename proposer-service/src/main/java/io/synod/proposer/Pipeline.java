package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.NodeId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.role.Effects;
import io.synod.role.Invariant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Phase 2 of one leadership: a ring of instances, {@code tail <= base <= next}. From {@code base} to {@code next} they are
 * in flight (some of them decided out of order); from {@code tail} to {@code base} they are decided, and kept as long as
 * there is room because an acceptor has not accepted them: stragglers, repeated a few times so that a value does not
 * rest on a bare quorum.
 *
 * <p>An accept is repeated to an acceptor when one sent after it was answered before it (a gap: as good as lost on a path
 * that mostly keeps order), and when the acceptor's timer runs out. The first costs a round trip and does the
 * work while there is traffic; the second is for the tail and for an acceptor that is away.
 */
class Pipeline {

    /** How often a decided instance is repeated to an acceptor that does not answer. */
    static final int STRAGGLER_REPEATS_MAX = 4;

    private static final int RESEND_INSTANCES_MAX = 64;
    private static final int RESEND_BYTES_MAX = 256 << 10;

    /** One instance. Reused; the accept is null once all have accepted. */
    private static final class Slot {
        final long[] sentNanos;
        final long[] stamps;
        final byte[] repeats;
        @Nullable
        Accept accept;
        long checksum;
        int bytes;
        int votes;
        boolean decided;

        Slot(int acceptors) {
            sentNanos = new long[acceptors];
            stamps = new long[acceptors];
            repeats = new byte[acceptors];
        }
    }

    private final ProposerSettings.Window limits;
    private final long retryNanosMax;
    private final int batchBytesMax;
    private final int phase2;
    private final int everybody;
    private final List<NodeId> acceptors;
    private final Slot[] ring;
    private final int mask;

    private final RoundTrip[] trips;
    private final CongestionWindow window;

    /** By acceptor: nothing below this instance waits for its answer. */
    private final long[] cursors;

    /** By acceptor: the latest first send that it answered, and that send's instance. */
    private final long[] answeredStamps;

    private final long[] answeredInstances;
    private int gapSuspects;
    private int full;
    private int members;

    private Ballot ballot = Ballot.NONE;
    private long tail = 1;
    private long base = 1;
    private long next = 1;
    private long stamp;
    private int undecided;
    private long undecidedBytes;
    private long stragglerBytes;
    private boolean limited;

    private long instancesDecided;
    private long retransmissions;
    private long checksumMismatches;

    Pipeline(ProposerSettings settings) {
        this.limits = settings.window();
        this.retryNanosMax = settings.timing().retryNanosMax();
        this.batchBytesMax = settings.batching().batchBytesMax();
        this.phase2 = settings.quorums().phase2();
        int count = settings.quorums().acceptors();
        this.everybody = (int) ((1L << count) - 1);
        this.acceptors = settings.layout().acceptorNodes();
        this.ring = new Slot[Integer.highestOneBit(limits.instancesMax() + limits.stragglersMax()) * 2];
        this.mask = ring.length - 1;
        this.trips = new RoundTrip[count];
        for (int a = 0; a < count; a++) {
            trips[a] = new RoundTrip(settings.timing().retryNanosMin(), retryNanosMax);
        }
        this.window = new CongestionWindow(limits.bytesMin(), limits.bytesMax(), batchBytesMax);
        this.cursors = new long[count];
        this.answeredStamps = new long[count];
        this.answeredInstances = new long[count];
    }

    /** Begins a leadership: the first instance that it proposes in is {@code first}. */
    void begin(Ballot leadership, long first) {
        end();
        ballot = leadership;
        moveTo(first);
    }

    /** Ends a leadership: what is in flight is forgotten. */
    void end() {
        for (long i = tail; i < next; i++) {
            slot(i).accept = null;
        }
        moveTo(next);
        ballot = Ballot.NONE;
        members = 0;
    }

    private void moveTo(long first) {
        tail = first;
        base = first;
        next = first;
        undecided = 0;
        undecidedBytes = 0;
        stragglerBytes = 0;
        gapSuspects = 0;
        full = 0;
        for (int a = 0; a < trips.length; a++) {
            cursors[a] = first;
            answeredInstances[a] = first - 1;
            trips[a].reset();
        }
    }

    private Slot slot(long instance) {
        Slot slot = ring[(int) instance & mask];
        if (slot == null) {
            slot = new Slot(trips.length);
            ring[(int) instance & mask] = slot;
        }
        return slot;
    }

    /** Returns whether a batch of {@code bytes} may go now; one that is not {@code complete} yields to those in flight. */
    boolean hasRoom(long bytes, boolean complete) {
        if (undecided == 0) {
            return next - base < limits.instancesMax();
        }
        if (!complete && undecided >= limits.partialInstancesMax()) {
            return false;
        }
        boolean room = undecided < window.instances(limits.instancesMax())
                && undecidedBytes + bytes <= window.bytes()
                && next - base < limits.instancesMax();
        limited |= !room;
        return room;
    }

    /** Sends the accept of the next instance. */
    void propose(Bytes value, long nowNanos, Effects out) {
        evictStragglers();
        Slot slot = slot(next);
        Invariant.check(slot.accept == null, "S5", "the slot of instance %d is in use", next);
        Accept accept = new Accept(ballot, next, value);
        slot.accept = accept;
        slot.checksum = value.checksum();
        slot.bytes = value.length();
        slot.votes = 0;
        slot.decided = false;
        stamp++;
        for (int a = 0; a < trips.length; a++) {
            slot.sentNanos[a] = nowNanos;
            slot.stamps[a] = stamp;
            slot.repeats[a] = 0;
            if (isMember(a)) {
                trips[a].arm(nowNanos);
                out.send(acceptors.get(a), accept);
            }
        }
        next++;
        undecided++;
        undecidedBytes += slot.bytes;
    }

    private void evictStragglers() {
        while (tail < base && (base - tail > limits.stragglersMax() || stragglerBytes > limits.stragglerBytesMax())) {
            release(slot(tail));
            tail++;
        }
    }

    private void release(Slot slot) {
        if (slot.accept != null) {
            stragglerBytes -= slot.bytes;
            slot.accept = null;
        }
    }

    void onAccepted(int acceptor, Accepted vote, long nowNanos) {
        long instance = vote.instance();
        if (!vote.ballot().equals(ballot)) {
            return;
        }
        int bit = 1 << acceptor;
        full &= ~bit;
        if (instance < tail || instance >= next) {
            return;
        }
        Slot slot = slot(instance);
        if (slot.accept == null || (slot.votes & bit) != 0) {
            return;
        }
        if (vote.checksum() != slot.checksum) {
            checksumMismatches++;
            return;
        }
        if (slot.repeats[acceptor] == 0) {
            trips[acceptor].onSample(nowNanos - slot.sentNanos[acceptor]);
            if (slot.stamps[acceptor] > answeredStamps[acceptor]) {
                answeredStamps[acceptor] = slot.stamps[acceptor];
                answeredInstances[acceptor] = instance;
                gapSuspects |= bit;
            }
        }
        slot.votes |= bit;
        trips[acceptor].onAnswer(nowNanos);
        if (!slot.decided && decides(slot.votes)) {
            markDecided(slot);
        }
        if (slot.votes == everybody && slot.decided) {
            release(slot);
        }
        settle();
    }

    /** Decides whether the acceptors in a bit set are a phase-2 quorum. */
    boolean decides(int votes) {
        return Integer.bitCount(votes) >= phase2;
    }

    private void markDecided(Slot slot) {
        slot.decided = true;
        instancesDecided++;
        undecided--;
        undecidedBytes -= slot.bytes;
        stragglerBytes += slot.bytes;
        window.onDecided(slot.bytes, limited);
        limited = false;
    }

    /** Moves the bounds over what is decided, and over what nobody is waited for any more. */
    private void settle() {
        while (base < next && slot(base).decided) {
            base++;
        }
        while (tail < base && isDone(slot(tail))) {
            release(slot(tail));
            tail++;
        }
        if (base == next) {
            // Nothing is in flight whose answer could tell of room: the next instance has to.
            full = 0;
        }
    }

    private boolean isDone(Slot slot) {
        for (int a = 0; a < trips.length; a++) {
            if (isWaiting(slot, a)) {
                return false;
            }
        }
        return true;
    }

    void onRefused(int acceptor, AcceptRefused refusal, long nowNanos) {
        if (!refusal.ballot().equals(ballot) || refusal.instance() < tail || refusal.instance() >= next) {
            return;
        }
        // It answers, but more of the same will not help it: the timer alone repeats, with the longest wait.
        gapSuspects &= ~(1 << acceptor);
        trips[acceptor].holdUntil(nowNanos + retryNanosMax);
        if (refusal.reason() == AcceptRefused.Reason.STORAGE_FULL) {
            full |= 1 << acceptor;
        }
    }

    /** Names the acceptors that vote in this log. To the others nothing is sent: an accept does not name its log. */
    void setMembers(int acceptorBits, long nowNanos) {
        int changed = members ^ acceptorBits;
        members = acceptorBits;
        for (int a = 0; a < trips.length; a++) {
            if ((changed & 1 << a) != 0) {
                trips[a].reset();
                if (isMember(a)) {
                    trips[a].arm(nowNanos);
                }
            }
        }
        settle();
    }

    boolean isMember(int acceptor) {
        return (members & 1 << acceptor) != 0;
    }

    /** An acceptor has dropped something: it has room. */
    void onRoom(int acceptor) {
        full &= ~(1 << acceptor);
    }

    /** Everything up to {@code trimPoint} is decided and dropped by an acceptor: nothing is proposed there any more. */
    void onTrimmed(long trimPoint) {
        if (trimPoint < tail) {
            return;
        }
        if (trimPoint >= next) {
            for (long i = tail; i < next; i++) {
                slot(i).accept = null;
            }
            moveTo(trimPoint + 1);
            return;
        }
        for (long i = tail; i <= trimPoint; i++) {
            Slot slot = slot(i);
            if (!slot.decided) {
                markDecided(slot);
            }
            slot.votes = everybody;
        }
        settle();
    }

    /** Repeats what is lost. */
    void onRound(long nowNanos, Effects out) {
        for (int a = 0; a < trips.length; a++) {
            if ((gapSuspects & 1 << a) != 0 && !isFull(a)) {
                repairGaps(a, nowNanos, out);
            }
            if (trips[a].timerNanos() <= nowNanos) {
                onTimer(a, nowNanos, out);
            }
        }
        gapSuspects = 0;
    }

    private void repairGaps(int acceptor, long nowNanos, Effects out) {
        long patienceNanos = trips[acceptor].srttNanos() / 2;
        int budget = RESEND_INSTANCES_MAX;
        for (long i = firstWaiting(acceptor); i <= answeredInstances[acceptor] && budget > 0; i++) {
            Slot slot = slot(i);
            if (isWaiting(slot, acceptor)
                    && slot.stamps[acceptor] < answeredStamps[acceptor]
                    && nowNanos - slot.sentNanos[acceptor] >= patienceNanos) {
                repeat(slot, acceptor, nowNanos, out);
                if (!slot.decided) {
                    window.onLoss(nowNanos, trips[acceptor].baseNanos());
                }
                budget--;
            }
        }
    }

    private void onTimer(int acceptor, long nowNanos, Effects out) {
        long first = firstWaiting(acceptor);
        if (first == next) {
            trips[acceptor].disarm();
            return;
        }
        long patienceNanos = trips[acceptor].baseNanos();
        int instances = isFull(acceptor) ? 1 : RESEND_INSTANCES_MAX;
        int bytes = RESEND_BYTES_MAX;
        boolean lost = false;
        for (long i = first; i < next && instances > 0 && bytes > 0; i++) {
            Slot slot = slot(i);
            if (isWaiting(slot, acceptor) && nowNanos - slot.sentNanos[acceptor] >= patienceNanos) {
                lost |= !slot.decided;
                bytes -= slot.bytes;
                instances--;
                repeat(slot, acceptor, nowNanos, out);
            }
        }
        if (lost) {
            window.onLoss(nowNanos, trips[acceptor].rtoNanos());
        }
        trips[acceptor].onTimer(nowNanos);
        if (isFull(acceptor)) {
            trips[acceptor].holdUntil(nowNanos + retryNanosMax);
        }
    }

    private void repeat(Slot slot, int acceptor, long nowNanos, Effects out) {
        Accept accept = slot.accept;
        if (accept == null) {
            return;
        }
        slot.sentNanos[acceptor] = nowNanos;
        slot.stamps[acceptor] = ++stamp;
        if (slot.repeats[acceptor] < Byte.MAX_VALUE) {
            slot.repeats[acceptor]++;
        }
        retransmissions++;
        trips[acceptor].arm(nowNanos);
        out.send(acceptors.get(acceptor), accept);
    }

    /** Returns the lowest instance that waits for an acceptor's answer, or {@code next}. */
    private long firstWaiting(int acceptor) {
        long i = Math.max(cursors[acceptor], tail);
        while (i < next && isSettled(slot(i), acceptor)) {
            i++;
        }
        cursors[acceptor] = i;
        return i;
    }

    /** Whether an acceptor's answer will never be waited for again. */
    private boolean isSettled(Slot slot, int acceptor) {
        return slot.accept == null
                || (slot.votes & 1 << acceptor) != 0
                || (slot.decided && slot.repeats[acceptor] >= STRAGGLER_REPEATS_MAX);
    }

    private boolean isWaiting(Slot slot, int acceptor) {
        return isMember(acceptor) && !isSettled(slot, acceptor);
    }

    long nextDeadlineNanos() {
        long deadline = Time.NO_DEADLINE;
        if (tail < next) {
            for (RoundTrip trip : trips) {
                deadline = Math.min(deadline, trip.timerNanos());
            }
        }
        return deadline;
    }

    /** The next instance to propose in. */
    long next() {
        return next;
    }

    /** The highest instance up to which all are decided. */
    long watermark() {
        return base - 1;
    }

    /** Returns whether nothing is in flight. */
    boolean isIdle() {
        return base == next;
    }

    /**
     * Returns whether so many acceptors have no room that nothing new can be decided.
     *
     * @param awayBits the acceptors that will not vote, for whatever reason
     */
    boolean isStorageFull(int awayBits) {
        return full != 0 && !decides(everybody & ~full & ~awayBits);
    }

    boolean isFull(int acceptor) {
        return (full & 1 << acceptor) != 0;
    }

    int undecided() {
        return undecided;
    }

    long undecidedBytes() {
        return undecidedBytes;
    }

    long windowBytes() {
        return window.bytes();
    }

    int stragglers() {
        return (int) (base - tail);
    }

    RoundTrip trip(int acceptor) {
        return trips[acceptor];
    }

    long instancesDecided() {
        return instancesDecided;
    }

    long retransmissions() {
        return retransmissions;
    }

    long checksumMismatches() {
        return checksumMismatches;
    }
}
