package io.synod.learner.storage;

import io.synod.protocol.LogId;

/**
 * What is known of a checkpoint: an application's bytes, and with them what the log amounts to there.
 *
 * @param instance the last instance that it includes
 * @param logId the log
 * @param timeMillis when it was stored, in milliseconds since 1970
 * @param bytes how many bytes of the application's it holds
 */
public record Checkpoint(long instance, LogId logId, long timeMillis, long bytes) {}
