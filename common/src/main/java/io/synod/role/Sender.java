package io.synod.role;

import io.synod.protocol.NodeId;

/**
 * Who a message came from.
 *
 * @param node the sending node; what to answer to
 * @param incarnation the sender's incarnation
 */
public record Sender(NodeId node, long incarnation) {

    /** The sender's configured id. */
    public int id() {
        return node.id();
    }
}
