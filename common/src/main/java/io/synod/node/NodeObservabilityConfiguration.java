package io.synod.node;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.synod.config.NodeDescription;
import io.synod.observability.DatagramAccess;
import io.synod.observability.IdsAsText;
import io.synod.observability.KeyProbe;
import io.synod.observability.NodeHealth;
import io.synod.observability.NodeMetrics;
import io.synod.observability.NodeViews;
import io.synod.observability.PaxosEndpoint;
import io.synod.observability.RoleProbe;
import io.synod.observability.StoreProbe;
import io.synod.runtime.EventLoop;
import io.synod.runtime.Node;
import io.synod.runtime.StorageEngine;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpEndpoint;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics, health and the {@code paxos} endpoint of a node. */
@Configuration(proxyBeanMethods = false)
class NodeObservabilityConfiguration {

    @Bean
    static MeterFilter paxosMeterTags(NodeDescription description) {
        return MeterFilter
                .commonTags(Tags.of("role", description.role().label(), "id", Integer.toString(description.id())));
    }

    @Bean
    NodeViews nodeViews(EventLoop loop, Node node, List<RoleProbe<?>> probes) {
        return new NodeViews(loop, node, probes);
    }

    @Bean
    NodeMetrics nodeMetrics(EventLoop loop, Node node, UdpEndpoint endpoint, NodeDescription description,
            KeyProbe keys) {
        return new NodeMetrics(loop, node, endpoint, description, keys);
    }

    @Bean
    HealthIndicator loopHealthIndicator(EventLoop loop) {
        return NodeHealth.loop(loop);
    }

    @Bean
    HealthIndicator transportHealthIndicator(UdpEndpoint endpoint, PeerDirectory peers, KeyProbe keys) {
        return NodeHealth.transport(endpoint, peers, keys);
    }

    /** {@code datagrams} in {@code /actuator/info}. */
    @Bean
    InfoContributor datagramsInfoContributor(NodeDescription description, KeyProbe keys) {
        return info -> info.withDetail("datagrams", DatagramAccess.of(keys, description.udp().bind()));
    }

    @Bean
    HealthIndicator storageHealthIndicator(NodeViews views, StorageEngine storage, ObjectProvider<StoreProbe> stores) {
        return NodeHealth.storage(views, storage, stores.orderedStream().toList());
    }

    @Bean
    HealthIndicator quorumHealthIndicator(NodeViews views) {
        return NodeHealth.quorum(views);
    }

    @Bean
    IdsAsText idsAsText() {
        return new IdsAsText();
    }

    @Bean
    PaxosEndpoint paxosEndpoint(NodeDescription description, Node node, EventLoop loop, UdpEndpoint endpoint,
            PeerDirectory peers, NodeViews views, KeyProbe keys) {
        return new PaxosEndpoint(description, node, loop, endpoint, peers, views, keys);
    }
}
