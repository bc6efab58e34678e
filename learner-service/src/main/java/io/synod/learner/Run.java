package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;

/**
 * Consecutive values of one session, delivered together: a part of a block. There is no object for a single value; walk
 * over {@link #body} with a {@link io.synod.protocol.entry.ValueCursor}.
 *
 * @param session the session
 * @param firstNumber the number of the first value
 * @param count how many values there are, 1 or more
 * @param firstIndex the index of the first value among the deliveries of the instance, from 0; the others follow. It is
 *     {@link #INDEX_UNKNOWN} where the learner inside a client cannot know it, because values of sessions that are not
 *     its own stand before it in the instance
 * @param body the values, each as a 32-bit length and its bytes, without anything before the first or after the last
 */
public record Run(SessionId session, long firstNumber, int count, int firstIndex, Bytes body) {

    /** As {@link #firstIndex}: how many values of others were delivered before is not known. */
    public static final int INDEX_UNKNOWN = -1;

    /** The number after the last value's. */
    public long endNumber() {
        return firstNumber + count;
    }
}
