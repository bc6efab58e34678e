package io.synod.simulation;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorReplay;
import io.synod.acceptor.AcceptorWrite;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import java.util.List;

/** What is durable at one acceptor, from the forming of its store until the store is lost. */
final class AcceptorStore {

    private final StorageId storageId;
    private final AcceptorReplay replay;

    AcceptorStore(StorageId storageId) {
        this.storageId = storageId;
        this.replay = new AcceptorReplay(storageId);
    }

    StorageId storageId() {
        return storageId;
    }

    void apply(List<Write> writes) {
        for (Write write : writes) {
            if (write instanceof AcceptorWrite acceptorWrite) {
                replay.apply(acceptorWrite);
            }
        }
    }

    AcceptorRecovery recovery() {
        return replay.recovery();
    }
}
