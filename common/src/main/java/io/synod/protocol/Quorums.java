package io.synod.protocol;

/**
 * The sizes of the quorums over {@code acceptors} acceptors. Any phase-1 quorum meets any phase-2 quorum, which is all
 * that safety asks (Howard, Malkhi, Spiegelman: Flexible Paxos, 2016).
 *
 * @param acceptors how many acceptors the cluster has, 1 to {@link #ACCEPTORS_MAX}
 * @param phase1 how many promises make a phase-1 quorum
 * @param phase2 how many accepts of one ballot decide an instance
 */
public record Quorums(int acceptors, int phase1, int phase2) {

    /** Sets of acceptors are kept as bits of an {@code int}. */
    public static final int ACCEPTORS_MAX = 31;

    public Quorums {
        if (acceptors < 1 || acceptors > ACCEPTORS_MAX) {
            throw new IllegalArgumentException(
                    "the number of acceptors is " + acceptors + "; allowed are 1 to " + ACCEPTORS_MAX);
        }
        requireSize("phase-1", phase1, acceptors);
        requireSize("phase-2", phase2, acceptors);
        if (phase1 + phase2 <= acceptors) {
            throw new IllegalArgumentException("phase-1 quorum " + phase1 + " and phase-2 quorum " + phase2
                    + " need not meet among " + acceptors + " acceptors; their sum must be greater than " + acceptors);
        }
    }

    private static void requireSize(String which, int size, int acceptors) {
        if (size < 1 || size > acceptors) {
            throw new IllegalArgumentException(
                    "the " + which + " quorum is " + size + "; allowed are 1 to " + acceptors + " (the acceptors)");
        }
    }

    /** Majorities in both phases. */
    public static Quorums majority(int acceptors) {
        int majority = acceptors / 2 + 1;
        return new Quorums(acceptors, majority, majority);
    }
}
