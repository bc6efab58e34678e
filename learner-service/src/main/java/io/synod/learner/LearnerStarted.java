package io.synod.learner;

import io.synod.protocol.LogId;

/**
 * The learner knows where it begins; before that it delivers nothing.
 *
 * @param logId the log, or {@link LogId#UNKNOWN} if nobody has named it yet
 * @param first the first instance that it will deliver
 */
public record LearnerStarted(LogId logId, long first) implements LearnerOutput {}
