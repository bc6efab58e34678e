package io.synod.protocol;

/**
 * Whom a datagram is for, or came from. Configured nodes are named by type and id, and their incarnation is 0 here;
 * clients are many and unconfigured, so a client is named by its incarnation.
 *
 * @param type what the node is
 * @param id its configured id, from 0; 0 for a client
 * @param incarnation 0 for a configured node; the incarnation of a client, never 0
 */
public record NodeId(NodeType type, int id, long incarnation) {

    public NodeId {
        if ((type == NodeType.CLIENT) != (incarnation != 0)) {
            throw new IllegalArgumentException(
                    "a client is named by its incarnation and nobody else is: " + type + " " + id + " " + incarnation);
        }
    }

    /** Names a configured node. */
    public static NodeId of(NodeType type, int id) {
        return new NodeId(type, id, 0);
    }

    /** Names the client of an incarnation. */
    public static NodeId client(long incarnation) {
        return new NodeId(NodeType.CLIENT, 0, incarnation);
    }

    @Override
    public String toString() {
        return type == NodeType.CLIENT
                ? "client-" + Long.toHexString(incarnation)
                : type.name().toLowerCase(java.util.Locale.ROOT) + "-" + id;
    }
}
