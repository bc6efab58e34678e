package io.synod.protocol.message;

import io.synod.protocol.LogId;

/**
 * Acceptor to learner: you are registered.
 *
 * @param logId the log the acceptor belongs to
 * @param trimPoint its trim point
 * @param watermark the highest watermark it heard
 * @param values whether it will send values, as the hi asked
 */
public record LearnerOk(LogId logId, long trimPoint, long watermark, boolean values) implements Message {}
