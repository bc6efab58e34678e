package io.synod.learner.service;

import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Wakes those who follow the delivered log. One thread waits for the log on behalf of all: however many follow, the loop
 * wakes one. It also reads what is new once for all those who want the values of one session alone, so that a thousand
 * idle ones cost what one costs.
 *
 * <p>After a round of wake-ups it rests for a while that grows with their number. Without that, a hundred followers of a
 * busy log would be woken for each instance, and each would send a datagram's worth of a frame at a time.
 */
final class LogWatch implements AutoCloseable {

    /** The rest after a round, for each follower woken: about what waking it and one small send cost. */
    private static final long REST_NANOS_EACH = TimeUnit.MICROSECONDS.toNanos(50);

    private static final long REST_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);
    /** A single follower is woken at once. */
    private static final int REST_FROM_FOLLOWERS = 4;

    private static final long AWAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int VALUES_A_SCAN = 8_192;
    private static final long BYTES_A_SCAN = 16L << 20;

    private final DeliveredLog log;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those who want every value and have none to read, by the instance that they wait for; under the lock. */
    private final PriorityQueue<Follower> waiting =
            new PriorityQueue<>(Comparator.comparingLong((Follower follower) -> follower.wanted));
    /** Those who want one session's values alone; under the lock. */
    private final Map<SessionId, Set<Follower>> bySession = new HashMap<>();
    private final AtomicLong rounds = new AtomicLong();
    private final Thread thread;

    /** Up to where values were looked at for {@link #bySession}; under the lock. */
    private Position scanned = Position.atStartOf(1);

    private volatile boolean closed;

    LogWatch(DeliveredLog log) {
        this.log = log;
        this.thread = Thread.ofVirtual().name("log-watch").unstarted(this::run);
        thread.start();
    }

    /** One who follows the log. One thread waits; {@link #release} may be called by any. */
    final class Follower implements AutoCloseable {

        private final @Nullable SessionId only;
        private final AtomicLong found = new AtomicLong();
        private volatile @Nullable Thread waiter;
        private volatile boolean released;
        /** Under the lock, while it waits. */
        private long wanted;

        private Follower(@Nullable SessionId only) {
            this.only = only;
        }

        /**
         * Waits until something may be there to read. Before it is called, all that was delivered must have been read.
         *
         * @param from where to read on
         * @return where to read on now: {@code from}, or a later position if nothing in between is for this follower; null if
         *     the time is over, the follower was released, or the log goes on no more
         */
        @Nullable
        Position await(Position from, long timeoutNanos) throws InterruptedException {
            long deadline = System.nanoTime() + timeoutNanos;
            waiter = Thread.currentThread();
            if (only == null) {
                enqueue(from.instance());
            }
            long instance = found.get();
            while (instance == 0 && !isOver()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                instance = found.get();
            }
            if (instance == 0 && only == null) {
                dequeue();
            }
            long first = found.getAndSet(0);
            return first == 0 ? null : first > from.instance() ? Position.atStartOf(first) : from;
        }

        private void enqueue(long instance) {
            lock.lock();
            try {
                wanted = instance;
                found.set(0);
                waiting.add(this);
            } finally {
                lock.unlock();
            }
            // What was delivered before it stood in the queue wakes nobody.
            if (log.last() >= instance) {
                dequeue();
                found.set(instance);
            } else {
                LockSupport.unpark(thread);
            }
        }

        private void dequeue() {
            lock.lock();
            try {
                waiting.remove(this);
            } finally {
                lock.unlock();
            }
        }

        private boolean isOver() {
            return released || closed || log.stopped() != null;
        }

        private void wake(long instance) {
            found.compareAndSet(0, instance);
            LockSupport.unpark(waiter);
        }

        /** Nothing is to be waited for any more. */
        void release() {
            released = true;
            LockSupport.unpark(waiter);
        }

        boolean isReleased() {
            return released || closed;
        }

        /** The follower is gone. */
        @Override
        public void close() {
            if (only == null) {
                dequeue();
                return;
            }
            lock.lock();
            try {
                Set<Follower> others = bySession.get(only);
                if (others != null && others.remove(this) && others.isEmpty()) {
                    bySession.remove(only);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Begins to follow.
     *
     * @param only the session whose values alone are wanted; null for all
     */
    Follower follow(@Nullable SessionId only) {
        Follower follower = new Follower(only);
        if (only != null) {
            lock.lock();
            try {
                if (bySession.isEmpty()) {
                    scanned = Position.atStartOf(log.last() + 1);
                }
                bySession.computeIfAbsent(only, session -> new HashSet<>()).add(follower);
            } finally {
                lock.unlock();
            }
            LockSupport.unpark(thread);
        }
        return follower;
    }

    /** How often somebody was woken, or values were looked at. */
    long rounds() {
        return rounds.get();
    }

    /** Nobody is to wait any more. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        wakeEverybody();
    }

    /** Lets other readers have their turn: a virtual thread that never waits would keep its place on a processor. */
    @SuppressWarnings("ThreadPriorityCheck") // virtual threads are not preempted, which is the very case for yielding
    static void letOthersRead() {
        Thread.yield();
    }

    private void run() {
        try {
            while (!closed) {
                long last = log.last();
                int woken = wakeReached(last) + lookForSessions(last);
                if (woken >= REST_FROM_FOLLOWERS) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(REST_NANOS_MAX, woken * REST_NANOS_EACH));
                }
                awaitMore(last);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        wakeEverybody();
    }

    private void awaitMore(long last) throws InterruptedException {
        if (log.stopped() != null) {
            wakeEverybody();
            LockSupport.parkNanos(this, AWAIT_NANOS);
        } else if (isNobodyThere()) {
            LockSupport.parkNanos(this, AWAIT_NANOS);
        } else {
            log.await(last + 1, AWAIT_NANOS);
        }
    }

    private boolean isNobodyThere() {
        lock.lock();
        try {
            return waiting.isEmpty() && bySession.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those whose instance was delivered; returns how many. */
    private int wakeReached(long last) {
        int woken = 0;
        lock.lock();
        try {
            for (Follower next = waiting.peek(); next != null && next.wanted <= last; next = waiting.peek()) {
                waiting.poll();
                next.wake(next.wanted);
                woken++;
            }
        } finally {
            lock.unlock();
        }
        if (woken > 0) {
            rounds.incrementAndGet();
        }
        return woken;
    }

    /** Looks at values that nobody has looked at for those who want one session's; returns how many were woken. */
    private int lookForSessions(long last) {
        int woken = 0;
        lock.lock();
        try {
            while (!closed && !bySession.isEmpty() && scanned.instance() <= last) {
                SessionScan scan = new SessionScan();
                try {
                    scanned = log.read(scanned, VALUES_A_SCAN, BYTES_A_SCAN, scan);
                } catch (PositionGoneException e) {
                    woken += wakeAllOfSessions(scanned.instance());
                    scanned = Position.atStartOf(Math.max(e.firstInstance(), scanned.instance() + 1));
                } catch (RecordDamagedException e) {
                    woken += wakeAllOfSessions(scanned.instance());
                    scanned = Position.atStartOf(e.instance() + 1);
                }
                woken += scan.woken;
                rounds.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
        return woken;
    }

    /** Somebody's values may have gone unseen: each finds out for itself. */
    private int wakeAllOfSessions(long instance) {
        int woken = 0;
        for (Set<Follower> followers : bySession.values()) {
            for (Follower follower : followers) {
                follower.wake(instance);
                woken++;
            }
        }
        return woken;
    }

    private void wakeEverybody() {
        lock.lock();
        try {
            waiting.forEach(follower -> LockSupport.unpark(follower.waiter));
            bySession.values().forEach(followers -> followers.forEach(f -> LockSupport.unpark(f.waiter)));
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the followers of each session that has a value. */
    private final class SessionScan implements DeliveredLog.ValueConsumer {

        private @Nullable SessionId session;
        private long instance;
        private int woken;

        @Override
        public void accept(long valueInstance, int index, SessionId valueSession, long number,
                Bytes value) {
            if (valueInstance == instance && valueSession.equals(session)) {
                return;
            }
            instance = valueInstance;
            session = valueSession;
            Set<Follower> followers = bySession.get(valueSession);
            if (followers != null) {
                for (Follower follower : followers) {
                    follower.wake(valueInstance);
                    woken++;
                }
            }
        }
    }
}
