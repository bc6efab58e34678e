package io.synod.protocol.message;

import io.synod.protocol.Ballot;

/**
 * Acceptor to proposer: a prepare or an accept came too late.
 *
 * @param refused the ballot of the message that was refused
 * @param promised the higher ballot the acceptor has promised
 * @param instance the instance of the refused accept, or 0 for a prepare
 */
public record Preempted(Ballot refused, Ballot promised, long instance) implements Message {}
