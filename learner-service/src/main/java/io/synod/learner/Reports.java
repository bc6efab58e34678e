package io.synod.learner;

import io.synod.protocol.LogId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.PrefixHash;
import io.synod.protocol.message.Report;
import io.synod.role.Effects;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Tells acceptors and other learners what is held, and compares rolling hashes with what they tell (rule S13). */
final class Reports {

    private static final long NOTHING_YET = -1;
    /** For how many leases a learner in doubt tells the others: some of what it says may be lost. */
    private static final int DOUBT_LEASES = 3;

    private final LearnerSettings settings;
    private final RandomGenerator random;
    private StorageId storageId;
    private final HashComparison comparison;

    private boolean compareDue;
    private boolean atOnce;
    private long reported = NOTHING_YET;
    private long reportedNanos;
    private long dueNanos = Long.MIN_VALUE;
    private long doubtUntilNanos = Long.MIN_VALUE;

    /** @param random draws for the storage id under which a learner in doubt takes back what it reported */
    Reports(LearnerSettings settings, StorageId storageId, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
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

    /**
     * What was reported is held no more: a report under a storage id of a higher generation voids those under the former, also
     * those that it overtakes.
     */
    void renew(long drawn) {
        storageId = new StorageId(storageId.generation() + 1, drawn);
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

    /**
     * The log here may be wrong, and the learner has stopped. For a while it reports that it holds nothing, so that nobody trims by
     * what it reported before; and its hashes, by which others find out that they differ, which else they never could if this
     * learner stopped before it told them.
     *
     * @param hashes none where an earlier life told them: the others may have been mended since
     */
    void onRoundInDoubt(LogId logId, List<PrefixHash> hashes, long nowNanos, Effects effects) {
        if (doubtUntilNanos == Long.MIN_VALUE) {
            doubtUntilNanos = nowNanos + DOUBT_LEASES * settings.leaseNanos();
            dueNanos = nowNanos;
            renew(random.nextLong());
        }
        if (nowNanos >= doubtUntilNanos) {
            dueNanos = Long.MAX_VALUE;
        }
        if (nowNanos < dueNanos) {
            return;
        }
        dueNanos = nowNanos + settings.leaseNanos() / 3;
        if (logId.isKnown()) {
            effects.send(settings.reportTargets(), new Report(storageId, logId, 0, hashes));
        }
    }

    long nextDeadlineInDoubtNanos() {
        return dueNanos;
    }

    long nextDeadlineNanos() {
        return Math.min(dueNanos, comparison.nextDeadlineNanos());
    }
}
