package io.synod.learner;

import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.Forward;
import io.synod.protocol.message.ForwardRefused;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.LocateKey;
import io.synod.protocol.message.Located;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinRange;
import io.synod.protocol.message.RejoinReply;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.Repropose;
import io.synod.protocol.message.Submit;
import io.synod.protocol.message.SubmitRefused;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Sender;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Gives each message to the part of the learner that it is for, if it comes from whom it counts. */
final class MessageDispatcher {

    private static final int NOT_AN_ACCEPTOR = -1;

    private final LearnerSettings settings;
    private final BooleanSupplier listens;
    private final Halt halt;
    private final VoteWindow window;
    private final Registration registration;
    private final Repair repair;
    private final Delivery delivery;
    private final CatchingUp catchingUp;
    private final Reports reports;
    private final TrimAsker trim;

    private long droppedVotes;

    /** @param listens whether votes count: the learner knows where it begins, and has not stopped */
    MessageDispatcher(LearnerSettings settings, BooleanSupplier listens, Halt halt, VoteWindow window,
            Registration registration, Repair repair, Delivery delivery, CatchingUp catchingUp, Reports reports,
            TrimAsker trim) {
        this.settings = settings;
        this.listens = listens;
        this.halt = halt;
        this.window = window;
        this.registration = registration;
        this.repair = repair;
        this.delivery = delivery;
        this.catchingUp = catchingUp;
        this.reports = reports;
        this.trim = trim;
    }

    /** How many votes were not taken. */
    long droppedVotes() {
        return droppedVotes;
    }

    void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        switch (message) {
            case Accepted accepted -> onAccepted(from, accepted, nowNanos, effects);
            case AcceptorState state -> {
                int acceptor = heard(from, nowNanos);
                if (acceptor != NOT_AN_ACCEPTOR) {
                    registration.onBeacon(acceptor, state, nowNanos);
                    catchingUp.checkSoon();
                    if (state.nearlyFull() && registration.isOfLog(acceptor)) {
                        trim.onNearlyFull(state.trimPoint(), window.next() - 1, nowNanos);
                    }
                }
            }
            case LearnerOk ok -> {
                int acceptor = heard(from, nowNanos);
                if (acceptor != NOT_AN_ACCEPTOR) {
                    registration.onOk(acceptor, ok, nowNanos, effects);
                    catchingUp.checkSoon();
                }
            }
            case Trimmed trimmed -> {
                int acceptor = heard(from, nowNanos);
                if (acceptor != NOT_AN_ACCEPTOR) {
                    registration.trimPoint(acceptor, trimmed.trimPoint());
                    catchingUp.checkSoon();
                }
            }
            case TrimState state -> {
                int acceptor = heard(from, nowNanos);
                if (acceptor != NOT_AN_ACCEPTOR) {
                    registration.trimPoint(acceptor, state.trimPoint());
                    trim.onTrimState(acceptor, state, effects);
                }
            }
            case Heartbeat heartbeat -> registration.onHeartbeat(heartbeat.watermark());
            case Report report -> onReport(from, report);
            case Prepare _, Promise _, Accept _, AcceptRefused _, Preempted _ -> {}
            case Locate locate -> answer(from, locate.logId(), delivery.locate(locate), effects);
            case LocateKey locate -> answer(from, locate.logId(), delivery.locate(locate), effects);
            case Repeat _, Repropose _, LearnerHi _, LearnerDel _, TrimRequest _, Located _, KeyLocated _ -> {}
            case Rejoin _, RejoinReply _, RejoinRange _ -> {}
            case Form _, FormReply _, Submit _, SubmitRefused _, LeaderHint _ -> {}
            case Forward _, ForwardRefused _, Echo _, EchoReply _ -> {}
        }
    }

    private int heard(Sender from, long nowNanos) {
        if (from.id() < 0 || from.id() >= settings.layout().acceptors()
                || !from.node().type().hosts(RoleType.ACCEPTOR)) {
            return NOT_AN_ACCEPTOR;
        }
        if (registration.heard(from.id(), from.incarnation(), nowNanos)) {
            trim.onRestart(from.id(), nowNanos);
        }
        return from.id();
    }

    private void onAccepted(Sender from, Accepted accepted, long nowNanos, Effects effects) {
        int acceptor = heard(from, nowNanos);
        if (acceptor == NOT_AN_ACCEPTOR || !listens.getAsBoolean()) {
            return;
        }
        if (!registration.isOfLog(acceptor)) {
            droppedVotes++;
            return;
        }
        registration.voted(acceptor, nowNanos);
        VoteWindow.Offer offer = window.offer(
                acceptor, accepted.ballot(), accepted.instance(), accepted.checksum(), accepted.value());
        switch (offer) {
            case TAKEN, NO_ROOM -> {}
            case LATE -> {
                if (accepted.value() != null) {
                    repair.onLateValue(accepted.instance());
                }
            }
            case BEYOND, DAMAGED -> droppedVotes++;
            case TWO_VALUES -> halt.stopForTwoValues(effects);
        }
    }

    private void onReport(Sender from, Report report) {
        boolean other = !settings.ownSessions()
                && from.node().type().hosts(RoleType.LEARNER)
                && from.id() != settings.id()
                && from.id() >= 0
                && from.id() < settings.layout().learners();
        if (other && report.logId().isKnown() && report.logId().equals(registration.logId())) {
            reports.onReport(from.id(), report);
            trim.heard(from.id());
        }
    }

    /** Answers a client's question about this log, if it can be answered yet. */
    private void answer(Sender from, LogId asked, @Nullable Message answer, Effects effects) {
        boolean own = !settings.ownSessions() && !halt.isStopped() && asked.equals(registration.logId());
        if (own && answer != null) {
            effects.send(from.node(), answer);
        }
    }
}
