package io.synod.system;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions outside of this process, which cannot be signalled: looks again and again, up to a time. */
final class Await {

    private static final long LOOK_NANOS = 20_000_000;

    private Await() {}

    /** Waits until a condition holds; fails the test when it does not in time. */
    static void until(String what, Duration timeMax, BooleanSupplier condition) {
        until(what, timeMax, condition, () -> "");
    }

    /**
     * As above.
     *
     * @param state what to tell when the condition does not come to hold
     */
    static void until(String what, Duration timeMax, BooleanSupplier condition, Supplier<Object> state) {
        long deadline = System.nanoTime() + timeMax.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + timeMax + ": " + what + " " + state.get());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
