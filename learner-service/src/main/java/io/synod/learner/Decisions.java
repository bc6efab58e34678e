package io.synod.learner;

import io.synod.protocol.Ballot;
import io.synod.protocol.SessionLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decisions that the safety of a learner rests on, one method each, so that a test can break each on purpose. */
class Decisions {

    /**
     * Counts the distinct acceptors that accepted at a ballot (rule S6).
     *
     * @param newest each acceptor's newest vote, by acceptor id
     * @param repeated whether the vote just taken was a repeat of one counted before
     */
    int accepts(@Nullable Ballot[] newest, Ballot ballot, boolean repeated) {
        int count = 0;
        for (Ballot vote : newest) {
            if (vote != null && vote.equals(ballot)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Returns whether a value accepted at one ballot is the value decided at another: at or above a decision there is no
     * other value (Paxos Made Simple, 2.2, P2b).
     */
    boolean valueCounts(Ballot valueBallot, Ballot decided) {
        return !valueBallot.isBelow(decided);
    }

    /** Returns the number below which values of a session are duplicates (rule S8). */
    long firstNew(long next) {
        return next;
    }

    /** Returns whether a block waits for values before it (rule S8). */
    boolean waits(long firstNumber, long next) {
        return firstNumber > next;
    }

    /** Returns what is remembered under the key of a value whose turn has come, null if nothing: of two, one is delivered (rule S8). */
    RememberedKeys.@Nullable Remembered known(RememberedKeys.@Nullable Remembered remembered) {
        return remembered;
    }

    /** Returns the limits of the session table: those of the log. */
    SessionLimits limits(SessionLimits genesis, SessionLimits before) {
        return genesis;
    }

    /** Returns up to where a learner with a store holds what it delivered: what is durable (rule S9). */
    long held(long delivered, long durable) {
        return durable;
    }

    /** Returns up to where it is held what is durable, given what of it turned out to be damaged (rule S9). */
    long sound(long durable, StoreDamage damage) {
        return Math.min(durable, damage.first() - 1);
    }

    /** Returns the sessions that a learner begins with, given those of a snapshot: without them it would repeat (rule S8). */
    List<Session> handedOver(List<Session> sessions) {
        return sessions;
    }

    /** Returns the idempotency keys that a learner begins with, given those of a snapshot (rule S8). */
    List<RememberedKeys.Remembered> handedOverKeys(List<RememberedKeys.Remembered> keys) {
        return keys;
    }
}
