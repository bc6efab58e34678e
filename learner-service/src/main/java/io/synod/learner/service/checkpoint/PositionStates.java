package io.synod.learner.service.checkpoint;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.LogState;
import io.synod.learner.service.DeliveredLog;
import io.synod.learner.service.PositionGoneException;
import io.synod.learner.storage.Checkpoint;
import io.synod.learner.storage.CheckpointStore;
import io.synod.learner.storage.LearnerStore;
import java.io.IOException;

/** Builds what the log amounts to at a position out of the nearest snapshot or checkpoint before it and the log from there. */
final class PositionStates {

    private final DeliveredLog log;
    private final LearnerStore store;
    private final CheckpointStore checkpoints;

    PositionStates(DeliveredLog log, LearnerStore store, CheckpointStore checkpoints) {
        this.log = log;
        this.store = store;
        this.checkpoints = checkpoints;
    }

    /**
     * Returns the state after an instance that was delivered.
     *
     * @throws PositionGoneException if the log before it is not retained, or no snapshot from which it is
     * @throws IOException if a checkpoint cannot be read
     */
    LearnerSnapshot at(long instance) throws IOException {
        LearnerSnapshot snapshot = store.snapshotAtOrBelow(instance);
        Checkpoint checkpoint = checkpoints.atOrBelow(instance);
        if (checkpoint != null && (snapshot == null || snapshot.instance() < checkpoint.instance())) {
            snapshot = checkpoints.state(checkpoint);
        }
        LogState state = snapshot == null ? LogState.empty() : LogState.of(snapshot);
        while (state.position() < instance) {
            long next = state.position() + 1;
            Delivered delivered = log.get(next);
            if (delivered == null) {
                throw new IllegalArgumentException("instance " + next + " is not delivered yet");
            }
            state.apply(next, delivered.batch().checksum(), delivered.batch());
        }
        return state.snapshot(log.logId());
    }
}
