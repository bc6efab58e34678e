package io.synod.simulation.world;

import io.synod.protocol.NodeId;
import io.synod.role.Output;
import io.synod.role.Write;
import java.nio.ByteBuffer;
import java.util.List;

/** Sees what hosts do, at once. It may throw a {@link io.synod.simulation.check.Failure} to end the run. */
public interface HostObserver {

    /** A datagram leaves the host; the bytes are valid during the call alone. */
    void sent(Host host, NodeId to, ByteBuffer datagram);

    /** A datagram was taken by the node; {@code actedOn} says whether a role was given something of it. */
    void received(Host host, Packet packet, boolean actedOn);

    /** Writes have become durable, in this order; on volatile storage until the next crash. */
    void durable(Host host, List<Write> writes);

    /** A commit has failed; the node is about to be told. */
    void commitFailed(Host host);

    /** The host has crashed or stopped. */
    void down(Host host);

    /** A role hands something to the service around it. */
    void output(Host host, Output output);

    /** A round has ended, or the node has failed in it. */
    void roundEnded(Host host);
}
