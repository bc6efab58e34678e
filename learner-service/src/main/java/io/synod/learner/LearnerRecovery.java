package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a learner's store remembers at the start.
 *
 * @param storageId names this life of the store
 * @param logId the log, or {@link LogId#UNKNOWN} while nothing of one is stored
 * @param snapshot the newest snapshot; null if there is none yet, and then {@code since} begins at instance 1
 * @param since what was decided in the instances after the snapshot, one after the other; read once
 * @param damage what an earlier run could not read of it; null if nothing
 * @param doubt why what it holds may be wrong; null while there is no reason to think so
 */
public record LearnerRecovery(
        StorageId storageId, LogId logId, @Nullable LearnerSnapshot snapshot, Iterable<Bytes> since,
        @Nullable StoreDamage damage, @Nullable Doubt doubt) {

    /** One of a store in which nothing is wrong. */
    public LearnerRecovery(
            StorageId storageId, LogId logId, @Nullable LearnerSnapshot snapshot, Iterable<Bytes> since) {
        this(storageId, logId, snapshot, since, null, null);
    }

    /** Returns what a store that was formed just now remembers: nothing but its id. */
    public static LearnerRecovery empty(StorageId storageId) {
        return new LearnerRecovery(storageId, LogId.UNKNOWN, null, List.of());
    }
}
