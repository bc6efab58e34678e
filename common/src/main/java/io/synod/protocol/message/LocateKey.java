package io.synod.protocol.message;

import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;

/**
 * Client to learner: this value, whose turn came in this instance, has an idempotency key: where was the value of the key
 * delivered, and which was it? The learner inside a client does not know the keys. A learner that has not delivered the
 * instance yet, or delivers another log, does not answer; the client asks again, or another.
 *
 * @param logId the log
 * @param instance the instance in which the value's turn came
 * @param session the value's session
 * @param number the value's number in it, from 1
 * @param key the digest of its key
 */
public record LocateKey(LogId logId, long instance, SessionId session, long number, Digest key) implements Message {}
