package io.synod.observability;

import io.synod.protocol.RoleType;
import io.synod.runtime.StorageState;
import org.jspecify.annotations.Nullable;

/** Through which a service shows a store of a role beside that of the node's commits, one bean a store. Called on any thread. */
public interface StoreProbe {

    RoleType role();

    StorageState state();

    /** Why it keeps nothing any more; null while it does. */
    @Nullable
    String failure();

    /** What of what it kept cannot be read any more, though the role goes on; null if nothing is known. */
    default @Nullable String damage() {
        return null;
    }
}
