package io.synod.system;

import io.synod.client.history.History;
import io.synod.testing.SynodCluster;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Steady load on a cluster of containers, until closed: a few threads submit values, each with a text of its own and one after the other, to
 * a client-service, and turn to the next one when it does not answer. Writes down what was submitted and acknowledged.
 */
final class ContainerLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final long PAUSE_NANOS = 20_000_000;

    private final SynodCluster cluster;
    private final String name;
    private final List<String> clients;
    private final List<Thread> threads = new ArrayList<>();
    private final History history;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong longestPauseNanos = new AtomicLong();
    private volatile boolean ended;

    /**
     * @param name what the text of each value begins with, unlike those of other loads of the cluster
     * @param history takes what is submitted and acknowledged
     */
    ContainerLoad(SynodCluster cluster, String name, History history) {
        this.cluster = cluster;
        this.name = name;
        this.history = history;
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
            history.submitted(value);
            try {
                long instance = cluster.submit(clients.get(client % clients.size()), value).instance();
                history.acknowledged(value, instance, -1);
                beat();
            } catch (UncheckedIOException | IllegalStateException e) {
                // Refused, unknown, or nobody there: the value may be in the log or not.
                history.unknown(value);
                client++;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void beat() {
        acknowledged.incrementAndGet();
        long now = System.nanoTime();
        longestPauseNanos.accumulateAndGet(now - lastNanos.getAndSet(now), Math::max);
    }

    /** Waits until some more values are acknowledged. */
    void awaitMore(int count) {
        int target = acknowledged.get() + count;
        Await.until(count + " more values are acknowledged", Duration.ofSeconds(30),
                () -> acknowledged.get() >= target, () -> acknowledged.get() + " are");
    }

    /** Returns the longest time in which no value was acknowledged, and begins anew. */
    Duration longestPause() {
        return Duration.ofNanos(longestPauseNanos.getAndSet(0));
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
