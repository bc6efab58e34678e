package io.synod.system;

import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Some values a second through the client-service of a cluster of processes, one after the other, until closed. */
final class HttpLoad implements AutoCloseable {

    private static final long PAUSE_NANOS = 5_000_000;
    private static final int CREATED = 201;

    private final ProcessCluster cluster;
    private final AtomicLong decided = new AtomicLong();
    private final Thread thread;
    private volatile boolean ended;

    HttpLoad(ProcessCluster cluster) {
        this.cluster = cluster;
        this.thread = Thread.ofPlatform().daemon().name("http-load").start(this::submit);
    }

    private void submit() {
        for (int number = 1; !ended; number++) {
            try {
                if (cluster.post("client-0", "/api/values", "{\"number\": " + number + "}").status() == CREATED) {
                    decided.incrementAndGet();
                }
            } catch (UncheckedIOException e) {
                // Not there for the moment; what was not acknowledged is not counted.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    long decided() {
        return decided.get();
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
