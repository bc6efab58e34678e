package io.synod.runtime;

/** A store as the event loop drives it. It may commit on a thread of its own; what it reports finds the loop. */
public interface StorageEngine extends Storage {

    /** Says where commits are reported; called once, before the first commit. */
    void attach(CommitReports reports);

    /** Returns what the store shows of itself. May be called by any thread, also before it is open and after it failed. */
    StorageState state();
}
