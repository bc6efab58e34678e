package io.synod.learner;

import io.synod.protocol.LogId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Report;
import io.synod.role.Effects;
import org.jspecify.annotations.Nullable;

/** Tells acceptors and other learners what is held, and compares rolling hashes with what they tell (rule S13). */
final class Reports {

    private static final long NOTHING_YET = -1;

    private final LearnerSettings settings;
    private StorageId storageId;
    private final HashComparison comparison;

    private boolean compareDue;
    private boolean atOnce;
    private long reported = NOTHING_YET;
    private long reportedNanos;
    private long dueNanos = Long.MIN_VALUE;

    Reports(LearnerSettings settings, StorageId storageId) {
        this.settings = settings;
        this.storageId = storageId;
        this.comparison = new HashComparison(
                settings.id(), settings.layout().learners(), settings.leaseNanos());
    }

    void delivered(long instance) {
        compareDue |= instance % ProtocolLimits.HASH_INTERVAL_INSTANCES == 0;
    }

    void onReport(int learner, Report report) {
        comparison.onReport(learner, report);
        compareDue = true;
    }

    /** Another log was joined: what others reported of the former counts no more. */
    void forgetOthers() {
        comparison.forget();
    }

    /** Returns why this learner must stop, or null. */
    @Nullable
    String compare(LogState state, long nowNanos) {
        if (!compareDue && nowNanos < comparison.nextDeadlineNanos()) {
            return null;
        }
        compareDue = false;
        return comparison.compare(state.hashes(), nowNanos);
    }

    /** What was reported is held no more: a report under a new storage id voids those under the former. */
    void renew(StorageId renewed) {
        storageId = renewed;
        atOnce = true;
    }

    /** The storage id under which is reported. */
    StorageId storageId() {
        return storageId;
    }

    /** The next report goes in the next round, changed or not. */
    void reportAtOnce() {
        atOnce = true;
    }

    /**
     * Reports when it is time.
     *
     * @param held the last instance held
     */
    void onRound(LogId logId, long held, LogState state, long nowNanos, Effects effects) {
        if (!atOnce && nowNanos < dueNanos) {
            return;
        }
        dueNanos = nowNanos + settings.reportNanos();
        boolean repeat = nowNanos - reportedNanos >= settings.leaseNanos() / 3;
        if (logId.isKnown() && (atOnce || repeat || held != reported)) {
            atOnce = false;
            reported = held;
            reportedNanos = nowNanos;
            effects.send(settings.reportTargets(), new Report(storageId, logId, held, state.hashes()));
        }
    }

    long nextDeadlineNanos() {
        return Math.min(dueNanos, comparison.nextDeadlineNanos());
    }
}
