package io.synod.learner.storage;

import java.io.IOException;
import java.util.List;

/** An engine whose disk fails at one commit. */
final class FailingLogTable implements LogTable {

    private final LogTable table;
    private final int failAt;
    private final IOException failure;
    private int tries;

    FailingLogTable(LogTable table, int failAt, IOException failure) {
        this.table = table;
        this.failAt = failAt;
        this.failure = failure;
    }

    @Override
    public Loaded load() throws IOException {
        return table.load();
    }

    @Override
    public void commit(long commit, List<LogChange> changes) throws IOException {
        tries++;
        if (tries == failAt) {
            throw failure;
        }
        table.commit(commit, changes);
    }

    @Override
    public byte[] read(long instance) throws IOException {
        return table.read(instance);
    }

    @Override
    public byte[] readSnapshot(long instance) throws IOException {
        return table.readSnapshot(instance);
    }

    @Override
    public void reclaim(long first) {
        table.reclaim(first);
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
