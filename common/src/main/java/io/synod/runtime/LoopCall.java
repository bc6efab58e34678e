package io.synod.runtime;

import io.synod.role.Effects;
import org.jspecify.annotations.Nullable;

/** Something that is asked of the loop from another thread. */
@FunctionalInterface
public interface LoopCall<T extends @Nullable Object> {

    /**
     * Called on the loop's thread. What it returns goes to another thread, so it must be immutable. What it throws fails the node.
     */
    T call(long nowNanos, Effects effects);
}
