package io.synod.learner;

import io.synod.protocol.message.PrefixHash;
import io.synod.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares rolling hashes with those that other learners report (rule S13). Of the learners configured, one that differs
 * from a majority is wrong. When no majority agrees, because learners are few or silent, all that differ stop: at once if
 * every learner has told its hash, otherwise after a time in which the rest could have.
 */
final class HashComparison {

    private static final long NEVER = Long.MAX_VALUE;

    private final int own;
    private final int learners;
    private final long settleNanos;
    private final List<List<PrefixHash>> reported = new ArrayList<>();

    private long suspectSinceNanos = NEVER;

    HashComparison(int own, int learners, long settleNanos) {
        this.own = own;
        this.learners = learners;
        this.settleNanos = settleNanos;
        for (int i = 0; i < learners; i++) {
            reported.add(List.of());
        }
    }

    /** Takes the hashes of another learner; they replace those it told before. */
    void onReport(int learner, Report report) {
        reported.set(learner, report.hashes());
    }

    /** Forgets what other learners told. */
    void forget() {
        reported.replaceAll(_ -> List.of());
        suspectSinceNanos = NEVER;
    }

    /**
     * Compares what is known.
     *
     * @param kept this learner's own hashes
     * @return why this learner must stop, or null
     */
    @Nullable
    String compare(List<PrefixHash> kept, long nowNanos) {
        boolean settled = suspectSinceNanos != NEVER && nowNanos - suspectSinceNanos >= settleNanos;
        boolean suspect = false;
        for (PrefixHash mine : kept) {
            int told = 1;
            int same = 1 + others(mine);
            int otherMajority = 0;
            for (int learner = 0; learner < learners; learner++) {
                PrefixHash theirs = find(learner, mine.instance());
                if (theirs != null) {
                    told++;
                    otherMajority =
                            theirs.hash() == mine.hash() ? otherMajority : Math.max(otherMajority, others(theirs));
                }
            }
            if (same == told || 2 * same > learners) {
                continue;
            }
            if (2 * otherMajority > learners) {
                return describe(mine, same, told) + "; a majority of learners agrees on another";
            }
            if (settled || told == learners) {
                return describe(mine, same, told) + "; no majority of learners agrees";
            }
            suspect = true;
        }
        if (!suspect) {
            suspectSinceNanos = NEVER;
        } else if (suspectSinceNanos == NEVER) {
            suspectSinceNanos = nowNanos;
        }
        return null;
    }

    /** Returns how many other learners told exactly this hash. */
    private int others(PrefixHash prefix) {
        int same = 0;
        for (int learner = 0; learner < learners; learner++) {
            PrefixHash theirs = find(learner, prefix.instance());
            same += theirs != null && theirs.hash() == prefix.hash() ? 1 : 0;
        }
        return same;
    }

    /** Returns what another learner told for an instance, or null. */
    private @Nullable PrefixHash find(int learner, long instance) {
        if (learner != own) {
            List<PrefixHash> hashes = reported.get(learner);
            for (int i = 0; i < hashes.size(); i++) {
                if (hashes.get(i).instance() == instance) {
                    return hashes.get(i);
                }
            }
        }
        return null;
    }

    private static String describe(PrefixHash mine, int same, int told) {
        return "the hash of the log up to instance " + mine.instance() + " is " + Long.toHexString(mine.hash())
                + " here and at " + (same - 1) + " of the " + (told - 1) + " other learners that told theirs";
    }

    /** When what is suspected is to be settled. */
    long nextDeadlineNanos() {
        return suspectSinceNanos == NEVER ? NEVER : suspectSinceNanos + settleNanos;
    }
}
