package io.synod.observability;

import io.synod.protocol.seal.KeyRing;
import org.jspecify.annotations.Nullable;

/** What the metrics, the health and the {@code paxos} endpoint show of a node's keys. Read by any thread. */
public interface KeyProbe {

    /** The keys in use; null where datagrams are in plain text. */
    @Nullable
    KeyRing ring();

    /** Why the configured keys are not those in use; null if they are. */
    @Nullable
    String problem();

    /** The id of the key that this node seals with; 0 for plain text. */
    default int sendingId() {
        KeyRing ring = ring();
        return ring == null ? 0 : ring.sending().id();
    }
}
