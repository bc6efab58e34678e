package io.synod.protocol;

/** What a process on the network is. A replica hosts an acceptor, a proposer and a learner under one id. */
public enum NodeType {
    ACCEPTOR(1),
    PROPOSER(2),
    LEARNER(3),
    CLIENT(4),
    REPLICA(5);

    private static final NodeType[] BY_CODE = {null, ACCEPTOR, PROPOSER, LEARNER, CLIENT, REPLICA};

    private final int code;

    NodeType(int code) {
        this.code = code;
    }

    /** The byte that stands for this type on the wire. */
    public int code() {
        return code;
    }

    /** Returns whether {@code code} names a type. */
    public static boolean isCode(int code) {
        return code >= 1 && code < BY_CODE.length;
    }

    /** Returns the type of a code for which {@link #isCode} holds. */
    public static NodeType ofCode(int code) {
        return BY_CODE[code];
    }

    /** Returns whether a node of this type hosts a role of type {@code role}. */
    public boolean hosts(RoleType role) {
        return switch (this) {
            case ACCEPTOR -> role == RoleType.ACCEPTOR;
            case PROPOSER -> role == RoleType.PROPOSER;
            case LEARNER -> role == RoleType.LEARNER;
            case CLIENT -> role == RoleType.CLIENT || role == RoleType.LEARNER;
            case REPLICA -> role != RoleType.CLIENT;
        };
    }
}
