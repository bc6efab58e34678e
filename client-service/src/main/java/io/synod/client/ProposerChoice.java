package io.synod.client;

import io.synod.protocol.Ballot;
import io.synod.protocol.NodeId;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.SubmitRefused;
import java.util.Arrays;
import java.util.List;

/**
 * Which proposer the client sends to. It follows who leads, as the proposers' hints and the acceptors' beacons say, and moves
 * on when the chosen one stays silent; one that was silent is not gone back to for a while, since it may lead and yet be out of
 * this client's reach, unless it comes to lead anew.
 */
final class ProposerChoice {

    private static final long AVOID_NANOS = 1_000_000_000L;
    private static final int NOBODY = -1;

    private final List<NodeId> nodes;
    private final long leaderTimeoutNanos;
    private final long[] avoidUntilNanos;
    private int current;
    private int leader = NOBODY;
    private Ballot leaderBallot = Ballot.NONE;
    private long heardNanos;
    private long moves;

    /**
     * @param first the id of the proposer to begin with
     * @param leaderTimeoutNanos a leader that an acceptor has not heard for so long leads no more; a proposer that is silent
     *     for half of it is left for another
     */
    ProposerChoice(List<NodeId> nodes, int first, long leaderTimeoutNanos) {
        this.nodes = nodes;
        this.leaderTimeoutNanos = leaderTimeoutNanos;
        this.current = first;
        this.avoidUntilNanos = new long[nodes.size()];
    }

    void onStart(long nowNanos) {
        heardNanos = nowNanos;
        Arrays.fill(avoidUntilNanos, nowNanos);
    }

    NodeId node() {
        return nodes.get(current);
    }

    int current() {
        return current;
    }

    /** The proposer that leads as far as the client knows, or -1. */
    int leader() {
        return leader;
    }

    /** Counts the moves, and the new leaderships of the chosen one, after which what is on its way must be sent again. */
    long moves() {
        return moves;
    }

    /** The chosen one answered, or something of this client's was delivered. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** The proposer passed a submit on to the leader: what is on its way is in good hands, later sends go there. */
    void onHint(int from, int leaderId, long nowNanos) {
        if (!isProposer(leaderId)) {
            return;
        }
        leader = leaderId;
        if (from == current && leaderId != current && nowNanos >= avoidUntilNanos[leaderId]) {
            current = leaderId;
            heardNanos = nowNanos;
        }
    }

    /**
     * A proposer refused a submit. What was refused goes to the leader that it named; if it knows none, to the next proposer,
     * after the wait that a refusal asks for.
     */
    void onRefused(int from, SubmitRefused.Reason reason, int leaderId, long nowNanos) {
        if (from != current) {
            return;
        }
        heardNanos = nowNanos;
        if (isProposer(leaderId) && leaderId != current && nowNanos >= avoidUntilNanos[leaderId]) {
            leader = leaderId;
            current = leaderId;
        } else if (reason == SubmitRefused.Reason.NO_LEADER) {
            current = (current + 1) % nodes.size();
        }
    }

    /** An acceptor says which leader it heard, and how long ago. */
    void onBeacon(AcceptorState state, long nowNanos) {
        Ballot ballot = state.leader();
        if (state.leaderSilentMicros() < 0
                || state.leaderSilentMicros() > leaderTimeoutNanos / 1_000
                || !isProposer(ballot.proposerId())
                || !ballot.isAbove(leaderBallot)) {
            return;
        }
        boolean first = leaderBallot.equals(Ballot.NONE);
        leaderBallot = ballot;
        leader = ballot.proposerId();
        // Whoever leads anew was silent, if it was, since it did not lead yet; and what the chosen one had before is forgotten.
        if (leader != current || !first) {
            moveTo(leader, nowNanos);
        }
    }

    /** A resend timeout has passed. Moves on if nothing was heard for long enough. */
    void onTimeout(long nowNanos, long timeoutNanos) {
        if (nodes.size() == 1 || nowNanos - heardNanos < Math.max(leaderTimeoutNanos / 2, 3 * timeoutNanos)) {
            return;
        }
        avoidUntilNanos[current] = nowNanos + AVOID_NANOS;
        boolean toLeader = leader != NOBODY && leader != current && nowNanos >= avoidUntilNanos[leader];
        moveTo(toLeader ? leader : (current + 1) % nodes.size(), nowNanos);
    }

    private void moveTo(int id, long nowNanos) {
        current = id;
        heardNanos = nowNanos;
        moves++;
    }

    private boolean isProposer(int id) {
        return id >= 0 && id < nodes.size();
    }
}
