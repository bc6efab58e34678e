package io.synod.acceptor.service;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.runtime.StorageEngine;

/**
 * Where an acceptor remembers. Its commits hold {@link io.synod.acceptor.AcceptorWrite}s, and may hold writes of roles
 * that share its node. It may commit on a thread of its own, one group at a time.
 */
interface AcceptorStore extends StorageEngine {

    /** Returns what was durable when the store was opened; called once, before the first commit. */
    AcceptorRecovery recover();
}
