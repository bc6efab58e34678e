package io.synod.learner.storage;

import java.util.Map;
import java.util.NavigableMap;

/**
 * How much of the delivered log is kept, snapshots included. It is cut at marks, which stand where snapshots are.
 *
 * @param instancesMax how many instances are kept at most
 * @param bytesMax how many bytes of them, and of snapshots, are kept at most; the newest snapshot and what follows it stay
 * @param ageMillisMax how old an instance becomes before it goes
 */
public record Retention(long instancesMax, long bytesMax, long ageMillisMax) {

    public Retention {
        if (instancesMax < 1 || bytesMax < 1 || ageMillisMax < 1) {
            throw new IllegalArgumentException("retention is " + instancesMax + " instances, " + bytesMax + " bytes, "
                    + ageMillisMax + " ms; allowed are 1 or more");
        }
    }

    /**
     * A place where the log can be cut.
     *
     * @param timeMillis when everything up to it had been handed over, in milliseconds since 1970
     * @param bytes how many bytes were handed over up to it, since the store was formed
     */
    record Mark(long timeMillis, long bytes) {}

    /**
     * Returns up to which mark the log goes: the lowest that leaves no more than is to be kept, or the newest that is too old if
     * that is higher.
     *
     * @param marks by instance; the first is where the log is cut now
     * @param last the last instance kept
     * @param bytes how many bytes were handed over up to it, and how many more are kept beside the log
     * @return the mark's instance; that of the first mark if nothing goes
     */
    long cut(NavigableMap<Long, Mark> marks, long last, long bytes, long nowMillis) {
        long fitting = marks.lastKey();
        for (Map.Entry<Long, Mark> entry : marks.descendingMap().entrySet()) {
            if (last - entry.getKey() <= instancesMax && bytes - entry.getValue().bytes() <= bytesMax) {
                fitting = entry.getKey();
            }
        }
        long old = marks.firstKey();
        for (Map.Entry<Long, Mark> entry : marks.entrySet()) {
            if (nowMillis - entry.getValue().timeMillis() > ageMillisMax) {
                old = entry.getKey();
            }
        }
        return Math.max(fitting, old);
    }
}
