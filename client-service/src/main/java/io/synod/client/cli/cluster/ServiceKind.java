package io.synod.client.cli.cluster;

import io.synod.config.ServiceRole;

/** What a process of a cluster is: its module, its application and its usual ports. In the order in which tables list them. */
public enum ServiceKind {
    REPLICA(ServiceRole.REPLICA, "io.synod.replica.service.ReplicaApplication"),
    ACCEPTOR(ServiceRole.ACCEPTOR, "io.synod.acceptor.service.AcceptorApplication"),
    PROPOSER(ServiceRole.PROPOSER, "io.synod.proposer.service.ProposerApplication"),
    LEARNER(ServiceRole.LEARNER, "io.synod.learner.service.LearnerApplication"),
    CLIENT(ServiceRole.CLIENT, "io.synod.client.service.ClientApplication");

    /** The ranges of ports are this far apart. */
    static final int IDS_MAX = 100;

    private final ServiceRole role;
    private final String applicationClass;

    ServiceKind(ServiceRole role, String applicationClass) {
        this.role = role;
        this.applicationClass = applicationClass;
    }

    /** The name in lower case, as commands, files and properties have it. */
    String label() {
        return role.label();
    }

    /** The folder of the module, below the root of the project. */
    String module() {
        return label() + "-service";
    }

    String applicationClass() {
        return applicationClass;
    }

    /** Whether an acceptor is in it. */
    boolean hasAcceptor() {
        return this == REPLICA || this == ACCEPTOR;
    }

    /** Whether a learner is in it that keeps what it delivers, and serves applications. */
    boolean hasLearner() {
        return this == REPLICA || this == LEARNER;
    }

    int udpPort(int id) {
        return role.udpPort(id);
    }

    int httpPort(int id) {
        return role.httpPort(id);
    }

    @Override
    public String toString() {
        return label();
    }
}
