package io.synod.learner.storage;

import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a learner, where it keeps any.
 *
 * @param store where they are; null where the learner keeps nothing on disk
 */
public record Checkpoints(@Nullable CheckpointStore store) {

    /** None, and nowhere to put any. */
    public static final Checkpoints NONE = new Checkpoints(null);

    /** The newest checkpoint; null if there is none. */
    public @Nullable Checkpoint newest() {
        return store == null ? null : store.newest();
    }
}
