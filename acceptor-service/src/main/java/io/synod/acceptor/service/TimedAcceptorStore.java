package io.synod.acceptor.service;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.storage.AcceptorStore;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import io.synod.runtime.StorageState;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Measures how long each commit of a store takes, from when it is handed over until it is reported durable. */
final class TimedAcceptorStore implements AcceptorStore {

    private final AcceptorStore store;
    private final LongSupplier nanoClock;
    private final LongConsumer commitNanos;
    /** One commit is in flight at a time. */
    private volatile long handedOverNanos;

    /**
     * @param commitNanos is given each commit's time; called on the thread that reports it
     */
    TimedAcceptorStore(AcceptorStore store, LongSupplier nanoClock, LongConsumer commitNanos) {
        this.store = store;
        this.nanoClock = nanoClock;
        this.commitNanos = commitNanos;
    }

    @Override
    public AcceptorRecovery recover() {
        return store.recover();
    }

    @Override
    public void attach(CommitReports reports) {
        store.attach(new CommitReports() {
            @Override
            public void committed(long number) {
                commitNanos.accept(nanoClock.getAsLong() - handedOverNanos);
                reports.committed(number);
            }

            @Override
            public void commitFailed(long number, Throwable cause) {
                reports.commitFailed(number, cause);
            }
        });
    }

    @Override
    public void commit(long number, List<Write> writes) {
        handedOverNanos = nanoClock.getAsLong();
        store.commit(number, writes);
    }

    @Override
    public StorageState state() {
        return store.state();
    }

    @Override
    public void close() {
        store.close();
    }
}
