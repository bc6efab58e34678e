package io.synod.protocol;

/**
 * Names a log for as long as it exists: a hash of all acceptors' first storage ids.
 *
 * @param value the hash; 0 only in {@link #UNKNOWN}
 */
public record LogId(long value) {

    /** Stands where the log is not known, or not yet formed. */
    public static final LogId UNKNOWN = new LogId(0);

    public boolean isKnown() {
        return value != 0;
    }

    /** Returns the id of the log formed by acceptors of these first storage ids, given in the order of their ids. */
    public static LogId of(java.util.List<StorageId> firstStorageIds) {
        long hash = Mixing.mix(firstStorageIds.size());
        for (StorageId id : firstStorageIds) {
            hash = Mixing.mix(hash ^ Mixing.mix(id.generation()) ^ Long.rotateLeft(Mixing.mix(id.random()), 17));
        }
        return new LogId(hash == 0 ? 1 : hash);
    }

    @Override
    public String toString() {
        return isKnown() ? String.format("%016x", value) : "unknown";
    }
}
