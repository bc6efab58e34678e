package io.synod.learner;

import io.synod.protocol.StorageId;
import io.synod.protocol.message.PrefixHash;
import io.synod.protocol.message.Report;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares rolling hashes with those that other learners report (rule S13). Of the learners configured, the one that
 * differs from a majority is wrong. When there is no majority, because learners are few or silent, all that differ stop:
 * at once if every learner has told its hash, otherwise after a time in which the rest could have.
 */
final class HashComparison {

    private static final long NEVER = Long.MAX_VALUE;

    private final int own;
    private final int learners;
    private final long settleNanos;
    private final RollingHash hash;
    private final @Nullable StorageId[] storageIds;
    private final List<PrefixHash>[] reported;

    private long suspectSinceNanos = NEVER;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists cannot be made otherwise
    HashComparison(int own, int learners, long settleNanos, RollingHash hash) {
        this.own = own;
        this.learners = learners;
        this.settleNanos = settleNanos;
        this.hash = hash;
        this.storageIds = new StorageId[learners];
        this.reported = new List[learners];
        for (int i = 0; i < learners; i++) {
            reported[i] = List.of();
        }
    }

    void onReport(int learner, Report report) {
        storageIds[learner] = report.storageId();
        reported[learner] = report.hashes();
    }

    /**
     * Compares what is known.
     *
     * @return why this learner must stop, or null
     */
    @Nullable
    String compare(long nowNanos) {
        boolean suspect = false;
        for (PrefixHash mine : hash.kept()) {
            int same = 1;
            int told = 1;
            int othersSame = 0;
            for (int learner = 0; learner < learners; learner++) {
                PrefixHash theirs = learner == own ? null : find(reported[learner], mine.instance());
                if (theirs != null) {
                    told++;
                    same += theirs.hash() == mine.hash() ? 1 : 0;
                    othersSame = Math.max(othersSame, sameAs(theirs));
                }
            }
            if (same == told || 2 * same > learners) {
                continue;
            }
            if (2 * othersSame > learners) {
                return describe(mine, same, told) + "; a majority of learners agrees on another";
            }
            suspect = true;
            if (told == learners || suspectSinceNanos != NEVER && nowNanos - suspectSinceNanos >= settleNanos) {
                return describe(mine, same, told) + "; no majority of learners agrees";
            }
        }
        if (!suspect) {
            suspectSinceNanos = NEVER;
        } else if (suspectSinceNanos == NEVER) {
            suspectSinceNanos = nowNanos;
        }
        return null;
    }

    private int sameAs(PrefixHash theirs) {
        int same = 0;
        for (int learner = 0; learner < learners; learner++) {
            PrefixHash that = learner == own ? null : find(reported[learner], theirs.instance());
            same += that != null && that.hash() == theirs.hash() ? 1 : 0;
        }
        return same;
    }

    private static @Nullable PrefixHash find(List<PrefixHash> hashes, long instance) {
        for (int i = 0; i < hashes.size(); i++) {
            if (hashes.get(i).instance() == instance) {
                return hashes.get(i);
            }
        }
        return null;
    }

    private static String describe(PrefixHash mine, int same, int told) {
        return "the hash of the log up to instance " + mine.instance() + " is " + Long.toHexString(mine.hash())
                + " here, as at " + (same - 1) + " of " + (told - 1) + " other learners that told theirs";
    }

    long nextDeadlineNanos() {
        return suspectSinceNanos == NEVER ? NEVER : suspectSinceNanos + settleNanos;
    }
}
