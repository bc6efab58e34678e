package io.synod.learner;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The undelivered instances from {@link #next} on, as many as fit a ring: for each the newest vote of every acceptor and
 * the value of the highest ballot that came. An instance is decided once a phase-2 quorum of distinct acceptors has
 * accepted at one ballot, and ready once a value at or above that ballot is here too.
 */
final class VoteWindow {

    /** What became of an accepted that was offered. */
    enum Offer {
        TAKEN,
        /** Its instance was delivered before. */
        LATE,
        /** Its instance lies beyond the window; it can be asked for later. */
        BEYOND,
        /** The vote was taken, the value was not: there is no room for more bytes. */
        NO_ROOM,
        /** The bytes are not those that the checksum names. */
        DAMAGED,
        /** It shows two values where there can be one; {@link #breach} says more. */
        TWO_VALUES
    }

    private static final class Slot {
        long instance;
        final @Nullable Ballot[] votes;
        final long[] checksums;
        @Nullable
        Ballot decided;
        long decidedChecksum;
        @Nullable
        Ballot valueBallot;
        long valueChecksum;
        @Nullable
        Bytes value;

        Slot(int acceptors) {
            votes = new Ballot[acceptors];
            checksums = new long[acceptors];
        }

        void clear(long newInstance) {
            instance = newInstance;
            Arrays.fill(votes, null);
            decided = null;
            valueBallot = null;
            value = null;
        }
    }

    private final int acceptors;
    private final int quorum;
    private final long bytesMax;
    private final Decisions decisions;
    private final @Nullable Slot[] ring;
    private final int mask;

    private long next = 1;
    private long decidedMax;
    private long bytes;
    private long takenChecksum;
    private @Nullable String breach;

    VoteWindow(int acceptors, int quorum, int capacity, long bytesMax, Decisions decisions) {
        this.acceptors = acceptors;
        this.quorum = quorum;
        this.bytesMax = bytesMax;
        this.decisions = decisions;
        this.ring = new Slot[capacity];
        this.mask = capacity - 1;
    }

    /** Begins at an instance; what was offered before is forgotten. */
    void start(long first) {
        next = first;
        decidedMax = first - 1;
        bytes = 0;
        Arrays.fill(ring, null);
    }

    /** The first undelivered instance. */
    long next() {
        return next;
    }

    /** The last instance that fits the window. */
    long last() {
        return next + mask;
    }

    /** The highest instance seen to be decided, or delivered. */
    long decidedMax() {
        return decidedMax;
    }

    /** How many bytes of values wait. */
    long bytes() {
        return bytes;
    }

    /** What the two values were, once {@link Offer#TWO_VALUES} was answered. */
    @Nullable
    String breach() {
        return breach;
    }

    /**
     * Takes a vote, and the value if there is one.
     *
     * @param acceptor the id of the acceptor, below the number of acceptors
     */
    Offer offer(int acceptor, Ballot ballot, long instance, long checksum, @Nullable Bytes value) {
        if (instance < next) {
            return Offer.LATE;
        }
        if (instance > last()) {
            return Offer.BEYOND;
        }
        if (value != null && value.checksum() != checksum) {
            return Offer.DAMAGED;
        }
        Slot slot = slot(instance);
        if (contradicts(slot, ballot, checksum)) {
            breach = "instance " + instance + " has two values: one accepted at ballot " + ballot + " by acceptor "
                    + acceptor + " with checksum " + Long.toHexString(checksum) + ", and another";
            return Offer.TWO_VALUES;
        }
        if (!vote(slot, acceptor, ballot, checksum)) {
            breach = "instance " + instance + " was decided at ballots " + slot.decided + " and " + ballot
                    + " with different values";
            return Offer.TWO_VALUES;
        }
        return value == null || keep(slot, ballot, checksum, value) ? Offer.TAKEN : Offer.NO_ROOM;
    }

    /** Counts a vote; returns false if the instance is now decided with two values. */
    private boolean vote(Slot slot, int acceptor, Ballot ballot, long checksum) {
        Ballot before = slot.votes[acceptor];
        if (before != null && before.isAbove(ballot)) {
            return true;
        }
        slot.votes[acceptor] = ballot;
        slot.checksums[acceptor] = checksum;
        if (decisions.accepts(slot.votes, ballot, ballot.equals(before)) < quorum) {
            return true;
        }
        if (slot.decided == null) {
            slot.decided = ballot;
            slot.decidedChecksum = checksum;
            decidedMax = Math.max(decidedMax, slot.instance);
        } else if (slot.decidedChecksum != checksum) {
            return false;
        } else if (slot.decided.isAbove(ballot)) {
            slot.decided = ballot;
        }
        return true;
    }

    /** Returns whether something known of the instance rules out this checksum at this ballot (rules S4, S5). */
    private static boolean contradicts(Slot slot, Ballot ballot, long checksum) {
        if (slot.decided != null && slot.decidedChecksum != checksum && !ballot.isBelow(slot.decided)) {
            return true;
        }
        if (slot.value != null && slot.valueChecksum != checksum && ballot.equals(slot.valueBallot)) {
            return true;
        }
        for (int other = 0; other < slot.votes.length; other++) {
            if (slot.checksums[other] != checksum && ballot.equals(slot.votes[other])) {
                return true;
            }
        }
        return false;
    }

    private boolean keep(Slot slot, Ballot ballot, long checksum, Bytes value) {
        if (slot.valueBallot != null && !ballot.isAbove(slot.valueBallot)) {
            return true;
        }
        int replaced = slot.value == null ? 0 : slot.value.length();
        // The next instance always finds room, or nothing would ever leave.
        if (slot.instance != next && bytes - replaced + value.length() > bytesMax) {
            return false;
        }
        bytes += value.length() - replaced;
        slot.value = value;
        slot.valueBallot = ballot;
        slot.valueChecksum = checksum;
        return true;
    }

    /** Returns whether a quorum shows that the instance is decided. */
    boolean isDecided(long instance) {
        Slot slot = find(instance);
        return slot != null && slot.decided != null;
    }

    /** Returns whether the instance is decided and its value is here. */
    boolean isReady(long instance) {
        Slot slot = find(instance);
        return slot != null
                && slot.decided != null
                && slot.valueBallot != null
                && decisions.valueCounts(slot.valueBallot, slot.decided);
    }

    /** Returns the acceptors that voted in the instance, as bits. */
    int voters(long instance) {
        Slot slot = find(instance);
        int voters = 0;
        if (slot != null) {
            for (int acceptor = 0; acceptor < acceptors; acceptor++) {
                if (slot.votes[acceptor] != null) {
                    voters |= 1 << acceptor;
                }
            }
        }
        return voters;
    }

    /** Returns how many acceptors' newest votes in the instance are at one ballot, of the ballot that has most. */
    int votesAtOneBallot(long instance) {
        Slot slot = find(instance);
        int most = 0;
        for (int acceptor = 0; slot != null && acceptor < acceptors; acceptor++) {
            Ballot vote = slot.votes[acceptor];
            if (vote != null) {
                most = Math.max(most, decisions.accepts(slot.votes, vote, false));
            }
        }
        return most;
    }

    /**
     * Takes the value of the next instance, which must be ready, out of the window.
     *
     * @return the value; null if it is not the value that was decided, which {@link #breach} then tells
     */
    @Nullable
    Bytes take() {
        Slot slot = find(next);
        if (slot == null || slot.value == null || slot.valueBallot == null || slot.decided == null) {
            throw new IllegalStateException("instance " + next + " is not ready");
        }
        Bytes value = slot.value;
        if (slot.valueChecksum != slot.decidedChecksum && !slot.decided.isAbove(slot.valueBallot)) {
            breach = "instance " + next + " was decided at ballot " + slot.decided + ", and at ballot "
                    + slot.valueBallot + " it has another value";
            return null;
        }
        bytes -= value.length();
        slot.value = null;
        takenChecksum = slot.valueChecksum;
        next++;
        return value;
    }

    /** The next instance was learned elsewhere: what is known of it here is not needed. */
    void passNext() {
        Slot slot = find(next);
        if (slot != null && slot.value != null) {
            bytes -= slot.value.length();
            slot.value = null;
        }
        next++;
        decidedMax = Math.max(decidedMax, next - 1);
    }

    /** The checksum of the value taken last. */
    long takenChecksum() {
        return takenChecksum;
    }

    private @Nullable Slot find(long instance) {
        Slot slot = ring[(int) (instance & mask)];
        return slot != null && slot.instance == instance ? slot : null;
    }

    private Slot slot(long instance) {
        int at = (int) (instance & mask);
        Slot slot = ring[at];
        if (slot == null) {
            slot = new Slot(acceptors);
            slot.clear(instance);
            ring[at] = slot;
        } else if (slot.instance != instance) {
            // Only delivered instances can still stand here: the window is never wider than the ring.
            slot.clear(instance);
        }
        return slot;
    }
}
