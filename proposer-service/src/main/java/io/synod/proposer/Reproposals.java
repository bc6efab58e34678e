package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import io.synod.role.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decided instances that a learner cannot piece together: no ballot's phase-2 quorum shows them any more. The leader
 * extends its phase 1 down to them at its own ballot (a promise is per acceptor, not per instance) and proposes
 * anew what is reported, one bounded range of what was asked for after the other. An instance is done when a phase-2 quorum
 * has accepted it at this ballot, since that shows it to every learner; a learner goes on asking until it has what it needs.
 *
 * <p>In instances that this leadership has proposed in itself only what is reported at its own ballot is proposed: another
 * page may be older than that proposal (S5).
 */
final class Reproposals {

    static final int INSTANCES_MAX = 64;

    /** How many instances one wish is taken for. */
    static final int WISH_INSTANCES_MAX = 1_024;

    private static final int BYTES_MAX = 4 << 20;
    private static final int REPEATS_MAX = 4;
    private static final long FIRST_WAIT_NANOS = 20_000_000;

    /** How long pages and accepts of a range may take together. */
    private static final long SPAN_NANOS_MAX = 2_000_000_000;

    private static final class Item {
        final Accept accept;
        final long checksum;
        int votes;

        Item(Accept accept) {
            this.accept = accept;
            this.checksum = accept.value().checksum();
        }
    }

    /** What a learner asked for, and at which ballot of which log it is done. */
    private record Wish(PhaseOne.Factory factory, Ballot ballot, LogId logId, long last) {}

    private final ProposerSettings settings;
    private final List<NodeId> acceptors;
    private final List<Item> items = new ArrayList<>();
    private @Nullable Wish wish;
    private @Nullable PhaseOne pages;
    private long last;
    private long bytes;
    private long endNanos = Time.NO_DEADLINE;
    private long repeatNanos = Time.NO_DEADLINE;
    private int repeats;
    private long retransmissions;

    Reproposals(ProposerSettings settings) {
        this.settings = settings;
        this.acceptors = settings.layout().acceptorNodes();
    }

    boolean isActive() {
        return endNanos != Time.NO_DEADLINE;
    }

    /** Begins with a wish, of which the first {@link #WISH_INSTANCES_MAX} instances are taken. */
    void begin(PhaseOne.Factory factory, Ballot ballot, LogId logId, long first, long wantedLast, long nowNanos) {
        long wishLast = Math.min(wantedLast, first + WISH_INSTANCES_MAX - 1);
        beginRange(new Wish(factory, ballot, logId, wishLast), first, nowNanos);
    }

    private void beginRange(Wish of, long first, long nowNanos) {
        end();
        wish = of;
        last = Math.min(of.last, first + INSTANCES_MAX - 1);
        pages = of.factory.create(of.ballot, of.logId, first, last, nowNanos);
        endNanos = nowNanos + SPAN_NANOS_MAX;
    }

    void end() {
        wish = null;
        pages = null;
        items.clear();
        bytes = 0;
        repeats = 0;
        endNanos = Time.NO_DEADLINE;
        repeatNanos = Time.NO_DEADLINE;
    }

    void onPage(int acceptor, Promise page, long nowNanos) {
        if (pages != null) {
            pages.onPage(acceptor, page, nowNanos);
        }
    }

    void onAccepted(int acceptor, Accepted vote) {
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (item.accept.instance() == vote.instance()
                    && item.accept.ballot().equals(vote.ballot())
                    && item.checksum == vote.checksum()) {
                item.votes |= 1 << acceptor;
                if (Integer.bitCount(item.votes) >= settings.quorums().phase2()) {
                    items.remove(i);
                }
                return;
            }
        }
    }

    /**
     * Proposes what pages have shown, and repeats what no quorum has accepted yet.
     *
     * @param firstOwn the first instance that this leadership has proposed in itself
     * @param members tells whether an acceptor votes in this log; to others nothing is sent
     */
    void onRound(long firstOwn, IntPredicate members, long nowNanos, Effects out) {
        if (!isActive()) {
            return;
        }
        endRangeIfDone(nowNanos);
        PhaseOne range = pages;
        if (range != null) {
            range.raiseFloor(Math.min(last, range.trimFloor()));
            while (range.floor() < last && range.covers(range.floor() + 1)) {
                propose(range, range.floor() + 1, firstOwn, members, nowNanos, out);
            }
            if (range.floor() >= last) {
                pages = null;
            } else {
                range.onRound(acceptors, nowNanos, out);
            }
        }
        if (nowNanos >= repeatNanos) {
            repeat(members, nowNanos, out);
        }
        if (nowNanos >= endNanos) {
            end();
        } else {
            endRangeIfDone(nowNanos);
        }
    }

    private void endRangeIfDone(long nowNanos) {
        Wish current = wish;
        if (pages != null || !items.isEmpty()) {
            return;
        }
        if (current != null && last < current.last) {
            beginRange(current, last + 1, nowNanos);
        } else {
            end();
        }
    }

    private void propose(
            PhaseOne range, long instance, long firstOwn, IntPredicate members, long nowNanos, Effects out) {
        AcceptedEntry reported = range.reportedIn(instance);
        Ballot ballot = range.ballot();
        if (reported != null && bytes < BYTES_MAX && (instance < firstOwn || reported.ballot().equals(ballot))) {
            Item item = new Item(new Accept(ballot, instance, reported.value()));
            items.add(item);
            bytes += reported.value().length();
            for (int a = 0; a < acceptors.size(); a++) {
                if (members.test(a)) {
                    out.send(acceptors.get(a), item.accept);
                }
            }
            if (repeatNanos == Time.NO_DEADLINE) {
                repeatNanos = nowNanos + FIRST_WAIT_NANOS;
            }
        }
        range.raiseFloor(instance);
    }

    private void repeat(IntPredicate members, long nowNanos, Effects out) {
        if (++repeats > REPEATS_MAX) {
            items.clear();
            repeatNanos = Time.NO_DEADLINE;
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            for (int a = 0; a < acceptors.size(); a++) {
                if ((item.votes & 1 << a) == 0 && members.test(a)) {
                    retransmissions++;
                    out.send(acceptors.get(a), item.accept);
                }
            }
        }
        repeatNanos = nowNanos + Math.min(FIRST_WAIT_NANOS << repeats, settings.timing().retryNanosMax());
    }

    long retransmissions() {
        return retransmissions;
    }

    long nextDeadlineNanos() {
        long deadline = Math.min(endNanos, repeatNanos);
        return pages == null ? deadline : Math.min(deadline, pages.nextDeadlineNanos());
    }
}
