package io.synod.learner;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Up to where this learner holds the log: what its store has said to be durable, or, in memory, what it delivered. Bounds
 * what is delivered and not durable yet (rule L2), and says when the next snapshot is due.
 */
final class Holding {

    private final LearnerSettings.Storing settings;
    private final Decisions decisions;
    /** The bytes of each batch that is delivered and not known to be durable, from {@link #firstUnstored} on. */
    private final ArrayDeque<Integer> unstored = new ArrayDeque<>();

    private long firstUnstored = 1;
    private long delivered;
    private long stored;
    private long unstoredBytes;
    private long instancesSinceSnapshot;
    private long bytesSinceSnapshot;
    private @Nullable StoreDamage damage;
    private boolean paused;

    Holding(LearnerSettings.Storing settings, Decisions decisions) {
        this.settings = settings;
        this.decisions = decisions;
    }

    /**
     * Everything up to a position is durable: the learner begins after it.
     *
     * @param instances how many of them come after the newest snapshot
     * @param bytes how many bytes those have
     */
    void begin(long position, long instances, long bytes) {
        skipTo(position);
        stored = position;
        instancesSinceSnapshot = instances;
        bytesSinceSnapshot = bytes;
    }

    /** The learner goes on after a position; whether what lies before it is durable will be told. */
    void skipTo(long position) {
        delivered = position;
        firstUnstored = position + 1;
        unstored.clear();
        unstoredBytes = 0;
        snapshotTaken();
    }

    /** The next instance is handed to the service to be delivered and stored. */
    void delivered(int bytes) {
        delivered++;
        instancesSinceSnapshot++;
        bytesSinceSnapshot += bytes;
        if (settings.durable()) {
            unstored.addLast(bytes);
            unstoredBytes += bytes;
        }
    }

    /** Whether a snapshot is due after the instance delivered last. */
    boolean isSnapshotDue() {
        return instancesSinceSnapshot >= settings.snapshotInstances()
                || bytesSinceSnapshot >= settings.snapshotBytes();
    }

    void snapshotTaken() {
        instancesSinceSnapshot = 0;
        bytesSinceSnapshot = 0;
    }

    /** The store has made everything up to an instance durable. */
    void stored(long through) {
        while (firstUnstored <= through && !unstored.isEmpty()) {
            unstoredBytes -= unstored.removeFirst();
            firstUnstored++;
        }
        stored = Math.max(stored, Math.min(through, delivered));
    }

    /** The store can take nothing for a while, or can again. */
    void pause(boolean pauses) {
        paused = pauses;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether another instance may be delivered now. */
    boolean hasRoom() {
        return !paused && unstoredBytes < settings.unstoredBytesMax()
                && unstored.size() < settings.unstoredInstancesMax();
    }

    /** Some of what was stored cannot be read any more: nothing from there on is held, whatever is stored. */
    void lost(StoreDamage lost) {
        damage = lost;
    }

    @Nullable
    StoreDamage damage() {
        return damage;
    }

    /** Up to which instance this learner holds everything, so that acceptors need not (rule S9). */
    long held() {
        long held = settings.durable() ? decisions.held(delivered, stored) : delivered;
        return damage == null ? held : decisions.sound(held, damage);
    }
}
