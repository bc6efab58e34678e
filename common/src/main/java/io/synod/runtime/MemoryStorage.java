package io.synod.runtime;

import io.synod.role.Write;
import java.util.List;

/**
 * Storage of a process that keeps everything in memory: a commit is as durable as it will ever be when it is handed over.
 * What was written lives in the role itself and ends with the process (rule S10 says what follows from that).
 */
public final class MemoryStorage implements StorageEngine {

    private CommitReports reports = new CommitReports() {
        @Override
        public void committed(long number) {
            throw new IllegalStateException("commit " + number + " came before the store was attached to a loop");
        }

        @Override
        public void commitFailed(long number, Throwable cause) {
            committed(number);
        }
    };

    @Override
    public void attach(CommitReports newReports) {
        this.reports = newReports;
    }

    @Override
    public void commit(long number, List<Write> writes) {
        reports.committed(number);
    }

    @Override
    public StorageState state() {
        return StorageState.MEMORY;
    }
}
