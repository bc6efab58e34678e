package io.synod.node;

import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.http.HttpConfiguration;
import io.synod.role.Role;
import io.synod.runtime.EventLoop;
import io.synod.runtime.MemoryStorage;
import io.synod.runtime.Node;
import io.synod.runtime.NodeSettings;
import io.synod.runtime.OutputSink;
import io.synod.runtime.StorageEngine;
import io.synod.udp.FlowTransport;
import io.synod.udp.NameResolver;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpBatchInboundAdapter;
import io.synod.udp.UdpBatchOutboundHandler;
import io.synod.udp.UdpEndpoint;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.messaging.MessageChannel;

/**
 * One node over the roles that a service brings as beans: its socket, its flows, its loop, and what it shows of itself. A
 * service imports this and offers its {@link Role}s, an {@link OutputSink} for each, a
 * {@link io.synod.observability.RoleProbe} for each, and a {@link StorageEngine} unless memory will do.
 *
 * <p>Nothing is opened here: {@link NodeLifecycle} starts the inbound adapter, which binds the socket and starts the loop,
 * and stops it in good order when the context closes.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PaxosProperties.class)
@Import({NodeObservabilityConfiguration.class, HttpConfiguration.class})
public class NodeConfiguration {

    private static final Logger log = LoggerFactory.getLogger(NodeConfiguration.class);

    private static final int NODE_CLIENTS_PER_REGISTERED = 4;

    @Bean
    NodeDescription nodeDescription(PaxosProperties properties) {
        return NodeDescription.of(properties);
    }

    @Bean
    NodeIdentity nodeIdentity(NodeDescription description) {
        return new NodeIdentity(description);
    }

    @Bean(destroyMethod = "close")
    UdpEndpoint udpEndpoint(NodeDescription description) {
        return new UdpEndpoint(description.udp());
    }

    @Bean(destroyMethod = "close")
    PeerDirectory peerDirectory(NodeDescription description) {
        return new PeerDirectory(description.cluster().addresses(), NameResolver.system(), (peer, before) -> {
            if (peer.address() == null) {
                log.warn("{} is missing: {}", peer.node(), peer.problem());
            } else if (before != null) {
                log.info("{} ({}) has moved from {} to {}", peer.node(), peer.configured(), before, peer.address());
            }
        });
    }

    @Bean
    UdpBatchInboundAdapter paxosInbound(UdpEndpoint endpoint,
            @Qualifier("paxosInboundChannel") MessageChannel paxosInboundChannel) {
        UdpBatchInboundAdapter adapter = new UdpBatchInboundAdapter(endpoint);
        adapter.setOutputChannel(paxosInboundChannel);
        adapter.setAutoStartup(false);
        return adapter;
    }

    @Bean
    UdpBatchOutboundHandler paxosOutbound(UdpEndpoint endpoint) {
        return new UdpBatchOutboundHandler(endpoint);
    }

    @Bean
    MessageChannel paxosInboundChannel() {
        return new DirectChannel();
    }

    @Bean
    MessageChannel paxosOutboundChannel() {
        return new DirectChannel();
    }

    @Bean
    FlowTransport flowTransport(UdpEndpoint endpoint, PeerDirectory peers, UdpBatchInboundAdapter paxosInbound,
            @Qualifier("paxosOutboundChannel") MessageChannel paxosOutboundChannel) {
        return new FlowTransport(endpoint, peers, paxosInbound, paxosOutboundChannel);
    }

    @Bean
    Node node(NodeDescription description, PaxosProperties properties, NodeIdentity identity, List<Role> roles,
            StorageEngine storage, ObjectProvider<OutputSink> outputs, FlowTransport transport) {
        NodeSettings settings = NodeSettings.of(description.role().nodeType(),
                description.nodeId(identity.incarnation()).id(), identity.incarnation(),
                description.clusterId(), description.layout(), description.datagramBytesMax())
                .withBounds(bounds(properties))
                .withKeys(description.keys() == null ? null : description.keys().ring());
        List<OutputSink> sinks = outputs.orderedStream().toList();
        return new Node(settings, roles, storage, output -> sinks.forEach(sink -> sink.accept(output)),
                transport, identity.secureRandom());
    }

    /** Whoever an acceptor sends to must be known to the node, and so must those that only submit or ask. */
    static NodeSettings.Bounds bounds(PaxosProperties properties) {
        NodeSettings.Bounds usual = NodeSettings.Bounds.DEFAULT;
        return usual.withClientsMax(
                Math.max(usual.clientsMax(), NODE_CLIENTS_PER_REGISTERED * properties.acceptor().clientsMax()));
    }

    @Bean
    EventLoop eventLoop(Node node, FlowTransport transport, PaxosProperties properties, StorageEngine storage,
            PeerDirectory peers) {
        peers.setSilence(peer -> node.silentNanos(peer, System.nanoTime()));
        EventLoop loop = new EventLoop(node, transport, System::nanoTime, properties.transport().mailboxTasksMax());
        storage.attach(new LoggedCommits(loop));
        return loop;
    }

    @Bean
    IntegrationFlow paxosInboundFlow(UdpBatchInboundAdapter paxosInbound, EventLoop loop, FlowTransport transport) {
        paxosInbound.setEventLoop(loop);
        return IntegrationFlow.from(paxosInbound)
                .handle(new NodeInboundHandler(transport), endpoint -> endpoint.id("paxosNode"))
                .get();
    }

    @Bean
    IntegrationFlow paxosOutboundFlow(UdpBatchOutboundHandler paxosOutbound,
            @Qualifier("paxosOutboundChannel") MessageChannel paxosOutboundChannel) {
        return IntegrationFlow.from(paxosOutboundChannel)
                .handle(paxosOutbound, endpoint -> endpoint.id("paxosSocket"))
                .get();
    }

    @Bean
    KeyWatch keyWatch(NodeDescription description, Node node, EventLoop loop) {
        return new KeyWatch(description.keys(), node, loop);
    }

    @Bean
    DropLog dropLog(Node node, UdpEndpoint endpoint) {
        return new DropLog(node, endpoint);
    }

    @Bean
    NodeLifecycle nodeLifecycle(NodeDescription description, NodeIdentity identity, UdpEndpoint endpoint,
            PeerDirectory peers, UdpBatchInboundAdapter paxosInbound, DropLog dropLog, KeyWatch keyWatch) {
        return new NodeLifecycle(description, identity, endpoint, peers, paxosInbound, dropLog, keyWatch);
    }

    /** Memory, where a service brings nothing else. */
    @Bean
    @Fallback
    MemoryStorage memoryStorage() {
        return new MemoryStorage();
    }
}
