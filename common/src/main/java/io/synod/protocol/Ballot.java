package io.synod.protocol;

/**
 * A ballot number, ordered by round, then proposer id, then the proposer's incarnation. Because the incarnation is part
 * of it, a restarted proposer cannot use a ballot of its former life for another value (rule S1).
 *
 * @param round the round, from 1; 0 only in {@link #NONE}
 * @param proposerId the id of the proposer that drew the ballot
 * @param incarnation the incarnation of that proposer
 */
public record Ballot(long round, int proposerId, long incarnation) implements Comparable<Ballot> {

    /** Below every ballot that a proposer can draw. */
    public static final Ballot NONE = new Ballot(0, 0, 0);

    @Override
    public int compareTo(Ballot other) {
        int byRound = Long.compare(round, other.round);
        if (byRound != 0) {
            return byRound;
        }
        int byProposer = Integer.compare(proposerId, other.proposerId);
        return byProposer != 0 ? byProposer : Long.compare(incarnation, other.incarnation);
    }

    public boolean isAbove(Ballot other) {
        return compareTo(other) > 0;
    }

    public boolean isBelow(Ballot other) {
        return compareTo(other) < 0;
    }

    /** Returns the higher of two ballots. */
    public static Ballot max(Ballot a, Ballot b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    @Override
    public String toString() {
        return this.equals(NONE) ? "none" : round + "." + proposerId + "." + Long.toHexString(incarnation);
    }
}
