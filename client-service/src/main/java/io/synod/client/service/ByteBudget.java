package io.synod.client.service;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that requests may hold at a time, all together. Thread-safe. */
final class ByteBudget {

    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    ByteBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes bytes, if there are so many; one request may take any number when it is alone. */
    boolean take(long bytes) {
        while (true) {
            long before = taken.get();
            if (before > 0 && before + bytes > bytesMax) {
                return false;
            }
            if (taken.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
