package io.synod.protocol.message;

/**
 * A learner that may trim, to acceptors: drop what is at or below {@code instance}, as far as the trim quorum holds it.
 *
 * @param instance the highest instance that is to go; 0 asks for the state alone
 */
public record TrimRequest(long instance) implements Message {}
