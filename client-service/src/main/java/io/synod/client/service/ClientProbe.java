package io.synod.client.service;

import io.synod.client.Client;
import io.synod.client.ClientView;
import io.synod.learner.LearnerView;
import io.synod.observability.Condition;
import io.synod.observability.RoleProbe;
import io.synod.protocol.Quorums;
import io.synod.protocol.RoleType;

/** Shows the client's role. */
final class ClientProbe implements RoleProbe<ClientView> {

    private final Client client;
    private final Quorums quorums;

    ClientProbe(Client client, Quorums quorums) {
        this.client = client;
        this.quorums = quorums;
    }

    @Override
    public RoleType role() {
        return RoleType.CLIENT;
    }

    @Override
    public ClientView view(long nowNanos) {
        return client.view(nowNanos);
    }

    /** A client needs a phase-2 quorum of acceptors that speak to it, and a session, unless it is away. */
    @Override
    public Condition quorum(ClientView view) {
        if (view.away()) {
            return Condition.ok("nothing to do: the client left, and the next value brings it back");
        }
        long speaking =
                view.learner().acceptors().stream().filter(LearnerView.AcceptorView::speaks).count();
        String acceptors = speaking + " of " + quorums.acceptors() + " acceptors speak";
        if (speaking < quorums.phase2()) {
            return Condition.notOk(acceptors + ", " + quorums.phase2() + " are needed");
        }
        long open = view.lanes().stream().filter(lane -> lane.session() != null).count();
        return open == view.lanes().size()
                ? Condition.ok(acceptors + ", a session is open")
                : Condition.notOk(acceptors + ", no session is open yet");
    }
}
