package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;

/**
 * What the decided log up to an instance amounts to ({@link LogState}): with the log after it a learner goes on as one that
 * has seen all. It is handed to the service now and then, to be stored, and to peers.
 *
 * @param instance the last instance that it includes, 1 or more
 * @param logId the log
 * @param state as {@link SnapshotCodec} writes it
 */
public record LearnerSnapshot(long instance, LogId logId, Bytes state) implements LearnerOutput {

    /** A larger one is not made; until clients have less under way, a start replays more of the log. */
    public static final int STATE_BYTES_MAX = 256 << 20;
}
