package io.synod.protocol.message;

import io.synod.protocol.Ballot;

/**
 * Leader to all acceptors, proposers and configured learners, each heartbeat interval.
 *
 * @param ballot the leader's ballot
 * @param watermark the highest instance up to which the leader knows all to be decided
 */
public record Heartbeat(Ballot ballot, long watermark) implements Message {}
