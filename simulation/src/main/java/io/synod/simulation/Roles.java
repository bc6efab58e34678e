package io.synod.simulation;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorSettings;
import io.synod.client.Client;
import io.synod.client.ClientSettings;
import io.synod.learner.Learner;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSettings;
import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerSettings;
import java.util.random.RandomGenerator;

/** Makes the roles of a simulated cluster. Tests of the checkers make broken ones. */
public interface Roles {

    /** The roles as they run in production. */
    Roles GENUINE = new Roles() {};

    default Acceptor acceptor(AcceptorSettings settings, AcceptorRecovery recovered, RandomGenerator random) {
        return new Acceptor(settings, recovered, random);
    }

    default Proposer proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
        return new Proposer(settings, incarnation, random);
    }

    default Learner learner(LearnerSettings settings, LearnerRecovery recovered, RandomGenerator random) {
        return new Learner(settings, recovered, random);
    }

    default Client client(ClientSettings settings, long incarnation, RandomGenerator random) {
        return new Client(settings, incarnation, random);
    }
}
