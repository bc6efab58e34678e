package io.synod.protocol;

/**
 * Names one life of a store: drawn when the store is formed (in memory: at process start). A store that lost what it
 * knew has another id, by which its peers notice (rule S10).
 *
 * @param generation counts the lives of an acceptor's store, from 1, or in one life of a learner the ids under which it reports,
 *     since its store may turn out to have lost something; 0 only in {@link #UNKNOWN}
 * @param random drawn at random, so that two lives of one generation differ
 */
public record StorageId(long generation, long random) {

    /** Stands where no storage id is known. */
    public static final StorageId UNKNOWN = new StorageId(0, 0);

    public boolean isKnown() {
        return generation != 0;
    }

    @Override
    public String toString() {
        return isKnown() ? generation + ":" + Long.toHexString(random) : "unknown";
    }
}
