package io.synod.simulation.check;

import org.jspecify.annotations.Nullable;

/** Counts the checks made, and fails the run when one does not hold. Written by one thread, the run's. */
public final class Checks {

    private long made;

    public long made() {
        return made;
    }

    /** Fails the run if a rule does not hold; the text is as {@link String#format} takes it. */
    public void that(boolean holds, String rule, String message, @Nullable Object... arguments) {
        made++;
        if (!holds) {
            throw Failure.safety(rule, message, arguments);
        }
    }

    /** As {@link #that} for a check whose text would cost too much to prepare. */
    public void passed() {
        made++;
    }
}
