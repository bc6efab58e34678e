package io.synod.runtime;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.KeyScope;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is and how much it holds at most.
 *
 * @param type what the node is
 * @param id its configured id, from 0; 0 for a client
 * @param incarnation drawn at random at process start, never 0
 * @param clusterId names the cluster: datagrams of another are not heard
 * @param layout the configured nodes of the cluster
 * @param datagramBytesMax the largest datagram it sends; it takes larger ones
 * @param directBuffers whether datagrams are built outside the heap, which spares the socket a copy
 * @param bounds the sizes of its tables and queues
 * @param keys what it seals with and opens; null for datagrams in plain text
 */
public record NodeSettings(
        NodeType type,
        int id,
        long incarnation,
        long clusterId,
        ClusterLayout layout,
        int datagramBytesMax,
        boolean directBuffers,
        Bounds bounds,
        @Nullable KeyRing keys) {

    /**
     * How much a node holds at most (rule L2).
     *
     * @param clientsMax how many clients are known at a time; beyond, the longest silent goes
     * @param reassembliesMax how many messages are put together from fragments at a time; beyond, {@link
     *     io.synod.protocol.codec.Reassembler} says which one goes
     * @param reassemblyBytesMax the same in bytes
     * @param localMessagesMax how many messages between roles of the node wait to be delivered; beyond, they are dropped
     * @param waitingMessagesMax how many messages wait for a commit; beyond, the oldest are dropped
     * @param waitingBytesMax the same in bytes
     * @param openDatagramsMax how many destinations have a datagram under construction; beyond, the oldest is sent early
     */
    public record Bounds(
            int clientsMax,
            int reassembliesMax,
            long reassemblyBytesMax,
            int localMessagesMax,
            int waitingMessagesMax,
            long waitingBytesMax,
            int openDatagramsMax) {

        public static final Bounds DEFAULT = new Bounds(4_096, 1_024, 64L << 20, 65_536, 65_536, 64L << 20, 64);

        public Bounds {
            require("clientsMax", clientsMax, 1);
            require("reassembliesMax", reassembliesMax, 1);
            require("reassemblyBytesMax", reassemblyBytesMax, ProtocolLimits.MESSAGE_BYTES_MAX);
            require("localMessagesMax", localMessagesMax, 1);
            require("waitingMessagesMax", waitingMessagesMax, 1);
            require("waitingBytesMax", waitingBytesMax, 1);
            require("openDatagramsMax", openDatagramsMax, 1);
        }

        /** Returns these with room for so many clients. */
        public Bounds withClientsMax(int clients) {
            return new Bounds(clients, reassembliesMax, reassemblyBytesMax, localMessagesMax, waitingMessagesMax,
                    waitingBytesMax, openDatagramsMax);
        }

        private static void require(String name, long value, long min) {
            if (value < min) {
                throw new IllegalArgumentException(name + " is " + value + "; allowed are " + min + " or more");
            }
        }
    }

    public NodeSettings {
        if (incarnation == 0) {
            throw new IllegalArgumentException("an incarnation is never 0");
        }
        boolean known = type == NodeType.CLIENT ? id == 0 : id >= 0 && id < layout.count(type);
        if (!known) {
            throw new IllegalArgumentException("no " + type + " " + id + " in " + layout);
        }
        if (datagramBytesMax < ProtocolLimits.DATAGRAM_BYTES_MIN
                || datagramBytesMax > ProtocolLimits.DATAGRAM_BYTES_MAX) {
            throw new IllegalArgumentException("datagramBytesMax is " + datagramBytesMax + "; allowed are "
                    + ProtocolLimits.DATAGRAM_BYTES_MIN + " to " + ProtocolLimits.DATAGRAM_BYTES_MAX);
        }
        if (keys != null && keys.scope() == KeyScope.CLIENT && type != NodeType.CLIENT) {
            throw new IllegalArgumentException("a " + type + " speaks with a cluster key, not a client key");
        }
    }

    /** Returns settings with the default bounds. */
    public static NodeSettings of(
            NodeType type, int id, long incarnation, long clusterId, ClusterLayout layout, int datagramBytesMax) {
        return new NodeSettings(
                type, id, incarnation, clusterId, layout, datagramBytesMax, true, Bounds.DEFAULT, null);
    }

    public NodeSettings withBounds(Bounds newBounds) {
        return new NodeSettings(
                type, id, incarnation, clusterId, layout, datagramBytesMax, directBuffers, newBounds, keys);
    }

    /** Returns settings by which datagrams are sealed, or in plain text without keys. */
    public NodeSettings withKeys(@Nullable KeyRing ring) {
        return new NodeSettings(
                type, id, incarnation, clusterId, layout, datagramBytesMax, directBuffers, bounds, ring);
    }

    /** Returns settings by which datagrams are built on the heap: better where nodes come and go in one process. */
    public NodeSettings withHeapBuffers() {
        return new NodeSettings(type, id, incarnation, clusterId, layout, datagramBytesMax, false, bounds, keys);
    }

    /** The name by which others know the node. */
    public NodeId nodeId() {
        return type == NodeType.CLIENT ? NodeId.client(incarnation) : NodeId.of(type, id);
    }
}
