package io.synod.proposer;

import io.synod.protocol.LogId;
import io.synod.role.Output;

/**
 * A phase-1 quorum of acceptors names another log than the one that the proposer knew: worth a warning.
 *
 * @param from the log it knew
 * @param to the log it proposes in from now on
 */
public record LogChanged(LogId from, LogId to) implements Output {}
