package io.synod.acceptor.service;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.storage.AcceptorStore;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import io.synod.runtime.MemoryStorage;
import io.synod.runtime.StorageState;
import java.util.List;

/**
 * Remembers nothing beyond the process: each start is a new store of a new id, so an acceptor that restarts stays out of
 * a log that it had voted in (rule S10).
 */
final class MemoryAcceptorStore implements AcceptorStore {

    private final MemoryStorage memory = new MemoryStorage();
    private final StorageId storageId;

    MemoryAcceptorStore(StorageId storageId) {
        this.storageId = storageId;
    }

    @Override
    public AcceptorRecovery recover() {
        return AcceptorRecovery.empty(storageId);
    }

    @Override
    public void attach(CommitReports reports) {
        memory.attach(reports);
    }

    @Override
    public void commit(long number, List<Write> writes) {
        memory.commit(number, writes);
    }

    @Override
    public StorageState state() {
        return memory.state();
    }

    @Override
    public void close() {}
}
