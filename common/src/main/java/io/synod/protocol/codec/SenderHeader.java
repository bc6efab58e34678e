package io.synod.protocol.codec;

import io.synod.protocol.NodeType;

/**
 * What the header of every datagram of a sender says.
 *
 * @param clusterId names the cluster
 * @param type the sender's type
 * @param id the sender's configured id; 0 for a client
 * @param incarnation the sender's incarnation, never 0
 */
public record SenderHeader(long clusterId, NodeType type, int id, long incarnation) {}
