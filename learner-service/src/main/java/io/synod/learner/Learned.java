package io.synod.learner;

/**
 * How far a learner is that takes over the log from a peer.
 *
 * @param next the instance that it needs next
 * @param known the highest instance known to be decided
 * @param needsPeer whether acceptors cannot give it that any more
 * @param hasRoom whether it takes more at present
 * @param accepted whether it takes anything from peers, and could use what it was given
 */
public record Learned(long next, long known, boolean needsPeer, boolean hasRoom, boolean accepted) {}
