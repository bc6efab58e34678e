package io.synod.acceptor;

import io.synod.acceptor.AcceptorWrite.TrimAdvanced;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.role.Effects;
import io.synod.role.Sender;
import java.util.List;
import java.util.function.LongBinaryOperator;

/** Drops what learners ask to trim, as far as the trim quorum of them holds it (rule S9). */
final class Trimming {

    /** Whether a learner that was silent for a time is one that is gone. */
    @FunctionalInterface
    interface Exclusion {
        boolean mayExclude(long silentNanos, long goneNanos);
    }

    private final AcceptorSettings settings;
    private final Peers peers;
    private final Forming forming;
    private final AcceptedRing ring;
    private final AcceptorCounts counts;
    private final LongBinaryOperator bound;
    private final Exclusion exclusion;
    private final TrimQuorum quorum;

    /**
     * @param bound up to where is trimmed, given what was asked and what the trim quorum holds
     * @param exclusion which learners need not be waited for
     */
    Trimming(AcceptorSettings settings, Peers peers, Forming forming, AcceptedRing ring, AcceptorCounts counts,
            LongBinaryOperator bound, Exclusion exclusion) {
        this.settings = settings;
        this.peers = peers;
        this.forming = forming;
        this.ring = ring;
        this.counts = counts;
        this.bound = bound;
        this.exclusion = exclusion;
        this.quorum = new TrimQuorum(settings.layout().learners());
    }

    void onReport(Sender from, Report report, long nowNanos, Effects effects) {
        if (!mayTrim(from, nowNanos)) {
            if (peers.isLearner(from) && report.storageId().isKnown()) {
                // Who does not vote heeds no report, but must know one that it overtook when it votes again.
                quorum.report(from.id(), from.incarnation(), report.storageId(), 0);
            }
            return;
        }
        if (!report.logId().equals(forming.logId()) || !report.storageId().isKnown()) {
            counts.foreign++;
        } else {
            quorum.report(from.id(), from.incarnation(), report.storageId(), report.held());
            trimAsFarAsAllowed(effects);
        }
    }

    void onRequest(Sender from, TrimRequest request, long nowNanos, Effects effects) {
        if (mayTrim(from, nowNanos)) {
            quorum.ask(request.instance());
            exclude(request, nowNanos);
            trimAsFarAsAllowed(effects);
            effects.send(from.node(),
                    new TrimState(quorum.asked(), ring.trimPoint(), quorum.excluded(), quorum.held()));
        }
    }

    private void exclude(TrimRequest request, long nowNanos) {
        long goneNanos = Math.max(request.goneNanos(), settings.leaseNanos());
        for (int learner : request.excluded()) {
            if (learner < settings.layout().learners()
                    && exclusion.mayExclude(quorum.silentNanos(learner, nowNanos), goneNanos)) {
                quorum.exclude(learner);
            }
        }
    }

    private boolean mayTrim(Sender from, long nowNanos) {
        if (!peers.isLearner(from)) {
            counts.misdirected++;
            return false;
        }
        quorum.heard(from.id(), nowNanos);
        if (forming.status() != Status.VOTING) {
            counts.notVoting++;
            return false;
        }
        return true;
    }

    private void trimAsFarAsAllowed(Effects effects) {
        long to = bound.applyAsLong(quorum.asked(), quorum.heldBy(settings.trimQuorum()));
        if (to > ring.trimPoint()) {
            effects.write(new TrimAdvanced(to));
            ring.trim(to);
        }
    }

    /** The silence of learners counts from now on. */
    void start(long nowNanos) {
        quorum.start(nowNanos);
    }

    /** Takes note that a configured learner lives as {@code incarnation}. */
    void seen(int learner, long incarnation, long nowNanos) {
        quorum.heard(learner, nowNanos);
        quorum.seen(learner, incarnation);
    }

    /** The highest instance that a learner has asked to trim. */
    long asked() {
        return quorum.asked();
    }

    /** The ids of the learners that are not waited for, by rising id. */
    List<Integer> excluded() {
        return quorum.excluded();
    }

    /** What each configured learner holds, by id; 0 if it is not known. */
    List<Long> held() {
        return quorum.held();
    }
}
