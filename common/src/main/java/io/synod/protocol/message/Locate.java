package io.synod.protocol.message;

import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;

/**
 * Client to learner: which index has this value among the deliveries of this instance? The learner inside a client cannot
 * know it where values of others stand before it. A learner that has not delivered the instance yet, or delivers another
 * log, does not answer; the client asks again, or another.
 *
 * @param logId the log
 * @param instance the instance that delivered the value
 * @param session the value's session
 * @param number the value's number in it, from 1
 */
public record Locate(LogId logId, long instance, SessionId session, long number) implements Message {}
