package io.synod.learner.service;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.Run;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.MemoryLearnerStore;
import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.ValueCursor;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The delivered log as applications read it: the newest instances in memory, bounded in number and bytes, and before them what
 * the learner's store keeps. The loop's thread writes; any number of threads read, each at its own position, and wait for more.
 * The writer takes no lock and never waits: an instance is published by a release store, and of the readers that wait it wakes
 * one, which wakes the others.
 */
public final class DeliveredLog {

    /** Takes the values that {@link DeliveredLog#read} finds. */
    @FunctionalInterface
    public interface ValueConsumer {
        /** Called once for each value, in order; the value shares its batch's array. */
        void accept(long instance, int index, SessionId session, long number, Bytes value);
    }

    /** About what an instance and a run need in memory beside the bytes of the batch. */
    private static final int INSTANCE_OVERHEAD_BYTES = 160;

    private static final int RUN_OVERHEAD_BYTES = 64;

    /** How many instances are looked at in one read. */
    static final int INSTANCES_A_READ = 8_192;
    /** With so many bytes of instances looked at, a read is over. */
    static final long BYTES_A_READ = 16L << 20;

    private final AtomicReferenceArray<@Nullable Delivered> ring;
    private final int mask;
    private final long bytesMax;
    private final LearnerStore store;
    private final Checkpoints checkpoints;
    private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

    /** The loop's thread alone. */
    private long bytes;

    private volatile LogId logId = LogId.UNKNOWN;
    /** The first instance in memory. */
    private volatile long first;
    private volatile long last;
    private volatile long retainedBytes;
    /** Nothing before it is retained, whatever the store still has. */
    private volatile long floor;
    private volatile @Nullable String stopped;
    private volatile boolean doubted;
    private volatile boolean closing;

    /** A log in memory alone. */
    DeliveredLog(int instancesMax, long bytesMax) {
        this(instancesMax, bytesMax, new MemoryLearnerStore(StorageId.UNKNOWN), Checkpoints.NONE);
    }

    /**
     * @param instancesMax how many instances are in memory at most; rounded up to a power of two
     * @param bytesMax how many bytes are in memory at most, the newest instance aside
     * @param store has what is not in memory; what is appended follows on what it has recovered
     * @param checkpoints of which who asks for what is gone is told the newest
     */
    public DeliveredLog(int instancesMax, long bytesMax, LearnerStore store, Checkpoints checkpoints) {
        int capacity = instancesMax < 2 ? 2 : Integer.highestOneBit(instancesMax - 1) << 1;
        this.ring = new AtomicReferenceArray<>(capacity);
        this.mask = capacity - 1;
        this.bytesMax = bytesMax;
        this.store = store;
        this.checkpoints = checkpoints;
        this.last = store.stored();
        this.first = last + 1;
    }

    /** Names the log whose instances are appended. Only the loop's thread calls it. */
    void nameLog(LogId named) {
        if (!named.equals(logId)) {
            logId = named;
        }
    }

    /** Appends the instance after the last one. Only the loop's thread calls it; it does not wait. */
    void append(Delivered delivered) {
        long instance = delivered.instance();
        store.append(delivered, logId);
        if (last == 0) {
            first = instance;
        } else if (instance != last + 1) {
            throw new IllegalStateException("instance " + instance + " was delivered after instance " + last);
        }
        bytes += weight(delivered);
        while (instance - first > mask || bytes > bytesMax && first < instance) {
            dropFirst();
        }
        ring.setRelease((int) (instance & mask), delivered);
        last = instance;
        retainedBytes = bytes;
        wakeOne();
    }

    /** Goes on after a snapshot of a peer: what was before is not retained any more. Only the loop's thread calls it. */
    void restore(LearnerSnapshot snapshot) {
        floor = snapshot.instance() + 1;
        store.restore(snapshot);
        while (first <= last) {
            dropFirst();
        }
        first = snapshot.instance() + 1;
        last = snapshot.instance();
        wakeOne();
    }

    private void dropFirst() {
        long dropped = first;
        Delivered oldest = ring.getPlain((int) (dropped & mask));
        // Readers see that it is gone before they could find its place empty.
        first = dropped + 1;
        ring.setRelease((int) (dropped & mask), null);
        bytes -= oldest == null ? 0 : weight(oldest);
    }

    private static long weight(Delivered delivered) {
        long weight = INSTANCE_OVERHEAD_BYTES;
        weight += delivered.batch().length();
        List<Run> runs = delivered.runs();
        for (int i = 0; i < runs.size(); i++) {
            Bytes body = runs.get(i).body();
            // What was held came with an earlier batch, and has an array of its own.
            weight += RUN_OVERHEAD_BYTES + (body.sharesArrayWith(delivered.batch()) ? 0 : body.length());
        }
        return weight;
    }

    /**
     * Says that nothing more will be delivered.
     *
     * @param reason why
     * @param isDoubted whether what was delivered may be wrong
     */
    void stop(String reason, boolean isDoubted) {
        doubted = isDoubted;
        stopped = reason;
        wakeOne();
    }

    /** Nobody is to wait here any more, since the service is about to end; the learner itself is well. */
    void close() {
        closing = true;
        wakeOne();
    }

    /** The log, or {@link LogId#UNKNOWN} while nobody has named it. */
    public LogId logId() {
        return logId;
    }

    /**
     * Returns whether a log named by someone outside is another than this. While one of the two is not known, it is not:
     * before a log is formed nothing can have been read of it.
     */
    boolean isOther(@Nullable String named) {
        LogId known = logId;
        return named != null && known.isKnown() && !named.equals(LogId.UNKNOWN.toString())
                && !named.equals(known.toString());
    }

    /** The first instance that is retained; above {@link #last} while there is none. */
    public long first() {
        return Math.max(floor, Math.min(store.first(), first));
    }

    /** The last instance that was delivered; 0 if none was. */
    public long last() {
        return last;
    }

    /** About how many bytes are in memory. */
    public long retainedBytes() {
        return retainedBytes;
    }

    /** Why nothing more will be delivered; null as long as more may be. */
    public @Nullable String stopped() {
        return stopped;
    }

    /** Whether what was delivered may be wrong, so that nobody should take it over. */
    public boolean isDoubted() {
        return doubted;
    }

    /**
     * Returns an instance; null if it has not been delivered yet.
     *
     * @throws PositionGoneException if it is not retained any more
     * @throws RecordDamagedException if it is retained and cannot be read
     */
    public @Nullable Delivered get(long instance) {
        if (instance > last) {
            return null;
        }
        Delivered delivered = find(instance);
        if (delivered == null) {
            throw new PositionGoneException(Position.atStartOf(instance), first(), checkpoints.newest());
        }
        return delivered;
    }

    /**
     * Returns the next instance of those that are read in one go; null where they end, which is also where one is not retained or
     * not readable: who has got something already finds that out by the next read.
     */
    private @Nullable Delivered following(long instance, boolean gotSome) {
        if (!gotSome) {
            return get(instance);
        }
        try {
            return find(instance);
        } catch (RecordDamagedException e) {
            return null;
        }
    }

    /** Returns an instance that is retained; null otherwise. */
    private @Nullable Delivered find(long instance) {
        if (instance > last || instance < floor) {
            return null;
        }
        Delivered delivered = ring.getAcquire((int) (instance & mask));
        return delivered != null && delivered.instance() == instance ? delivered : store.read(instance);
    }

    /**
     * Reads values from a position on, until a bound is met or nothing more has been delivered. No more is looked at than
     * {@value #INSTANCES_A_READ} instances, or {@value #BYTES_A_READ} bytes of them, whether they deliver anything or not.
     *
     * @param valuesMax how many values are read at most
     * @param readBytesMax no further value is read when those before have this many bytes
     * @return where to go on
     * @throws PositionGoneException if the position is not retained any more; what goes while it is read is found out by
     *     the next read
     * @throws RecordDamagedException if the position cannot be read any more; the same holds
     */
    public Position read(Position from, int valuesMax, long readBytesMax, ValueConsumer consumer) {
        long instance = from.instance();
        int skipped = from.index();
        int valuesLeft = valuesMax;
        long bytesLeft = readBytesMax;
        int instancesLeft = INSTANCES_A_READ;
        long lookedAt = 0;
        for (Delivered delivered = get(instance); delivered != null; delivered =
                instancesLeft > 0 && lookedAt < BYTES_A_READ ? following(instance, valuesLeft < valuesMax) : null) {
            instancesLeft--;
            lookedAt += delivered.batch().length();
            List<Run> runs = delivered.runs();
            for (int r = 0; r < runs.size(); r++) {
                Run run = runs.get(r);
                if (run.firstIndex() + run.count() <= skipped) {
                    continue;
                }
                ValueCursor cursor = new ValueCursor(run.body());
                for (int i = 0; i < run.count(); i++) {
                    cursor.advance();
                    int index = run.firstIndex() + i;
                    if (index < skipped) {
                        continue;
                    }
                    if (valuesLeft <= 0 || bytesLeft <= 0) {
                        return new Position(instance, index);
                    }
                    valuesLeft--;
                    bytesLeft -= cursor.length();
                    consumer.accept(instance, index, run.session(), run.firstNumber() + i, cursor.value());
                }
            }
            instance++;
            skipped = 0;
        }
        return new Position(instance, skipped);
    }

    /**
     * Waits until an instance was delivered.
     *
     * @return whether it was; false when the time is over, the learner stopped or the service is about to end
     */
    public boolean await(long instance, long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        Thread reader = Thread.currentThread();
        while (last < instance && !isOver()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            waiting.add(reader);
            // Looked at again after it is known to wait: what was appended in between woke nobody.
            if (last < instance && !isOver()) {
                LockSupport.parkNanos(this, left);
            }
            if (!waiting.remove(reader)) {
                wakeAll();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return last >= instance;
    }

    private boolean isOver() {
        return stopped != null || closing;
    }

    private void wakeOne() {
        Thread reader = waiting.poll();
        if (reader != null) {
            LockSupport.unpark(reader);
        }
    }

    /** Called by a reader that was taken out of those that wait: it passes on that there is something new. */
    private void wakeAll() {
        for (Thread reader = waiting.poll(); reader != null; reader = waiting.poll()) {
            LockSupport.unpark(reader);
        }
    }
}
