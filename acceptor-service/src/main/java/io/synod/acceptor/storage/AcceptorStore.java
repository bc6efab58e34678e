package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.runtime.StorageEngine;

/**
 * Where an acceptor remembers. Its commits hold {@link io.synod.acceptor.AcceptorWrite}s, and may hold writes of roles
 * that share its node. It may commit on a thread of its own, one group at a time.
 */
public interface AcceptorStore extends StorageEngine, AutoCloseable {

    /**
     * Opens the store and returns what was durable; called once, before the first commit.
     *
     * @throws io.synod.runtime.StoreUnusableException if the acceptor must not start on it, or cannot
     */
    AcceptorRecovery recover();

    /** Ends the commit in flight, if there is one, and lets go of everything. Also after {@link #recover} threw. */
    @Override
    void close();
}
