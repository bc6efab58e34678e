package io.synod.acceptor.service;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorView;
import io.synod.observability.Condition;
import io.synod.observability.RoleProbe;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.AcceptorState.Status;

/** Shows the acceptor, and whether it votes. */
final class AcceptorProbe implements RoleProbe<AcceptorView> {

    private final Acceptor acceptor;

    AcceptorProbe(Acceptor acceptor) {
        this.acceptor = acceptor;
    }

    @Override
    public RoleType role() {
        return RoleType.ACCEPTOR;
    }

    @Override
    public AcceptorView view(long nowNanos) {
        return acceptor.view(nowNanos);
    }

    @Override
    public Condition quorum(AcceptorView view) {
        return new Condition(view.status() == Status.VOTING,
                AcceptorLog.words(view.id(), view.status(), view.reason(), view.rejoin().remedy()));
    }
}
