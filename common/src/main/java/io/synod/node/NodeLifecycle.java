package io.synod.node;

import io.synod.config.NodeDescription;
import io.synod.observability.DatagramAccess;
import io.synod.protocol.seal.KeyRing;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpBatchInboundAdapter;
import io.synod.udp.UdpEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the node when everything else is there, and stops it before anything else goes: binds the socket, starts the
 * loop, looks for peers given by name, and says in the log who this is and what is amiss. The inbound adapter does not start by
 * itself, since Spring starts it along with the first consumer that depends on it, before the others have subscribed.
 */
final class NodeLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(NodeLifecycle.class);
    /** After all endpoints of the flows, and before the web server. */
    private static final int PHASE = Integer.MAX_VALUE / 2 + 1;

    private final NodeDescription description;
    private final NodeIdentity identity;
    private final UdpEndpoint endpoint;
    private final PeerDirectory peers;
    private final UdpBatchInboundAdapter inbound;
    private final DropLog dropLog;
    private final KeyWatch keyWatch;
    private volatile boolean running;

    NodeLifecycle(NodeDescription description, NodeIdentity identity, UdpEndpoint endpoint, PeerDirectory peers,
            UdpBatchInboundAdapter inbound, DropLog dropLog, KeyWatch keyWatch) {
        this.description = description;
        this.identity = identity;
        this.endpoint = endpoint;
        this.peers = peers;
        this.inbound = inbound;
        this.dropLog = dropLog;
        this.keyWatch = keyWatch;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void start() {
        inbound.start();
        running = true;
        peers.start();
        dropLog.start();
        keyWatch.start();
        log.info("{} of cluster '{}' is at UDP {}, incarnation {}, datagrams up to {} bytes", identity.nodeId(),
                description.cluster().name(), endpoint.localAddress(), Long.toHexString(identity.incarnation()),
                description.datagramBytesMax());
        int asked = description.udp().receiveBufferBytes();
        int granted = endpoint.receiveBufferBytesGranted();
        if (granted < asked) {
            log.warn("The system grants a receive buffer of {} bytes where {} were asked for: bursts may be lost and"
                    + " repaired (sysctl net.core.rmem_max raises the limit)", granted, asked);
        }
        KeyRing keys = keyWatch.ring();
        if (keys != null) {
            log.info("Datagrams are sealed with {}, and opened with {}", keys.sending(), keys);
        } else if (description.udp().bind().getAddress().isLoopbackAddress()) {
            log.info("There is no cluster key: datagrams are in plain text, and this host alone is reached");
        } else {
            log.warn("UDP {}: {}", endpoint.localAddress(), DatagramAccess.WARNING);
        }
        for (PeerDirectory.Peer missing : peers.missing()) {
            log.info("{} ({}) is looked for: {}", missing.node(), missing.configured(), missing.problem());
        }
    }

    @Override
    public void stop() {
        inbound.stop();
        peers.close();
        dropLog.close();
        keyWatch.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
