package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.RejoinRange;
import io.synod.role.Effects;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings an acceptor that rejoins back in (rule S10): the leader tells it the range of instances that it must hold, and
 * proposes all of them anew to it alone, at its own ballot. For that it extends its phase 1 down to the trim point, page after
 * page, and sends on what is reported, a bounded part at a time. One acceptor is brought back after the other.
 *
 * <p>What was not accepted in one pass, or could not be proposed since a page was older than this leadership's own proposal (rule
 * S5), is in the next; the passes end when the acceptor says that it votes.
 */
final class Readmission {

    /** What is in flight at most. */
    static final int INSTANCES_MAX = 256;

    private static final long BYTES_MAX = 1 << 20;
    private static final int REPEATED_MAX = 64;
    private static final long FIRST_WAIT_NANOS = 20_000_000;

    /**
     * What the acceptor must hold.
     *
     * @param ballot the leader's ballot
     * @param logId the log
     * @param trimPoint what is known to be trimmed
     * @param firstOwn the first instance that this leadership has proposed in itself
     * @param last the last instance that its phase 1 found reported, or knew to be decided
     */
    record Extent(Ballot ballot, LogId logId, long trimPoint, long firstOwn, long last) {}

    private final ProposerSettings settings;
    private final TreeMap<Long, Accept> inFlight = new TreeMap<>();
    private long inFlightBytes;
    private int target = Election.NOBODY;
    private @Nullable PhaseOne pages;
    /** Whether all that pages had to tell was sent on. */
    private boolean passedOn;
    private long rangeNanos = Time.NEVER;
    private long repeatNanos = Time.NO_DEADLINE;
    private long waitNanos;
    private long retransmissions;

    Readmission(ProposerSettings settings) {
        this.settings = settings;
    }

    /** Names the acceptor to bring back; {@link Election#NOBODY} for none. */
    void setTarget(int acceptor) {
        if (acceptor != target) {
            end();
            target = acceptor;
        }
    }

    boolean hasTarget() {
        return target != Election.NOBODY;
    }

    /** Ends the leadership's part in it. */
    void end() {
        target = Election.NOBODY;
        pages = null;
        inFlight.clear();
        inFlightBytes = 0;
        rangeNanos = Time.NEVER;
        repeatNanos = Time.NO_DEADLINE;
    }

    void onPage(int acceptor, Promise page, long nowNanos) {
        if (pages != null) {
            pages.onPage(acceptor, page, nowNanos);
        }
    }

    void onAccepted(int acceptor, Accepted vote) {
        Accept accept = acceptor == target ? inFlight.get(vote.instance()) : null;
        if (accept != null && accept.ballot().equals(vote.ballot())) {
            inFlight.remove(vote.instance());
            inFlightBytes -= accept.value().length();
            waitNanos = FIRST_WAIT_NANOS;
        }
    }

    /** Tells the range, asks for pages, proposes what they report, and repeats what is not accepted. */
    void onRound(Extent extent, PhaseOne.Factory factory, long nowNanos, Effects out) {
        if (!hasTarget()) {
            return;
        }
        NodeId to = settings.layout().acceptorNodes().get(target);
        PhaseOne range = pages;
        long trimPoint = range == null ? extent.trimPoint : Math.max(extent.trimPoint, range.trimFloor());
        if (nowNanos >= nextRangeNanos()) {
            rangeNanos = nowNanos;
            out.send(to, new RejoinRange(extent.ballot, trimPoint + 1, Math.max(extent.last, trimPoint)));
            if (range == null && trimPoint < extent.last) {
                range = factory.create(extent.ballot, extent.logId, trimPoint + 1, extent.last, nowNanos);
                pages = range;
                passedOn = false;
            }
        }
        if (range != null) {
            propose(range, extent, to, nowNanos, out);
        }
        if (nowNanos >= repeatNanos) {
            repeat(to, trimPoint, nowNanos, out);
        }
    }

    private void propose(PhaseOne range, Extent extent, NodeId to, long nowNanos, Effects out) {
        range.raiseFloor(Math.min(extent.last, range.trimFloor()));
        while (range.floor() < extent.last
                && range.covers(range.floor() + 1)
                && inFlight.size() < INSTANCES_MAX
                && inFlightBytes < BYTES_MAX) {
            long instance = range.floor() + 1;
            AcceptedEntry reported = range.reportedIn(instance);
            if (reported != null && (instance < extent.firstOwn || reported.ballot().equals(extent.ballot))) {
                Accept accept = new Accept(extent.ballot, instance, reported.value());
                inFlight.put(instance, accept);
                inFlightBytes += reported.value().length();
                out.send(to, accept);
            }
            range.raiseFloor(instance);
        }
        passedOn = range.floor() >= extent.last;
        if (!passedOn) {
            range.onRound(settings.layout().acceptorNodes(), nowNanos, out);
        } else if (inFlight.isEmpty()) {
            // This pass is over; if the acceptor lacks something still, another follows.
            pages = null;
        }
        if (inFlight.isEmpty()) {
            repeatNanos = Time.NO_DEADLINE;
        } else if (repeatNanos == Time.NO_DEADLINE) {
            waitNanos = FIRST_WAIT_NANOS;
            repeatNanos = nowNanos + waitNanos;
        }
    }

    private void repeat(NodeId to, long trimPoint, long nowNanos, Effects out) {
        int left = REPEATED_MAX;
        for (Iterator<Map.Entry<Long, Accept>> each = inFlight.entrySet().iterator(); each.hasNext() && left > 0;) {
            Map.Entry<Long, Accept> entry = each.next();
            if (entry.getKey() <= trimPoint) {
                inFlightBytes -= entry.getValue().value().length();
                each.remove();
            } else {
                retransmissions++;
                left--;
                out.send(to, entry.getValue());
            }
        }
        waitNanos = Math.min(2 * waitNanos, settings.timing().retryNanosMax());
        repeatNanos = inFlight.isEmpty() ? Time.NO_DEADLINE : nowNanos + waitNanos;
    }

    long retransmissions() {
        return retransmissions;
    }

    private long nextRangeNanos() {
        return rangeNanos == Time.NEVER ? Time.NEVER : rangeNanos + settings.timing().heartbeatNanos();
    }

    long nextDeadlineNanos() {
        if (!hasTarget()) {
            return Time.NO_DEADLINE;
        }
        long deadline = Math.min(nextRangeNanos(), repeatNanos);
        return pages == null || passedOn ? deadline : Math.min(deadline, pages.nextDeadlineNanos());
    }
}
