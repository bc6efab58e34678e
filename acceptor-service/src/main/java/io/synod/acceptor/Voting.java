package io.synod.acceptor;

import io.synod.acceptor.AcceptorWrite.Promised;
import io.synod.acceptor.AcceptorWrite.ValueAccepted;
import io.synod.acceptor.Registrations.Recipient;
import io.synod.protocol.Ballot;
import io.synod.protocol.NodeId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Sender;

/** Both phases of an acceptor: its promise, and what it accepts or refuses. Not for several threads. */
final class Voting {

    private final Acceptor rules;
    private final Peers peers;
    private final Forming forming;
    private final Rejoining rejoining;
    private final AcceptedRing accepted;
    private final PromisePages pages;
    private final Registrations registrations;
    private final LeaderHeard leader;
    private final AcceptorCounts counts;

    private Ballot promised;
    private boolean backlogged;
    private boolean diskNearlyFull;

    /**
     * @param rules says what may be promised and accepted
     * @param promised the highest ballot that the store remembers a promise of
     */
    Voting(
            Acceptor rules,
            Ballot promised,
            Peers peers,
            Forming forming,
            Rejoining rejoining,
            AcceptedRing accepted,
            PromisePages pages,
            Registrations registrations,
            LeaderHeard leader,
            AcceptorCounts counts) {
        this.rules = rules;
        this.promised = promised;
        this.peers = peers;
        this.forming = forming;
        this.rejoining = rejoining;
        this.accepted = accepted;
        this.pages = pages;
        this.registrations = registrations;
        this.leader = leader;
        this.counts = counts;
    }

    /** The highest ballot promised. */
    Ballot promised() {
        return promised;
    }

    /** Takes over a promise that the way back into the log was written down with. */
    void rejoinedWith(Ballot ballot) {
        promised = ballot;
    }

    /** Whether too much waits for the store. */
    void backlogged(boolean tooMuchWaits) {
        backlogged = tooMuchWaits;
    }

    void diskNearlyFull(boolean nearlyFull) {
        diskNearlyFull = nearlyFull;
    }

    boolean isDiskNearlyFull() {
        return diskNearlyFull;
    }

    /** @param watermark up to where this acceptor knows the log to be decided */
    void onPrepare(Sender from, Prepare prepare, long watermark, long nowNanos, Effects effects) {
        Ballot ballot = prepare.ballot();
        if (!peers.isProposerOf(ballot, from) || prepare.from() < 1) {
            counts.misdirected++;
        } else if (forming.status() != Status.VOTING) {
            counts.notVoting++;
        } else if (prepare.logId().isKnown() && !prepare.logId().equals(forming.logId())) {
            counts.foreign++;
        } else if (!rules.mayPromise(ballot, promised)) {
            counts.preemptions++;
            effects.send(from.node(), new Preempted(ballot, promised, 0));
        } else {
            if (!ballot.equals(promised)) {
                promised = ballot;
                counts.promises++;
                effects.write(new Promised(ballot));
                // Once a ballot: a candidate that repeats its prepare and hears no answer must not hold the others off.
                leader.heard(ballot, nowNanos);
            }
            pages.send(from.node(), promised, prepare.from(), watermark, effects);
        }
    }

    void onAccept(Sender from, Accept accept, long nowNanos, Effects effects) {
        Ballot ballot = accept.ballot();
        long instance = accept.instance();
        if (!peers.isProposerOf(ballot, from) || instance < 1) {
            counts.misdirected++;
        } else if (forming.status() != Status.VOTING && forming.status() != Status.REJOINING) {
            counts.notVoting++;
            effects.send(from.node(), new AcceptRefused(ballot, instance, AcceptRefused.Reason.NOT_VOTING));
        } else if (!isPreempted(from, ballot, instance, effects)) {
            leader.heard(ballot, nowNanos);
            acceptOrRefuse(from.node(), accept, effects);
        }
    }

    /**
     * Follows a leader that sends something else than values to accept, with a promise if that is new.
     *
     * @return false if it was preempted, and was told so
     */
    boolean follow(Sender from, Ballot ballot, long nowNanos, Effects effects) {
        if (isPreempted(from, ballot, 0, effects)) {
            return false;
        }
        leader.heard(ballot, nowNanos);
        if (!ballot.equals(promised)) {
            promised = ballot;
            effects.write(new Promised(ballot));
        }
        return true;
    }

    private boolean isPreempted(Sender from, Ballot ballot, long instance, Effects effects) {
        if (rules.mayAccept(ballot, promised) && rejoining.allows(ballot)) {
            return false;
        }
        counts.preemptions++;
        effects.send(from.node(), new Preempted(ballot, promised, instance));
        return true;
    }

    private void acceptOrRefuse(NodeId proposer, Accept accept, Effects effects) {
        Ballot ballot = accept.ballot();
        long instance = accept.instance();
        if (instance <= accepted.trimPoint()) {
            effects.send(proposer, new Trimmed(accepted.trimPoint()));
            return;
        }
        Accepted old = accepted.get(instance);
        if (old != null && old.ballot().equals(ballot)) {
            // Learners were sent the first answer and repair what they lost by themselves; here the proposer asks.
            if (AcceptedRing.valueOf(old).equals(accept.value())) {
                effects.send(proposer, AcceptedRing.vote(old));
            } else {
                counts.conflicts++;
            }
            return;
        }
        // As in the ring: what fills a gap is accepted all the same, or nothing could ever be trimmed.
        boolean isDiskFull = diskNearlyFull && instance > accepted.highest();
        if (backlogged || isDiskFull || !accepted.hasRoom(instance, accept.value().length())) {
            counts.refusals++;
            effects.send(proposer, new AcceptRefused(ballot, instance, AcceptRefused.Reason.STORAGE_FULL));
            return;
        }
        if (!ballot.equals(promised)) {
            promised = ballot;
        }
        Accepted now = new Accepted(promised, instance, accept.value().checksum(), accept.value());
        accepted.put(now);
        counts.accepts++;
        effects.write(new ValueAccepted(instance, promised, accept.value()));
        Accepted vote = AcceptedRing.vote(now);
        for (Recipient recipient : registrations.forAccepted(proposer)) {
            effects.send(recipient.node(), recipient.values() ? now : vote);
        }
    }
}
