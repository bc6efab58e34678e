package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.Doubt;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import io.synod.protocol.LogId;
import io.synod.runtime.StorageState;
import org.jspecify.annotations.Nullable;

/**
 * Where a learner keeps the log that it delivered, and snapshots of what it amounts to. What is handed over is kept in that
 * order. It is handed over by one thread, the loop's, which never waits here; any thread may read.
 */
public interface LearnerStore extends AutoCloseable {

    /**
     * Opens the store and returns what was durable; called once, before anything else.
     *
     * @throws io.synod.runtime.StoreUnusableException if the learner must not start on it, or cannot
     */
    LearnerRecovery recover();

    /** Says who is told how far it has come; called once, before anything is handed over. */
    void attach(StoreReports reports);

    /** Takes the instance after the last one. */
    void append(Delivered delivered, LogId logId);

    /** Takes a snapshot of the state after the last instance. */
    void snapshot(LearnerSnapshot snapshot);

    /** Takes over a snapshot further on than the last instance: it replaces all that is kept. */
    void restore(LearnerSnapshot snapshot);

    /** The first instance that is kept; the one after {@link #stored} if none is. */
    long first();

    /** Up to where everything is durable. */
    long stored();

    /**
     * Returns an instance; null if it is not kept any more, or was not handed over yet.
     *
     * @throws RecordDamagedException if it is kept and cannot be read; {@link #damage} tells it from then on
     */
    @Nullable
    Delivered read(long instance);

    /**
     * Returns the newest durable snapshot at or below an instance that is kept; null if there is none.
     *
     * @throws RecordDamagedException if it is kept and cannot be read
     */
    @Nullable
    LearnerSnapshot snapshotAtOrBelow(long instance);

    /** What is known to be unreadable of it, also from earlier runs; null if nothing is. */
    @Nullable
    StoreDamage damage();

    /** What is kept may be wrong: the next start is told. */
    void doubt(Doubt why);

    /** Returns what the store shows of itself. */
    StorageState state();

    /** Why it keeps nothing any more; null while it does. */
    @Nullable
    String failure();

    /** Makes durable what was handed over, as far as it can be, and lets go of everything. Also after {@link #recover} threw. */
    @Override
    void close();
}
