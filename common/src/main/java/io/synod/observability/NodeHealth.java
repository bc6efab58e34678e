package io.synod.observability;

import io.synod.protocol.RoleType;
import io.synod.protocol.seal.KeyRing;
import io.synod.runtime.EventLoop;
import io.synod.runtime.StorageEngine;
import io.synod.runtime.StorageState;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpEndpoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health components that every node has. Liveness asks only for what a restart of this very process may mend, and for
 * commits, without which an acceptor votes no more: of the statuses it heeds DOWN alone ({@code synod-defaults.yml}). Readiness
 * does not ask for a quorum, since all members of a cluster would go unready together.
 */
public final class NodeHealth {

    /** A loop that is well comes round about every second; one that has not for this long is stuck. */
    static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The role goes on, without some of what it had stored. */
    public static final Status DAMAGED = new Status("DAMAGED");

    private NodeHealth() {}

    /** Component {@code loop}: whether the thread that drives the node comes round. */
    public static HealthIndicator loop(EventLoop loop) {
        return () -> switch (loop.state()) {
            case NEW -> Health.unknown().withDetail("reason", "not started yet").build();
            case RUNNING -> {
                long sinceNanos = loop.sinceLastRoundNanos();
                yield sinceNanos < STUCK_NANOS
                        ? Health.up().withDetail("rounds", loop.rounds()).build()
                        : Health.down().withDetail("reason", "the loop has not come round for "
                                + TimeUnit.NANOSECONDS.toMillis(sinceNanos) + " ms").build();
            }
            case STOPPED -> Health.outOfService().withDetail("reason", "stopped").build();
            case FAILED -> Health.down().withDetail("reason", "failed: " + loop.failure()).build();
        };
    }

    /** Component {@code transport}: whether the socket is there, what datagrams are sealed with, and whose name is not resolved. */
    public static HealthIndicator transport(UdpEndpoint endpoint, PeerDirectory peers, KeyProbe keys) {
        return () -> {
            if (!endpoint.isOpen()) {
                return Health.down().withDetail("reason", "the UDP socket is not open").build();
            }
            Health.Builder health = Health.up().withDetail("address", endpoint.localAddress().toString())
                    .withDetail("receiveBufferBytes", endpoint.receiveBufferBytesGranted())
                    .withDetail("droppedBySystem", endpoint.kernelDrops().orElse(0));
            KeyRing ring = keys.ring();
            health.withDetail("datagrams", ring == null ? "in plain text" : "sealed with " + ring.sending());
            if (DatagramAccess.of(keys, endpoint.localAddress()).isOpen()) {
                health.withDetail("warning", DatagramAccess.WARNING);
            }
            String problem = keys.problem();
            if (problem != null) {
                health.withDetail("keys.problem", problem);
            }
            for (PeerDirectory.Peer missing : peers.missing()) {
                health.withDetail("missing." + missing.node(), String.valueOf(missing.problem()));
            }
            return health.build();
        };
    }

    /**
     * Component {@code storage}: whether what is written becomes durable, where, and how much room is left. DOWN if a commit of the
     * node failed; OUT_OF_SERVICE if a store beside did, whose role stops, while others of the node go on; DAMAGED if one is that.
     */
    public static HealthIndicator storage(NodeViews views, StorageEngine storage, List<StoreProbe> stores) {
        return () -> {
            Health.Builder health = Health.up();
            details(health, "", storage.state());
            boolean failed = false;
            for (StoreProbe store : stores) {
                String role = store.role().name().toLowerCase(Locale.ROOT);
                details(health, role + ".", store.state());
                String failure = store.failure();
                String damage = store.damage();
                if (damage != null) {
                    health.status(failed ? Status.OUT_OF_SERVICE : DAMAGED).withDetail(role + ".damage", damage);
                }
                if (failure != null) {
                    failed = true;
                    health.outOfService().withDetail(role + ".reason", "the store failed: " + failure);
                }
            }
            NodeViews.Views current = views.current();
            if (current == null) {
                return health.unknown().withDetail("reason", "the loop has not shown it yet").build();
            }
            String failure = current.storageFailure();
            if (failure != null) {
                health.down().withDetail("reason", "a commit failed, and this node votes no more: " + failure);
            }
            return health.build();
        };
    }

    private static void details(Health.Builder health, String prefix, StorageState state) {
        health.withDetail(prefix + "engine", state.engine());
        if (state.directory() != null) {
            health.withDetail(prefix + "directory", state.directory().toString())
                    .withDetail(prefix + "usedBytes", state.usedBytes())
                    .withDetail(prefix + "freeBytes", state.freeBytes());
        }
    }

    /** Component {@code quorum}: whether the roles see those that they need. */
    public static HealthIndicator quorum(NodeViews views) {
        return () -> {
            Health.Builder health = Health.up();
            for (Map.Entry<RoleType, Condition> entry : views.quorums().entrySet()) {
                if (!entry.getValue().ok()) {
                    health.outOfService();
                }
                health.withDetail(entry.getKey().name().toLowerCase(Locale.ROOT), entry.getValue().text());
            }
            return health.build();
        };
    }
}
