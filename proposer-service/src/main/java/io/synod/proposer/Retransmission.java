package io.synod.proposer;

import io.synod.protocol.NodeId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.role.Effects;
import java.util.List;

/**
 * Sends the accepts of a {@link Pipeline} to the acceptors that vote in the leader's log, and repeats them: when one sent after
 * it was answered before it (a gap: as good as lost on a path that mostly keeps order), and when the acceptor's timer
 * runs out. The first costs a round trip and does the work while there is traffic; the second is for the tail and for an
 * acceptor that is away. To one without room a single accept is repeated from time to time.
 */
final class Retransmission {

    /** How often a decided instance is repeated to an acceptor that does not answer. */
    static final int STRAGGLER_REPEATS_MAX = 4;

    private static final int RESEND_INSTANCES_MAX = 64;
    private static final int RESEND_BYTES_MAX = 256 << 10;

    private final SlotRing slots;
    private final CongestionWindow window;
    private final long retryNanosMax;
    private final List<NodeId> acceptors;
    private final RoundTrip[] trips;

    /** By acceptor: nothing below this instance waits for its answer. */
    private final long[] cursors;

    /** By acceptor: the latest first send that it answered, and that send's instance. */
    private final long[] answeredStamps;

    private final long[] answeredInstances;
    private int gapSuspects;
    private int full;
    private int members;
    private long stamp;
    private long retransmissions;

    Retransmission(ProposerSettings settings, SlotRing slots, CongestionWindow window) {
        this.slots = slots;
        this.window = window;
        this.retryNanosMax = settings.timing().retryNanosMax();
        this.acceptors = settings.layout().acceptorNodes();
        this.trips = new RoundTrip[acceptors.size()];
        for (int a = 0; a < trips.length; a++) {
            trips[a] = new RoundTrip(settings.timing().retryNanosMin(), retryNanosMax);
        }
        this.cursors = new long[trips.length];
        this.answeredStamps = new long[trips.length];
        this.answeredInstances = new long[trips.length];
    }

    /** Forgets what was waited for; the next instance is {@code first}. */
    void restart(long first) {
        gapSuspects = 0;
        full = 0;
        for (int a = 0; a < trips.length; a++) {
            cursors[a] = first;
            answeredInstances[a] = first - 1;
            trips[a].reset();
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
    }

    boolean isMember(int acceptor) {
        return (members & 1 << acceptor) != 0;
    }

    /** Sends the accept that was put into a slot. */
    void send(Slot slot, Accept accept, long nowNanos, Effects out) {
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
    }

    /** An acceptor has voted in an instance for the first time. */
    void onVote(int acceptor, long instance, long nowNanos) {
        Slot slot = slots.at(instance);
        if (slot.repeats[acceptor] == 0) {
            trips[acceptor].onSample(nowNanos - slot.sentNanos[acceptor]);
            if (slot.stamps[acceptor] > answeredStamps[acceptor]) {
                answeredStamps[acceptor] = slot.stamps[acceptor];
                answeredInstances[acceptor] = instance;
                gapSuspects |= 1 << acceptor;
            }
        }
        trips[acceptor].onAnswer(nowNanos);
    }

    void onRefused(int acceptor, AcceptRefused.Reason reason, long nowNanos) {
        // It answers, but more of the same will not help it: the timer alone repeats, with the longest wait.
        gapSuspects &= ~(1 << acceptor);
        trips[acceptor].holdUntil(nowNanos + retryNanosMax);
        if (reason == AcceptRefused.Reason.STORAGE_FULL) {
            full |= 1 << acceptor;
        }
    }

    /** An acceptor has accepted, or dropped, something: it has room. */
    void onRoom(int acceptor) {
        full &= ~(1 << acceptor);
    }

    /** Nothing is in flight whose answer could tell of room: the next instance has to. */
    void onIdle() {
        full = 0;
    }

    /** The acceptors that said that they have no room, as a bit set. */
    int fullBits() {
        return full;
    }

    boolean isFull(int acceptor) {
        return (full & 1 << acceptor) != 0;
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
            Slot slot = slots.at(i);
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
        if (first == slots.next()) {
            trips[acceptor].disarm();
            return;
        }
        long patienceNanos = trips[acceptor].baseNanos();
        int instances = isFull(acceptor) ? 1 : RESEND_INSTANCES_MAX;
        int bytes = RESEND_BYTES_MAX;
        boolean lost = false;
        for (long i = first; i < slots.next() && instances > 0 && bytes > 0; i++) {
            Slot slot = slots.at(i);
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

    /** Returns the lowest instance that waits for an acceptor's answer, or the next. */
    private long firstWaiting(int acceptor) {
        long i = Math.max(cursors[acceptor], slots.tail());
        while (i < slots.next() && isSettled(slots.at(i), acceptor)) {
            i++;
        }
        cursors[acceptor] = i;
        return i;
    }

    /** Whether an acceptor's answer will never be waited for again. */
    private static boolean isSettled(Slot slot, int acceptor) {
        return slot.accept == null
                || (slot.votes & 1 << acceptor) != 0
                || (slot.decided && slot.repeats[acceptor] >= STRAGGLER_REPEATS_MAX);
    }

    private boolean isWaiting(Slot slot, int acceptor) {
        return isMember(acceptor) && !isSettled(slot, acceptor);
    }

    /** Returns whether no acceptor's answer is waited for. */
    boolean isDone(Slot slot) {
        for (int a = 0; a < trips.length; a++) {
            if (isWaiting(slot, a)) {
                return false;
            }
        }
        return true;
    }

    long nextDeadlineNanos() {
        long deadline = Time.NO_DEADLINE;
        if (slots.tail() < slots.next()) {
            for (RoundTrip trip : trips) {
                deadline = Math.min(deadline, trip.timerNanos());
            }
        }
        return deadline;
    }

    RoundTrip trip(int acceptor) {
        return trips[acceptor];
    }

    long retransmissions() {
        return retransmissions;
    }
}
