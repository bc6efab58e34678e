package io.synod.acceptor;

import io.synod.protocol.Ballot;

/** Which leader an acceptor heard last, and when: a hint for proposers, on which no safety rests. */
final class LeaderHeard {

    private Ballot ballot = Ballot.NONE;
    private long heardNanos;

    /** A leader has spoken at a ballot. */
    void heard(Ballot at, long nowNanos) {
        ballot = at.equals(ballot) ? ballot : at;
        heardNanos = nowNanos;
    }

    /** The leader's ballot, or {@link Ballot#NONE}. */
    Ballot ballot() {
        return ballot;
    }

    /** For how long the leader was not heard, in microseconds; {@link Long#MAX_VALUE} if none ever was. */
    long silentMicros(long nowNanos) {
        return ballot.equals(Ballot.NONE) ? Long.MAX_VALUE : (nowNanos - heardNanos) / 1_000;
    }
}
