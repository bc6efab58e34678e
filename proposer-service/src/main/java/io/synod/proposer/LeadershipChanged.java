package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.role.Output;

/**
 * A proposer has changed its state: worth a log line.
 *
 * @param from the state it left
 * @param to the state it is in
 * @param ballot the ballot of the candidacy or leadership that begins or ends
 * @param firstInstance the first instance that the leadership proposes in; for other states the next one to be decided
 * @param reason why, in words
 */
public record LeadershipChanged(
        Proposer.State from, Proposer.State to, Ballot ballot, long firstInstance, String reason) implements Output {}
