package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.role.Effects;
import java.util.List;

/**
 * Whether acceptors can still show what the learner needs next, and what it takes over from peers where they cannot: a snapshot
 * that is further on, and what was delivered after it, instance by instance.
 */
final class CatchingUp {

    /** Delivers the next instance. */
    @FunctionalInterface
    interface Deliverer {
        void deliver(long instance, long checksum, Bytes batch, long nowNanos, Effects effects);
    }

    /** What is to become of a learner whose next instance is trimmed. */
    enum Verdict {
        GOES_ON,
        /** Nobody can show it what it needs, and it asks no peer. */
        STOPS
    }

    private final LearnerSettings settings;
    private final VoteWindow window;
    private final Repair repair;
    private final Delivery delivery;
    private final Deliverer deliverer;

    private boolean needsPeer;
    private boolean checkDue;

    CatchingUp(LearnerSettings settings, VoteWindow window, Repair repair, Delivery delivery, Deliverer deliverer) {
        this.settings = settings;
        this.window = window;
        this.repair = repair;
        this.delivery = delivery;
        this.deliverer = deliverer;
    }

    /** Whether acceptors have trimmed what the learner needs next. */
    boolean needsPeer() {
        return needsPeer;
    }

    /** Something changed that it depends on: where the learner is, or how far acceptors have trimmed. */
    void checkSoon() {
        checkDue = true;
    }

    /** Looks whether acceptors can show what is needed next, if something changed. */
    Verdict check(long nowNanos, Effects effects) {
        if (!checkDue) {
            return Verdict.GOES_ON;
        }
        checkDue = false;
        boolean below = repair.isBelowTrim(nowNanos);
        if (below && !settings.catchUp()) {
            return Verdict.STOPS;
        }
        if (below != needsPeer) {
            needsPeer = below;
            effects.output(
                    below
                            ? new LearnerNotice.PeerNeeded(window.next())
                            : new LearnerNotice.PeerNeededNoMore(window.next()));
        }
        return Verdict.GOES_ON;
    }

    /** Whether there is any use in asking acceptors for what is needed next. */
    boolean asksAcceptors() {
        return !needsPeer || repair.mayBeShown();
    }

    /** Takes over a snapshot of this log; returns whether it is needed, further on, could be understood, and there is room. */
    boolean restore(LearnerSnapshot snapshot, Effects effects) {
        if (!needsPeer || !delivery.holding().hasRoom() || snapshot.instance() < window.next()
                || !delivery.restore(snapshot, effects)) {
            return false;
        }
        window.start(snapshot.instance() + 1);
        checkSoon();
        return true;
    }

    /** Takes over what was delivered in instances of this log, as far as it follows and there is room. */
    void learn(long first, List<Bytes> batches, long nowNanos, Effects effects) {
        for (int i = 0; i < batches.size() && delivery.holding().hasRoom(); i++) {
            if (first + i == window.next()) {
                window.passNext();
                Bytes batch = batches.get(i);
                deliverer.deliver(first + i, batch.checksum(), batch, nowNanos, effects);
            }
        }
    }
}
