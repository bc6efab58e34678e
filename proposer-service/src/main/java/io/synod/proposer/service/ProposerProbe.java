package io.synod.proposer.service;

import io.synod.observability.Condition;
import io.synod.observability.RoleProbe;
import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerView;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.LeaderHint;

/** Shows the proposer, and whether there is a leader that can decide. */
final class ProposerProbe implements RoleProbe<ProposerView> {

    private final Proposer proposer;

    ProposerProbe(Proposer proposer) {
        this.proposer = proposer;
    }

    @Override
    public RoleType role() {
        return RoleType.PROPOSER;
    }

    @Override
    public ProposerView view(long nowNanos) {
        return proposer.view(nowNanos);
    }

    @Override
    public Condition quorum(ProposerView view) {
        return switch (view.state()) {
            case LEADER -> view.storageFull()
                    ? Condition.notOk("leads at " + view.ballot() + ", but acceptors have no room")
                    : Condition.ok("leads at " + view.ballot());
            case FOLLOWER, CANDIDATE -> view.leaderId() == LeaderHint.NOBODY
                    ? Condition.notOk("nobody leads; acceptors that vote: " + voting(view, true) + " of "
                            + view.acceptors().size() + otherLog(voting(view, false)))
                    : Condition.ok("proposer " + view.leaderId() + " leads");
        };
    }

    private static long voting(ProposerView view, boolean inItsLog) {
        return view.acceptors().stream()
                .filter(acceptor -> acceptor.status() == Status.VOTING)
                .filter(acceptor -> acceptor.logId().equals(view.logId()) == inItsLog)
                .count();
    }

    private static String otherLog(long voting) {
        return voting == 0 ? "" : ", in another log: " + voting;
    }
}
