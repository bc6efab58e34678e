package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.Quorums;

/** What an acceptor that rejoins goes by (rule S10): decisions that the simulation breaks on purpose. */
class RejoinRules {

    /** How many others must answer: any quorum that counts a promise of a former life has another member among so many. */
    int answersNeeded(Quorums quorums) {
        int others = quorums.acceptors() - 1;
        return Math.max(quorums.acceptors() - quorums.phase1() + 1, others / 2 + 1);
    }

    /** At or below this ballot a promise of a former life may count, so that nothing may be accepted there. */
    Ballot floor(Ballot highestPromised) {
        return highestPromised;
    }

    /**
     * Whoever is in holds all that can have been decided with a former life's vote.
     *
     * @param missing the first instance that it lacks
     * @param last the last instance that it must have; {@link Rejoining#UNKNOWN} while no leader has told it
     */
    boolean isIn(long missing, long last) {
        return last != Rejoining.UNKNOWN && missing > last;
    }
}
