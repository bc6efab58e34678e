package io.synod.learner.storage;

import io.synod.learner.StoreDamage;

/** Who is told how far a learner's store has come. Called on the store's thread. */
public interface StoreReports {

    /**
     * All that was handed over up to an instance is durable.
     *
     * @return whether that was heard; else it is told again
     */
    boolean stored(long through);

    /** By its retention the store keeps nothing before an instance any more. */
    void cut(long first);

    /**
     * Something that was durable cannot be read any more.
     *
     * @param damage all that is known of it
     * @return whether that was heard; else it is told again
     */
    boolean damaged(StoreDamage damage);

    /**
     * Something could not be made durable, and nothing will be from now on.
     *
     * @return whether that was heard; else it is told again
     */
    boolean failed(String cause);
}
