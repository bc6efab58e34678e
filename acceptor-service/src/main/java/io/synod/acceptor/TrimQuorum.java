package io.synod.acceptor;

import io.synod.protocol.StorageId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What configured learners hold, as far as they reported it, and what they asked to trim (rule S9). */
final class TrimQuorum {

    private final StorageId[] storageIds;
    private final long[] incarnations;
    private final long[] held;
    private final long[] heardNanos;
    private final boolean[] excluded;
    private long asked;

    /** @param learners how many configured learners there are */
    TrimQuorum(int learners) {
        storageIds = new StorageId[learners];
        Arrays.fill(storageIds, StorageId.UNKNOWN);
        incarnations = new long[learners];
        held = new long[learners];
        heardNanos = new long[learners];
        excluded = new boolean[learners];
    }

    /**
     * Takes a report. One under a new storage id voids what was reported under the old one; within one life of the learner ids follow by
     * generation, so a lower one was overtaken, and says nothing any more.
     */
    void report(int learner, long incarnation, StorageId storageId, long heldThrough) {
        if (incarnations[learner] == incarnation && storageId.generation() < storageIds[learner].generation()) {
            return;
        }
        held[learner] = storageIds[learner].equals(storageId) ? Math.max(held[learner], heldThrough) : heldThrough;
        storageIds[learner] = storageId;
        incarnations[learner] = incarnation;
    }

    /**
     * Takes note that a learner lives as {@code incarnation}. If another incarnation made the report in hand, it counts
     * no more: the learner may have lost what it held, and its next report will tell.
     */
    void seen(int learner, long incarnation) {
        if (incarnations[learner] != incarnation) {
            storageIds[learner] = StorageId.UNKNOWN;
            incarnations[learner] = incarnation;
            held[learner] = 0;
        }
    }

    /** The silence of all counts from now on. */
    void start(long nowNanos) {
        Arrays.fill(heardNanos, nowNanos);
    }

    /** A learner was heard: it is waited for, also if it was excluded. */
    void heard(int learner, long nowNanos) {
        heardNanos[learner] = nowNanos;
        excluded[learner] = false;
    }

    /** For how long a learner was not heard. */
    long silentNanos(int learner, long nowNanos) {
        return nowNanos - heardNanos[learner];
    }

    /** Does not wait for a learner any more, until it is heard again. */
    void exclude(int learner) {
        excluded[learner] = true;
    }

    /** The ids of the learners that are not waited for, by rising id. */
    List<Integer> excluded() {
        List<Integer> ids = new ArrayList<>();
        for (int learner = 0; learner < excluded.length; learner++) {
            if (excluded[learner]) {
                ids.add(learner);
            }
        }
        return ids;
    }

    /** Remembers that a learner asked for everything at or below an instance to go. */
    void ask(long instance) {
        asked = Math.max(asked, instance);
    }

    /** The highest instance that a learner has asked to trim. */
    long asked() {
        return asked;
    }

    /**
     * Returns up to which instance {@code quorum} learners hold everything: the quorum-th highest report. Where fewer are waited
     * for, all of these; where none is, nothing is held.
     */
    long heldBy(int quorum) {
        long[] sorted = new long[held.length];
        int waitedFor = 0;
        for (int learner = 0; learner < held.length; learner++) {
            if (!excluded[learner]) {
                sorted[waitedFor++] = held[learner];
            }
        }
        if (quorum == 0 || waitedFor == 0) {
            return 0;
        }
        Arrays.sort(sorted, 0, waitedFor);
        return sorted[waitedFor - Math.min(quorum, waitedFor)];
    }

    /** What each configured learner holds, by id; 0 if it is not known. */
    List<Long> held() {
        List<Long> list = new ArrayList<>(held.length);
        for (long instance : held) {
            list.add(instance);
        }
        return list;
    }
}
