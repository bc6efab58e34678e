package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.Doubt;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.runtime.StorageState;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps nothing beyond the process: each start is a new store of a new id. Of the log it keeps nothing at all, since the newest
 * part is in memory anyway; of snapshots the newest, by which a peer may begin.
 */
public final class MemoryLearnerStore implements LearnerStore {

    private static final int SNAPSHOTS_MAX = 2;

    private final StorageId storageId;
    private final ConcurrentSkipListMap<Long, LearnerSnapshot> snapshots = new ConcurrentSkipListMap<>();
    private volatile long stored;

    /** @param storageId names this life of the process */
    public MemoryLearnerStore(StorageId storageId) {
        this.storageId = storageId;
    }

    @Override
    public LearnerRecovery recover() {
        return LearnerRecovery.empty(storageId);
    }

    /** There is nothing to tell: in memory, what is delivered is held. */
    @Override
    public void attach(StoreReports reports) {}

    @Override
    public void append(Delivered delivered, LogId logId) {
        stored = delivered.instance();
    }

    @Override
    public void snapshot(LearnerSnapshot snapshot) {
        snapshots.put(snapshot.instance(), snapshot);
        while (snapshots.size() > SNAPSHOTS_MAX) {
            snapshots.pollFirstEntry();
        }
    }

    @Override
    public void restore(LearnerSnapshot snapshot) {
        snapshots.clear();
        snapshots.put(snapshot.instance(), snapshot);
        stored = snapshot.instance();
    }

    @Override
    public long first() {
        return stored + 1;
    }

    @Override
    public long stored() {
        return stored;
    }

    @Override
    public @Nullable Delivered read(long instance) {
        return null;
    }

    @Override
    public @Nullable LearnerSnapshot snapshotAtOrBelow(long instance) {
        Map.Entry<Long, LearnerSnapshot> at = snapshots.floorEntry(instance);
        return at == null ? null : at.getValue();
    }

    @Override
    public @Nullable StoreDamage damage() {
        return null;
    }

    /** The next start begins with nothing. */
    @Override
    public void doubt(Doubt why) {}

    @Override
    public StorageState state() {
        return StorageState.MEMORY;
    }

    @Override
    public @Nullable String failure() {
        return null;
    }

    @Override
    public void close() {}
}
