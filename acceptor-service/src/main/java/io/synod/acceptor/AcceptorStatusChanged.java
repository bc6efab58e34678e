package io.synod.acceptor;

import io.synod.protocol.message.AcceptorState;
import io.synod.role.Output;

/**
 * An acceptor's status, or what it waits for, has changed.
 *
 * @param status whether it votes
 * @param reason for people: whom forming or rejoining waits for, the log that it votes in, or why it stays out
 * @param remedy what an operator can do for it
 */
public record AcceptorStatusChanged(AcceptorState.Status status, String reason, Remedy remedy) implements Output {}
