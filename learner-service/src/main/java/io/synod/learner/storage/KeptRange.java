package io.synod.learner.storage;

import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.Retention.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Which instances and snapshots a store keeps, and how much that is: forms the changes of the next commit out of what was
 * handed over, and adds what follows for what is old. Of the store's thread alone.
 */
final class KeptRange {

    private static final int SNAPSHOTS_MAX = 16;
    private static final long SNAPSHOT_BYTES_MAX = 64 << 20;
    private static final int SNAPSHOTS_MIN = 2;
    /** Snapshots have no more than this part of the bytes that are kept. */
    private static final int SNAPSHOTS_SHARE = 4;

    private final Retention retention;
    private final LongSupplier wallMillis;
    private final NavigableMap<Long, Mark> marks;
    private final NavigableMap<Long, Integer> snapshots;
    private long first;
    private long last;
    private long bytes;

    /** The changes of a commit, and how many bytes of what was handed over are in them. */
    record Group(List<LogChange> changes, long handedBytes) {}

    KeptRange(Retention retention, LongSupplier wallMillis, LogTable.Loaded loaded) {
        this.retention = retention;
        this.wallMillis = wallMillis;
        first = loaded.first();
        last = loaded.last();
        snapshots = new TreeMap<>(loaded.snapshots());
        marks = new TreeMap<>(loaded.marks());
        if (!marks.containsKey(first - 1)) {
            // Nothing was cut yet: where the log begins no snapshot was taken, which would have left a mark.
            long timeMillis = marks.isEmpty() ? wallMillis.getAsLong() : marks.firstEntry().getValue().timeMillis();
            marks.put(first - 1, new Mark(timeMillis, 0));
        }
        bytes = Objects.requireNonNull(marks.floorEntry(base())).getValue().bytes();
    }

    /** Returns what is wrong with what was loaded; empty if nothing is. */
    static String fault(LogTable.Loaded loaded) {
        long base = loaded.snapshots().isEmpty() ? 0 : loaded.snapshots().lastKey();
        boolean sound = base >= loaded.first() - 1
                && base <= loaded.last()
                && (base == 0 || loaded.marks().floorKey(base) != null);
        return sound ? "" : "it keeps instances " + loaded.first() + " to " + loaded.last()
                + ", and the newest snapshot is at " + base;
    }

    /** The instance of the newest snapshot; 0 if there is none. */
    long base() {
        return snapshots.isEmpty() ? 0 : snapshots.lastKey();
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    /** An instance after the newest snapshot is there: how many bytes it has is not known from a mark. */
    void replayed(int recordBytes) {
        bytes += recordBytes;
    }

    /** Forms a commit of what was handed over, up to a bound. */
    Group form(Queue<LogChange> handed, long bytesMax) {
        List<LogChange> changes = new ArrayList<>();
        long handedBytes = 0;
        boolean marked = false;
        while (handedBytes < bytesMax) {
            LogChange change = handed.poll();
            if (change == null) {
                break;
            }
            switch (change) {
                case LogChange.Appended(var delivered, var _) -> {
                    if (delivered.instance() != last + 1) {
                        throw new IllegalStateException(
                                "instance " + delivered.instance() + " was handed over after instance " + last);
                    }
                    int length = LogRecords.length(delivered);
                    last++;
                    bytes += length;
                    handedBytes += length;
                    changes.add(change);
                }
                case LogChange.SnapshotTaken(LearnerSnapshot snapshot, Mark mark) -> {
                    Mark placed = new Mark(mark.timeMillis(), bytes);
                    marks.put(snapshot.instance(), placed);
                    snapshots.put(snapshot.instance(), snapshot.state().length());
                    marked = true;
                    handedBytes += snapshot.state().length();
                    changes.add(new LogChange.SnapshotTaken(snapshot, placed));
                }
                case LogChange.Replaced(LearnerSnapshot snapshot, Mark mark) -> {
                    Mark placed = new Mark(mark.timeMillis(), bytes);
                    last = snapshot.instance();
                    first = last + 1;
                    marks.clear();
                    marks.put(last, placed);
                    snapshots.clear();
                    snapshots.put(last, snapshot.state().length());
                    handedBytes += snapshot.state().length();
                    changes.add(new LogChange.Replaced(snapshot, placed));
                }
                case LogChange.SnapshotDropped _, LogChange.Cut _ -> changes.add(change);
            }
        }
        if (marked) {
            forgetOld(changes);
        }
        return new Group(changes, handedBytes);
    }

    /** Drops snapshots first: what is left of them counts as bytes kept, beside the log. */
    private void forgetOld(List<LogChange> changes) {
        long snapshotBytesMax = Math.min(SNAPSHOT_BYTES_MAX, retention.bytesMax() / SNAPSHOTS_SHARE);
        long kept = snapshots.values().stream().mapToLong(Integer::longValue).sum();
        while (snapshots.size() > SNAPSHOTS_MAX
                || snapshots.size() > SNAPSHOTS_MIN && kept > snapshotBytesMax
                || snapshots.size() > 1 && kept > retention.bytesMax()) {
            kept -= dropOldestSnapshot(changes);
        }
        long cut = retention.cut(marks, last, bytes + kept, wallMillis.getAsLong());
        if (cut >= first) {
            first = cut + 1;
            marks.headMap(cut, false).clear();
            changes.add(new LogChange.Cut(cut));
        }
        while (snapshots.firstKey() < cut) {
            dropOldestSnapshot(changes);
        }
    }

    /** Returns how many bytes it had. */
    private int dropOldestSnapshot(List<LogChange> changes) {
        Map.Entry<Long, Integer> oldest = Objects.requireNonNull(snapshots.pollFirstEntry());
        changes.add(new LogChange.SnapshotDropped(oldest.getKey()));
        return oldest.getValue();
    }
}
