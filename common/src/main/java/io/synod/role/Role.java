package io.synod.role;

import io.synod.protocol.RoleType;
import io.synod.protocol.message.Message;

/**
 * A deterministic, single-threaded state machine. All methods are called by one thread, the loop's. Time is monotonic
 * nanoseconds of an arbitrary origin, and never falls from one call to the next. What a call is to bring about is
 * recorded in {@code effects}; if it throws, a rule is broken: nothing recorded in that pass leaves and the node stops.
 */
public interface Role {

    RoleType type();

    /** Called once, before anything else. */
    void onStart(long nowNanos, Effects effects);

    /**
     * Called for each message that its sender may say to a role of this type.
     *
     * @param from who sent it; for a co-located role the own node
     */
    void onMessage(Sender from, Message message, long nowNanos, Effects effects);

    /**
     * Called after all messages of a round and whenever {@link #nextDeadlineNanos} has passed: once for each pass, of which a
     * round has several where roles of one node talk to each other. Timers fire here, and what messages left waiting goes
     * out in batches.
     */
    void onRound(long nowNanos, Effects effects);

    /** When {@link #onRound} is to be called at the latest; {@link Long#MAX_VALUE} for no timer. */
    long nextDeadlineNanos();

    /**
     * Called at the end of a round in which it has changed whether too much waits for commits. While it does, a role refuses
     * what would make more wait, before its state changes (rule L2).
     */
    default void onBacklog(boolean backlogged) {}

    /**
     * Called once, before {@link #onRound}, when a commit has failed. From then on nothing is written any more, and no message
     * that waits for durability leaves: a role whose word rests on its store has no further say.
     *
     * @param reason why it failed, in words
     */
    default void onStorageFailed(String reason, long nowNanos, Effects effects) {}

    /** Called once when the node is about to stop in good order: the last chance to say goodbye. */
    default void onStop(long nowNanos, Effects effects) {}
}
