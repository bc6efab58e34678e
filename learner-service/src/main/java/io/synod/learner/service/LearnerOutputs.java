package io.synod.learner.service;

import io.synod.learner.Delivered;
import io.synod.learner.Doubt;
import io.synod.learner.Learner;
import io.synod.learner.LearnerNotice;
import io.synod.learner.LearnerOutput;
import io.synod.learner.LearnerRestored;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.LearnerStarted;
import io.synod.learner.LearnerStopped;
import io.synod.learner.SessionEnded;
import io.synod.learner.SessionNeedsRenewal;
import io.synod.learner.SessionOpened;
import io.synod.learner.TrimOutcome;
import io.synod.learner.ValuesHeld;
import io.synod.learner.service.peer.CatchUp;
import io.synod.learner.storage.LearnerStore;
import io.synod.role.Output;
import io.synod.runtime.OutputSink;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what the learner hands over, on the loop's thread: deliveries to the delivered log and its store, changes of state to the log file. */
final class LearnerOutputs implements OutputSink {

    private static final Logger log = LoggerFactory.getLogger(LearnerOutputs.class);

    /** Under loss, gaps come by the hundred: more than one line in this time helps nobody. */
    private static final long REPAIR_LINE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Learner learner;
    private final DeliveredLog delivered;
    private final LearnerStore store;
    private final TrimRequests trims;
    private final CatchUp catchUp;

    private long repairs;
    private long repairLineNanos = System.nanoTime() - REPAIR_LINE_NANOS;

    LearnerOutputs(Learner learner, DeliveredLog delivered, LearnerStore store, TrimRequests trims,
            CatchUp catchUp) {
        this.learner = learner;
        this.delivered = delivered;
        this.store = store;
        this.trims = trims;
        this.catchUp = catchUp;
    }

    @Override
    public void accept(Output output) {
        if (output instanceof LearnerOutput learnerOutput) {
            accept(learnerOutput);
        }
    }

    private void accept(LearnerOutput output) {
        switch (output) {
            case Delivered instance -> {
                delivered.nameLog(learner.logId());
                delivered.append(instance);
            }
            case LearnerSnapshot snapshot -> store.snapshot(snapshot);
            case LearnerRestored restored -> {
                delivered.restore(restored.snapshot());
                log.info("Goes on after instance {} from the snapshot of a peer; what was delivered before is not here",
                        restored.snapshot().instance());
            }
            case SessionOpened opened -> log.debug("Session {} is open, window {}", opened.session(), opened.window());
            case SessionEnded ended -> log.debug("Session {} has ended: {}", ended.session(), ended.reason());
            case SessionNeedsRenewal _, ValuesHeld _ -> {}
            case LearnerStarted started -> log.info("Delivers from instance {} on", started.first());
            case LearnerStopped stopped -> {
                log.error(
                        "Stopped after instance {}, {}: {}", stopped.delivered(), stopped.reason(), stopped.detail());
                delivered.stop(stopped.detail(), stopped.reason().isOfContent());
                // What an earlier run said of it stays as it was said.
                if (stopped.reason().isOfContent() && learner.doubt() == null) {
                    store.doubt(new Doubt(stopped.reason(), stopped.detail()));
                }
            }
            case LearnerNotice notice -> accept(notice);
            case TrimOutcome outcome -> {
                log.info(
                        "Trim up to instance {}: {}; acceptors have trimmed up to {}, learners hold {}",
                        outcome.instance(),
                        outcome.kind(),
                        outcome.trimPoints(),
                        outcome.held());
                trims.onOutcome(outcome);
            }
        }
    }

    private void accept(LearnerNotice notice) {
        switch (notice) {
            case LearnerNotice.Registered registered -> {
                delivered.nameLog(learner.logId());
                log.info(
                        "Registered at acceptor {} of log {} for {}",
                        registered.acceptor(),
                        registered.logId(),
                        registered.values() ? "values" : "votes");
            }
            case LearnerNotice.SourceChanged changed ->
                    log.info(
                            "Acceptor {} {}; values are asked from acceptor {}",
                            changed.from(),
                            changed.reason(),
                            changed.to());
            case LearnerNotice.GapRepaired gap -> repaired(gap);
            case LearnerNotice.PeerNeeded needed -> {
                log.warn("Acceptors have trimmed instance {}, which is needed next: another learner must give it",
                        needed.next());
                catchUp.need();
            }
            case LearnerNotice.PeerNeededNoMore reached ->
                    log.info("Has what other learners had to give; acceptors give it the rest from instance {} on",
                            reached.next());
            case LearnerNotice.KeysForgotten forgotten ->
                    log.warn(
                            "{} idempotency keys were forgotten before their time, since no more than {} are kept"
                                    + " (paxos.limits.keys-max when the log was formed): a retry with one of them"
                                    + " is delivered again",
                            forgotten.count(),
                            forgotten.keysMax());
            case LearnerNotice.ReproposeAsked asked ->
                    log.info("No quorum shows instances {} to {}; proposers are asked", asked.first(), asked.last());
        }
    }

    private void repaired(LearnerNotice.GapRepaired gap) {
        repairs++;
        long now = System.nanoTime();
        if (now - repairLineNanos >= REPAIR_LINE_NANOS) {
            log.info(
                    "Repaired a gap at instances {} to {} after {} ms ({} repaired since the last such line)",
                    gap.first(),
                    gap.last(),
                    TimeUnit.NANOSECONDS.toMillis(gap.nanos()),
                    repairs);
            repairs = 0;
            repairLineNanos = now;
        } else {
            log.debug("Repaired a gap at instances {} to {}", gap.first(), gap.last());
        }
    }
}
