package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.role.Effects;
import io.synod.role.Invariant;

/**
 * Phase 2 of one leadership: a ring of instances, {@code tail <= base <= next}. From {@code base} to {@code next} they are
 * in flight (some of them decided out of order); from {@code tail} to {@code base} they are decided, and kept as long as
 * there is room because an acceptor has not accepted them: stragglers, repeated a few times so that a value does not
 * rest on a bare quorum. It counts votes and bounds what is in flight; {@link Retransmission} sends and repeats.
 */
class Pipeline {

    private final ProposerSettings.Window limits;
    private final int phase2;
    private final int everybody;
    private final SlotRing slots;
    private final CongestionWindow window;
    private final Retransmission retransmission;

    private Ballot ballot = Ballot.NONE;
    private int undecided;
    private long undecidedBytes;
    private long stragglerBytes;
    private boolean limited;

    private long instancesDecided;
    private long checksumMismatches;

    Pipeline(ProposerSettings settings) {
        this.limits = settings.window();
        this.phase2 = settings.quorums().phase2();
        int acceptors = settings.quorums().acceptors();
        this.everybody = (int) ((1L << acceptors) - 1);
        this.slots = new SlotRing(limits.instancesMax() + limits.stragglersMax(), acceptors);
        this.window = new CongestionWindow(
                limits.bytesMin(), limits.bytesMax(), settings.batching().batchBytesMax());
        this.retransmission = new Retransmission(settings, slots, window);
    }

    /** Begins a leadership: the first instance that it proposes in is {@code first}. */
    void begin(Ballot leadership, long first) {
        ballot = leadership;
        restart(first);
    }

    /** Ends a leadership: what is in flight is forgotten. */
    void end() {
        ballot = Ballot.NONE;
        restart(slots.next());
    }

    private void restart(long first) {
        slots.restart(first);
        retransmission.restart(first);
        undecided = 0;
        undecidedBytes = 0;
        stragglerBytes = 0;
    }

    /** Names the acceptors that vote in this log. To the others nothing is sent. */
    void setMembers(int acceptorBits, long nowNanos) {
        retransmission.setMembers(acceptorBits, nowNanos);
        settle();
    }

    boolean isMember(int acceptor) {
        return retransmission.isMember(acceptor);
    }

    /** Returns whether a batch of {@code bytes} may go now; one that is not {@code complete} yields to those in flight. */
    boolean hasRoom(long bytes, boolean complete) {
        long inFlight = slots.next() - slots.base();
        if (undecided == 0) {
            return inFlight < limits.instancesMax();
        }
        if (!complete && undecided >= limits.partialInstancesMax()) {
            return false;
        }
        boolean room = undecided < window.instances(limits.instancesMax())
                && undecidedBytes + bytes <= window.bytes()
                && inFlight < limits.instancesMax();
        limited |= !room;
        return room;
    }

    /** Sends the accept of the next instance. */
    void propose(Bytes value, long nowNanos, Effects out) {
        evictStragglers();
        long instance = slots.next();
        Slot slot = slots.at(instance);
        Invariant.check(slot.accept == null, "S5", "the slot of instance %d is in use", instance);
        Accept accept = new Accept(ballot, instance, value);
        slot.fill(accept);
        slots.raiseNext();
        undecided++;
        undecidedBytes += slot.bytes;
        retransmission.send(slot, accept, nowNanos, out);
    }

    private void evictStragglers() {
        while (slots.tail() < slots.base()
                && (stragglers() > limits.stragglersMax() || stragglerBytes > limits.stragglerBytesMax())) {
            dropTail();
        }
    }

    private void dropTail() {
        release(slots.at(slots.tail()));
        slots.raiseTail();
    }

    private void release(Slot slot) {
        if (slot.accept != null) {
            stragglerBytes -= slot.bytes;
            slot.accept = null;
        }
    }

    void onAccepted(int acceptor, Accepted vote, long nowNanos) {
        if (!vote.ballot().equals(ballot)) {
            return;
        }
        retransmission.onRoom(acceptor);
        if (!slots.holds(vote.instance())) {
            return;
        }
        Slot slot = slots.at(vote.instance());
        int bit = 1 << acceptor;
        if (slot.accept == null || (slot.votes & bit) != 0) {
            return;
        }
        if (vote.checksum() != slot.checksum) {
            checksumMismatches++;
            return;
        }
        retransmission.onVote(acceptor, vote.instance(), nowNanos);
        slot.votes |= bit;
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
        slots.raiseBase();
        while (slots.tail() < slots.base() && retransmission.isDone(slots.at(slots.tail()))) {
            dropTail();
        }
        if (isIdle()) {
            retransmission.onIdle();
        }
    }

    void onRefused(int acceptor, AcceptRefused refusal, long nowNanos) {
        if (refusal.ballot().equals(ballot) && slots.holds(refusal.instance())) {
            retransmission.onRefused(acceptor, refusal.reason(), nowNanos);
        }
    }

    /** An acceptor has dropped something: it has room. */
    void onRoom(int acceptor) {
        retransmission.onRoom(acceptor);
    }

    /** Everything up to {@code trimPoint} is decided and dropped by an acceptor: nothing is proposed there any more. */
    void onTrimmed(long trimPoint) {
        if (trimPoint < slots.tail()) {
            return;
        }
        if (trimPoint >= slots.next()) {
            restart(trimPoint + 1);
            return;
        }
        for (long i = slots.tail(); i <= trimPoint; i++) {
            Slot slot = slots.at(i);
            if (!slot.decided) {
                markDecided(slot);
            }
            slot.votes = everybody;
        }
        settle();
    }

    /** Repeats what is lost. */
    void onRound(long nowNanos, Effects out) {
        retransmission.onRound(nowNanos, out);
    }

    long nextDeadlineNanos() {
        return retransmission.nextDeadlineNanos();
    }

    /** The next instance to propose in. */
    long next() {
        return slots.next();
    }

    /** The highest instance up to which all are decided. */
    long watermark() {
        return slots.base() - 1;
    }

    /** Returns whether nothing is in flight. */
    boolean isIdle() {
        return slots.base() == slots.next();
    }

    /**
     * Returns whether so many acceptors have no room that nothing new can be decided.
     *
     * @param awayBits the acceptors that will not vote, for whatever reason
     */
    boolean isStorageFull(int awayBits) {
        int full = retransmission.fullBits();
        return full != 0 && !decides(everybody & ~full & ~awayBits);
    }

    boolean isFull(int acceptor) {
        return retransmission.isFull(acceptor);
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
        return (int) (slots.base() - slots.tail());
    }

    RoundTrip trip(int acceptor) {
        return retransmission.trip(acceptor);
    }

    long instancesDecided() {
        return instancesDecided;
    }

    long retransmissions() {
        return retransmission.retransmissions();
    }

    long checksumMismatches() {
        return checksumMismatches;
    }
}
