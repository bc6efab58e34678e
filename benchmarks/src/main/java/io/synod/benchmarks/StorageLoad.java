package io.synod.benchmarks;

/**
 * A storage engine under the load of an acceptor: sequential instances in groups, each group durable when its commit
 * returns; the lower end trimmed now and then; everything read once, at the start. Used by one thread.
 */
interface StorageLoad extends AutoCloseable {

    /** Makes instances durable, from {@code first} on, with one value. */
    void commit(long first, int instances, byte[] value) throws Exception;

    /** Drops everything at or below an instance. */
    void trim(long to) throws Exception;

    /** Reads everything there is, checked as the engine checks it. Returns how many instances there are. */
    long readAll() throws Exception;

    @Override
    void close();
}
