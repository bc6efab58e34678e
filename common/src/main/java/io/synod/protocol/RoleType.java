package io.synod.protocol;

/** A part that a node can play in the protocol. */
public enum RoleType {
    ACCEPTOR,
    PROPOSER,
    LEARNER,
    CLIENT
}
