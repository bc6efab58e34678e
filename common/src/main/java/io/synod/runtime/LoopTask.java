package io.synod.runtime;

import io.synod.role.Effects;

/** A call from outside that enters a node through its loop. */
@FunctionalInterface
public interface LoopTask {

    /**
     * Called on the loop's thread. An exception fails the node, since it may come from a role.
     *
     * @param nowNanos the time of the round
     * @param effects records what the call brings about, carried out at the end of the round
     */
    void run(long nowNanos, Effects effects);
}
