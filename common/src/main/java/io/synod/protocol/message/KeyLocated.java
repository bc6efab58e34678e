package io.synod.protocol.message;

import io.synod.protocol.Digest;
import io.synod.protocol.SessionId;

/**
 * Learner to client: the answer to {@link LocateKey}.
 *
 * @param instance the instance asked about
 * @param session the session asked about
 * @param number the number asked about
 * @param deliveredAt the instance that delivered the value of the key; {@link #NOWHERE} if the key is not remembered
 * @param index that value's index among the deliveries of that instance, from 0; 0 if the key is not remembered
 * @param value that value's digest; {@link Digest#NONE} if the key is not remembered
 */
public record KeyLocated(long instance, SessionId session, long number, long deliveredAt, int index, Digest value)
        implements Message {

    /** As the instance of a delivery: the key is not remembered. */
    public static final long NOWHERE = 0;
}
