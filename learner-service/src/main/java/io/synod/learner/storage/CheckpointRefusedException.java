package io.synod.learner.storage;

import java.io.IOException;

/** A checkpoint is not stored, and nothing of it is left behind. */
public final class CheckpointRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** As many newer ones as are kept are there: it would be the first to go. */
        OUTDATED,
        /** With it too little would be left on the disk. */
        NO_ROOM
    }

    private final Reason reason;

    CheckpointRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
