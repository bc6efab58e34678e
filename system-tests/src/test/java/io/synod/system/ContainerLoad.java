package io.synod.system;

import io.synod.testing.SynodCluster;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Steady load on a cluster of containers, until closed: a few threads submit values, each with a text of its own and one after the other, to
 * a client-service, and turn to the next one when it does not answer. Keeps what was acknowledged, and what may or may not be
 * in the log.
 */
final class ContainerLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final long PAUSE_NANOS = 20_000_000;

    private final SynodCluster cluster;
    private final String name;
    private final List<String> clients;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    /** The instance of each acknowledged value. */
    private final ConcurrentMap<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong longestPauseNanos = new AtomicLong();
    private volatile boolean ended;

    /** @param name what the text of each value begins with, unlike those of other loads of the cluster */
    ContainerLoad(SynodCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
        this.clients = cluster.nodes("client");
        for (int i = 0; i < THREADS; i++) {
            int first = i;
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(() -> submit(first)));
        }
    }

    private void submit(int first) {
        int client = first;
        while (!ended) {
            String value = name + " " + numbers.incrementAndGet();
            open.add(value);
            try {
                acknowledge(value, cluster.submit(clients.get(client % clients.size()), value).instance());
            } catch (UncheckedIOException | IllegalStateException e) {
                // Refused, unknown, or nobody there: the value may be in the log or not.
                client++;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void acknowledge(String value, long instance) {
        acknowledged.put(value, instance);
        open.remove(value);
        long now = System.nanoTime();
        longestPauseNanos.accumulateAndGet(now - lastNanos.getAndSet(now), Math::max);
    }

    /** Waits until some more values are acknowledged. */
    void awaitMore(int count) {
        int target = acknowledged.size() + count;
        Await.until(count + " more values are acknowledged", Duration.ofSeconds(30),
                () -> acknowledged.size() >= target, () -> acknowledged.size() + " are");
    }

    /** Returns the longest time in which no value was acknowledged, and begins anew. */
    Duration longestPause() {
        return Duration.ofNanos(longestPauseNanos.getAndSet(0));
    }

    /** Returns the instance of each acknowledged value. */
    Map<String, Long> acknowledged() {
        return acknowledged;
    }

    /** Returns whether a value was submitted and its outcome never told. */
    boolean isOpen(String value) {
        return open.contains(value);
    }

    @Override
    public void close() {
        end();
    }

    /** Submits no more, and waits until what was submitted has its outcome. */
    void end() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
