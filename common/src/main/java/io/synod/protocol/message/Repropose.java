package io.synod.protocol.message;

/**
 * Learner to proposers: no ballot's quorum shows these instances, though they are at or below the watermark. The leader
 * extends its phase 1 down to {@code first} and proposes them anew at its own ballot; nobody else acts on it.
 *
 * @param first the first instance
 * @param last the last instance, at or above {@code first}
 */
public record Repropose(long first, long last) implements Message {}
