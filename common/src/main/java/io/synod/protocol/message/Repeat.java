package io.synod.protocol.message;

/**
 * Learner to acceptor: send your accepteds of {@code first} to {@code last}. The answer is bounded, so the learner goes on
 * asking from where it ended.
 *
 * @param first the first instance
 * @param last the last instance, at or above {@code first}
 * @param values whether the values are wanted, or votes alone
 */
public record Repeat(long first, long last, boolean values) implements Message {}
