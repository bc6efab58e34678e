package io.synod.learner;

import io.synod.role.Effects;
import org.jspecify.annotations.Nullable;

/** Whether the learner stopped, and why. It stops once, for the first reason, and for good. */
final class Halt {

    private final VoteWindow window;
    private LearnerStopped.@Nullable Reason reason;
    private @Nullable String detail;

    /** @param window knows how far the learner is */
    Halt(VoteWindow window) {
        this.window = window;
    }

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
    void stop(LearnerStopped.Reason why, String inWords, Effects effects) {
        if (reason == null) {
            reason = why;
            detail = inWords;
            effects.output(new LearnerStopped(why, window.next() - 1, inWords));
        }
    }

    /** Stops since an instance has two values (rule S5). */
    void stopForTwoValues(Effects effects) {
        String breach = window.breach();
        stop(LearnerStopped.Reason.TWO_VALUES, breach == null ? "an instance has two values" : breach, effects);
    }
}
