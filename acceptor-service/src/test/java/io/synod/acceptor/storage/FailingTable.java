package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorWrite;
import java.io.IOException;
import java.util.List;

/** An engine whose disk fails at one commit. */
final class FailingTable implements AcceptorTable {

    private final AcceptorTable table;
    private final int failAt;
    private final IOException failure;
    volatile int tries;

    FailingTable(AcceptorTable table, int failAt, IOException failure) {
        this.table = table;
        this.failAt = failAt;
        this.failure = failure;
    }

    @Override
    public Loaded load() throws IOException {
        return table.load();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread commits, another looks
    public void commit(long commit, List<AcceptorWrite> writes) throws IOException {
        tries++;
        if (tries == failAt) {
            throw failure;
        }
        table.commit(commit, writes);
    }

    @Override
    public void reclaim(long trimPoint) {
        table.reclaim(trimPoint);
    }

    @Override
    public void settle() {
        table.settle();
    }

    @Override
    public void close() {
        table.close();
    }
}
