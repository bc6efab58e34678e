package io.synod.simulation;

import io.synod.acceptor.Acceptor;
import io.synod.client.Client;
import io.synod.learner.Learner;
import io.synod.proposer.Proposer;
import io.synod.role.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The roles that live on one host at present. */
record Inhabitants(
        @Nullable Acceptor acceptor,
        @Nullable Proposer proposer,
        @Nullable Learner learner,
        @Nullable Client client) {

    static final Inhabitants NONE = new Inhabitants(null, null, null, null);

    List<Role> roles() {
        List<Role> roles = new ArrayList<>();
        for (Role role : new @Nullable Role[] {acceptor, proposer, learner, client}) {
            if (role != null) {
                roles.add(role);
            }
        }
        return roles;
    }
}
