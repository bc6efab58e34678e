package io.synod.acceptor;

/** What an operator can do for an acceptor as it stands. */
public enum Remedy {
    /** Nothing: it votes, or comes to vote by itself. */
    NONE,
    /** Tell it to rejoin. */
    REJOIN,
    /** Stop it, empty its directory, start it again, and then tell it to rejoin. */
    EMPTY_AND_REJOIN,
    /** Start a new cluster: with these quorums nobody can rejoin. */
    NEW_CLUSTER
}
