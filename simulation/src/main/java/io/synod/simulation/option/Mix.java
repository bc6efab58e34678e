package io.synod.simulation.option;

/** Which part of the space of options seeds are drawn from. */
public enum Mix {
    /** Everything, each option on its own. */
    BROAD,
    /** Small clusters with few instances whose nodes crash and come back often. */
    CRASHES,
    /** Proposers and acceptors that crash and come back all the time, and links that fail, so that leaders change often. */
    DUELS,
    /** Several proposers that take the lead from each other all the time. */
    ELECTIONS,
    /** Acceptors on volatile storage that crash while the log is being formed. */
    FORMING,
    /**
     * Five acceptors of whom two promise and four decide, and leaders that fall before what they propose is decided: an
     * instance keeps values of several ballots, each at few acceptors.
     */
    LEFTOVERS,
    /** Acceptors that lose what they knew all the time and are told to rejoin, among leaders that change often. */
    REJOINS,
    /** Small windows, soon expiring sessions, resent and forwarded values. */
    SESSIONS,
    /** Queues and tables so small that they are often full. */
    TIGHT,
    /** Frequent trims, learners that lag, leaders that come from behind. */
    TRIMMING
}
