package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.Retention.Mark;
import io.synod.protocol.LogId;

/** What a commit of a learner's store changes. */
sealed interface LogChange {

    /** The next instance was delivered. */
    record Appended(Delivered delivered, LogId logId) implements LogChange {}

    /** There is a snapshot of the state after the last instance, where the log can be cut later. */
    record SnapshotTaken(LearnerSnapshot snapshot, Mark mark) implements LogChange {}

    /** A snapshot goes; the mark stays. */
    record SnapshotDropped(long instance) implements LogChange {}

    /** The log up to a mark goes; the mark stays. */
    record Cut(long through) implements LogChange {}

    /** A snapshot of a peer replaces all that is kept. */
    record Replaced(LearnerSnapshot snapshot, Mark mark) implements LogChange {}
}
