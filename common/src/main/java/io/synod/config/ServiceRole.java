package io.synod.config;

import io.synod.protocol.NodeType;
import java.util.Locale;

/** What a process is, and its usual ports. */
public enum ServiceRole {
    REPLICA(NodeType.REPLICA, 7_500),
    PROPOSER(NodeType.PROPOSER, 7_600),
    ACCEPTOR(NodeType.ACCEPTOR, 7_700),
    LEARNER(NodeType.LEARNER, 7_800),
    CLIENT(NodeType.CLIENT, 7_900);

    /** How far a service's usual HTTP port lies above its UDP port. */
    public static final int HTTP_ABOVE_UDP = 1_000;

    private final NodeType nodeType;
    private final int udpPortBase;

    ServiceRole(NodeType nodeType, int udpPortBase) {
        this.nodeType = nodeType;
        this.udpPortBase = udpPortBase;
    }

    public NodeType nodeType() {
        return nodeType;
    }

    /** The usual UDP port of an id. */
    public int udpPort(int id) {
        return udpPortBase + id;
    }

    /** The usual HTTP port of an id. */
    public int httpPort(int id) {
        return udpPort(id) + HTTP_ABOVE_UDP;
    }

    /** The name in lower case, as metrics and properties have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
