package io.synod.proposer.service;

import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.node.NodeIdentity;
import io.synod.observability.NodeViews;
import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerSettings;
import io.synod.protocol.ProtocolLimits;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The proposer's part of a node: the role, and what it shows. A replica imports it too. */
@Configuration(proxyBeanMethods = false)
public class ProposerConfiguration {

    @Bean
    Proposer proposer(NodeDescription description, PaxosProperties properties, NodeIdentity identity) {
        return new Proposer(settings(description, properties), identity.incarnation(), identity.newRandom());
    }

    @Bean
    ProposerProbe proposerProbe(Proposer proposer) {
        return new ProposerProbe(proposer);
    }

    @Bean
    ProposerLog proposerLog(NodeDescription description) {
        return new ProposerLog(description.id());
    }

    @Bean
    ProposerMetrics proposerMetrics(NodeViews views, ProposerProbe proposerProbe) {
        return new ProposerMetrics(views, proposerProbe);
    }

    static ProposerSettings settings(NodeDescription description, PaxosProperties properties) {
        PaxosProperties.Proposer own = properties.proposer();
        ProposerSettings.Timing timing = ProposerSettings.Timing.DEFAULT.withIntervals(
                properties.timing().heartbeatInterval().toNanos(),
                properties.timing().leaderTimeout().toNanos());
        ProposerSettings.Batching batching = new ProposerSettings.Batching(description.valueBytesMax(),
                ProposerSettings.Batching.batchBytes(description.datagramBytesMax()),
                within("max-values-per-instance", own.maxValuesPerInstance(), 1, ProtocolLimits.VALUES_MAX));
        int bytesInFlightMax = within("bytes-in-flight-max", own.bytesInFlightMax().toBytes(), 1 << 10, 1 << 30);
        ProposerSettings.Window window = ProposerSettings.Window.DEFAULT
                .withInstancesMax(within("instances-in-flight-max", own.instancesInFlightMax(), 1, 1 << 16))
                .withPartialInstancesMax(
                        within("partial-instances-in-flight-max", own.partialInstancesInFlightMax(), 1, 1 << 16))
                .withBytes(Math.min(ProposerSettings.Window.DEFAULT.bytesMin(), bytesInFlightMax), bytesInFlightMax);
        ProposerSettings.Queue queue = ProposerSettings.Queue.DEFAULT.with(
                within("queued-entries-max", own.queuedEntriesMax(), 1, 1 << 24),
                within("queued-bytes-max", own.queuedBytesMax().toBytes(), description.valueBytesMax(), 1 << 30));
        return ProposerSettings.of(description.id(), description.layout(), description.quorums())
                .withSessionLimits(description.sessionLimits())
                .withTiming(timing)
                .withBatching(batching)
                .withWindow(window)
                .withQueue(queue);
    }

    private static int within(String property, long value, long min, long max) {
        if (value < min || value > max) {
            throw new ConfigurationException("paxos.proposer." + property, value,
                    "allowed are " + min + " to " + max);
        }
        return (int) value;
    }
}
