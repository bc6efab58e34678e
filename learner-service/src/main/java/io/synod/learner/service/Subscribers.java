package io.synod.learner.service;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.context.SmartLifecycle;

/**
 * Those who read the delivered log at present: WebSockets, and streams of {@code GET /api/values}. There are only so many.
 * When the service stops they are told so first of all, and who waits for a page is answered, so that the web server need
 * not wait for them. Thread-safe.
 */
public final class Subscribers implements SmartLifecycle {

    private static final long GOODBYE_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    private final DeliveredLog log;
    private final LogWatch watch;
    private final int max;
    private final Set<Subscriber> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final LongAdder values = new LongAdder();
    private final Map<SubscriptionEnd.Kind, LongAdder> ended = new ConcurrentHashMap<>();
    private volatile boolean running;

    /** @param max how many there may be at a time */
    Subscribers(DeliveredLog log, LogWatch watch, int max) {
        this.log = log;
        this.watch = watch;
        this.max = max;
    }

    LogWatch watch() {
        return watch;
    }

    /** How many there may be at a time. */
    public int max() {
        return max;
    }

    /** Takes a place; returns false if all are taken. Whoever got one gives it back by {@link #leave}. */
    boolean enter() {
        if (places.incrementAndGet() <= max) {
            return true;
        }
        places.decrementAndGet();
        refused.increment();
        return false;
    }

    /** Gives a place back. */
    void leave() {
        places.decrementAndGet();
    }

    /** Starts a WebSocket's subscription, whose place is given back when it ends. */
    void start(Subscriber subscriber) {
        sockets.add(subscriber);
        subscriber.start(end -> {
            count(end.kind());
            values.add(subscriber.values());
            sockets.remove(subscriber);
            leave();
        });
    }

    /** A subscription ended. */
    void count(SubscriptionEnd.Kind kind) {
        ended.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    /** How many read the log at present. */
    public int count() {
        return places.get();
    }

    /** How many were refused since there was no place. */
    long refused() {
        return refused.sum();
    }

    /** How many ended in this way. */
    long ended(SubscriptionEnd.Kind kind) {
        LongAdder count = ended.get(kind);
        return count == null ? 0 : count.sum();
    }

    /** How many values were sent over WebSockets. */
    long values() {
        long sum = values.sum();
        for (Subscriber subscriber : sockets) {
            sum += subscriber.values();
        }
        return sum;
    }

    /** How many instances the slowest WebSocket is behind. */
    long lagInstances() {
        long next = log.last() + 1;
        long lag = 0;
        for (Subscriber subscriber : sockets) {
            lag = Math.max(lag, next - subscriber.instance());
        }
        return lag;
    }

    @Override
    public void start() {
        running = true;
    }

    /** Says goodbye to all, and waits until they are told, for a little while. */
    @Override
    public void stop() {
        running = false;
        List<Subscriber> leaving = List.copyOf(sockets);
        leaving.forEach(subscriber -> subscriber.stop(SubscriptionEnd.Kind.SERVICE_STOPS));
        watch.close();
        log.close();
        long deadline = System.nanoTime() + GOODBYE_NANOS_MAX;
        try {
            for (Subscriber subscriber : leaving) {
                if (!subscriber.awaitEnd(Math.max(0, deadline - System.nanoTime()))) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The last to start and the first to stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
