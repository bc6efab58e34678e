package io.synod.acceptor;

/** Counts events as they happen; {@link AcceptorCounters} says what each means. */
final class AcceptorCounts {

    long promises;
    long accepts;
    long preemptions;
    long repeats;
    long refusals;
    long conflicts;
    long misdirected;
    long foreign;
    long notVoting;
    long unregistered;

    AcceptorCounters snapshot() {
        return new AcceptorCounters(promises, accepts, preemptions, repeats, refusals, conflicts, misdirected, foreign,
                notVoting, unregistered);
    }
}
