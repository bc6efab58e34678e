package io.synod.client.cli.cluster;

import java.util.Locale;

/** What a process of a cluster is: its module, its application and its usual ports. In the order in which tables list them. */
enum ServiceKind {
    REPLICA(7_500, "io.synod.replica.service.ReplicaApplication"),
    ACCEPTOR(7_700, "io.synod.acceptor.service.AcceptorApplication"),
    PROPOSER(7_600, "io.synod.proposer.service.ProposerApplication"),
    LEARNER(7_800, "io.synod.learner.service.LearnerApplication"),
    CLIENT(7_900, "io.synod.client.service.ClientApplication");

    /** How far a service's HTTP port lies above its UDP port. */
    static final int HTTP_ABOVE_UDP = 1_000;

    /** The ranges of ports are this far apart. */
    static final int IDS_MAX = 100;

    private final int udpPortBase;
    private final String applicationClass;

    ServiceKind(int udpPortBase, String applicationClass) {
        this.udpPortBase = udpPortBase;
        this.applicationClass = applicationClass;
    }

    /** The name in lower case, as commands, files and properties have it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
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

    int udpPort(int id) {
        return udpPortBase + id;
    }

    int httpPort(int id) {
        return udpPort(id) + HTTP_ABOVE_UDP;
    }

    @Override
    public String toString() {
        return label();
    }
}
