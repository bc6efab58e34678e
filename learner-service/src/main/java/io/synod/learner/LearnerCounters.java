package io.synod.learner;

/**
 * How often things happened since the start, as read at one time.
 *
 * @param instancesDelivered instances delivered
 * @param valuesDelivered values delivered
 * @param duplicates values decided again after they were delivered or held, and so not delivered again
 * @param refused values decided that are never delivered: their session is unknown or over, or they lie beyond
 *     its window, or their idempotency key is remembered with another value
 * @param malformed batches, or blocks of values, that do not fit the layout
 * @param keysForgotten idempotency keys that were forgotten before their time, because the table of them was full
 * @param repeats requests to repeat that were sent
 * @param droppedVotes accepteds that were not counted: of another log or one not named yet, beyond the window, damaged
 */
public record LearnerCounters(
        long instancesDelivered,
        long valuesDelivered,
        long duplicates,
        long refused,
        long malformed,
        long keysForgotten,
        long repeats,
        long droppedVotes) {}
