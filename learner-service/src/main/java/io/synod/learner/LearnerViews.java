package io.synod.learner;

import org.jspecify.annotations.Nullable;

/** Makes what a learner shows of itself. */
final class LearnerViews {

    private final Halt halt;
    private final VoteWindow window;
    private final Registration registration;
    private final Repair repair;
    private final Delivery delivery;
    private final CatchingUp catchingUp;
    private final Reports reports;
    private final MessageDispatcher dispatcher;

    LearnerViews(Halt halt, VoteWindow window, Registration registration, Repair repair, Delivery delivery,
            CatchingUp catchingUp, Reports reports, MessageDispatcher dispatcher) {
        this.halt = halt;
        this.window = window;
        this.registration = registration;
        this.repair = repair;
        this.delivery = delivery;
        this.catchingUp = catchingUp;
        this.reports = reports;
        this.dispatcher = dispatcher;
    }

    /** Returns what happened so far. */
    LearnerCounters counters() {
        SessionTable.Counts counts = delivery.state().sessions().counts();
        return new LearnerCounters(
                delivery.instances(),
                delivery.values(),
                counts.duplicates,
                counts.refused,
                counts.malformed,
                delivery.state().sessions().keys().forgotten(),
                repair.repeats(),
                dispatcher.droppedVotes());
    }

    /** Returns what the learner knows now. */
    LearnerView view(boolean started, long nowNanos) {
        long delivered = window.next() - 1;
        StoreDamage damage = delivery.holding().damage();
        return new LearnerView(
                state(started),
                detail(),
                damage == null ? null : damage.text(),
                registration.logId(),
                reports.storageId(),
                delivered,
                delivery.state().values(),
                delivery.holding().held(),
                Math.max(repair.known(), delivered),
                registration.source(),
                delivery.state().sessions().size(),
                delivery.state().sessions().keys().size(),
                window.bytes(),
                repair.patienceNanos() / 1_000,
                registration.views(nowNanos),
                counters());
    }

    private LearnerView.State state(boolean started) {
        LearnerStopped.Reason reason = halt.reason();
        if (reason != null) {
            return LearnerView.State.of(reason);
        }
        if (!started) {
            return LearnerView.State.STARTING;
        }
        if (catchingUp.needsPeer()) {
            return LearnerView.State.CATCHING_UP;
        }
        return repair.known() >= window.next() ? LearnerView.State.BEHIND : LearnerView.State.CURRENT;
    }

    private @Nullable String detail() {
        if (!halt.isStopped() && delivery.holding().isPaused()) {
            return "the disk of its store is nearly full: it delivers nothing more until there is room";
        }
        return !halt.isStopped() && catchingUp.needsPeer()
                ? "acceptors have trimmed instance " + window.next()
                        + ", which it needs next: another learner must give it"
                : halt.detail();
    }
}
