package io.synod.protocol.message;

import java.util.List;

/**
 * A learner that may trim, to acceptors: drop what is at or below {@code instance}, as far as the trim quorum holds it.
 *
 * @param instance the highest instance that is to go; 0 asks for the state alone
 * @param excluded the ids of learners that are not to be waited for
 * @param goneNanos an acceptor that heard one of these within this time waits for it all the same
 */
public record TrimRequest(long instance, List<Integer> excluded, long goneNanos) implements Message {

    public TrimRequest {
        excluded = List.copyOf(excluded);
    }

    /** A request that waits for all. */
    public TrimRequest(long instance) {
        this(instance, List.of(), 0);
    }
}
