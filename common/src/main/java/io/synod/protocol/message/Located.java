package io.synod.protocol.message;

import io.synod.protocol.SessionId;

/**
 * Learner to client: the answer to {@link Locate}.
 *
 * @param instance the instance asked about
 * @param session the session asked about
 * @param number the number asked about
 * @param index the value's index among the deliveries of the instance, from 0; {@link #UNKNOWN} if the learner remembers
 *     the instance no more, or did not deliver the value there
 */
public record Located(long instance, SessionId session, long number, int index) implements Message {

    /** As an index: the learner does not know it, and will not. */
    public static final int UNKNOWN = -1;
}
