package io.synod.runtime;

/**
 * Where a store reports its commits: from a thread of its own, or on the loop's thread, also from within
 * {@link Storage#commit}. Each commit is reported once, before the next is handed over.
 */
public interface CommitReports {

    /** Commit {@code number} is durable. */
    void committed(long number);

    /** Commit {@code number} is not known to be durable, and nothing that waits for it may ever leave (rule S2). */
    void commitFailed(long number, Throwable cause);
}
