package io.synod.observability;

import io.synod.protocol.RoleType;

/**
 * Through which a service shows its role: one bean a role. A view is a record that nobody changes any more; the role's
 * state itself is never read outside the loop's thread.
 *
 * @param <V> the role's view
 */
public interface RoleProbe<V> {

    RoleType role();

    /** Takes the view; called on the loop's thread. */
    V view(long nowNanos);

    /**
     * Whether the role sees those it needs (a quorum of acceptors, a leader, the other acceptors while the log forms),
     * and whether it takes part. Called on any thread.
     */
    Condition quorum(V view);
}
