package io.synod.protocol.message;

import io.synod.protocol.Ballot;

/**
 * Leader to an acceptor that rejoins: my phase 1 reported nothing above {@code last}, and what is below {@code first} is
 * trimmed. It comes with accepts of all between.
 *
 * @param ballot the leader's ballot
 * @param first the first instance that is not trimmed
 * @param last the highest instance that anything was reported for, or that was known to be decided, when the leader began;
 *     at or above {@code first - 1}
 */
public record RejoinRange(Ballot ballot, long first, long last) implements Message {}
