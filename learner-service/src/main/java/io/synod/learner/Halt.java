package io.synod.learner;

import io.synod.role.Effects;
import org.jspecify.annotations.Nullable;

/** Whether the learner stopped, and why. It stops once, for the first reason, and for good. */
final class Halt {

    private LearnerStopped.@Nullable Reason reason;
    private @Nullable String detail;

    boolean isStopped() {
        return reason != null;
    }

    LearnerStopped.@Nullable Reason reason() {
        return reason;
    }

    /** The reason in one sentence; null while it goes on. */
    @Nullable
    String detail() {
        return detail;
    }

    /** Stops, unless it has before. */
    void stop(LearnerStopped.Reason why, String inWords, long delivered, Effects effects) {
        if (reason == null) {
            reason = why;
            detail = inWords;
            effects.output(new LearnerStopped(why, delivered, inWords));
        }
    }
}
