package io.synod.acceptor.service;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorSettings;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.node.NodeIdentity;
import io.synod.observability.NodeViews;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The acceptor's part of a node: the role, its store, and what it shows. A replica imports it too. */
@Configuration(proxyBeanMethods = false)
public class AcceptorConfiguration {

    @Bean
    CommitTimes acceptorCommitTimes() {
        return new CommitTimes();
    }

    @Bean
    AcceptorStore acceptorStore(PaxosProperties properties, NodeIdentity identity, CommitTimes times) {
        AcceptorStore store = switch (properties.acceptor().storage()) {
            case MEMORY -> new MemoryAcceptorStore(identity.drawStorageId());
        };
        return new TimedAcceptorStore(store, System::nanoTime, times);
    }

    @Bean
    Acceptor acceptor(NodeDescription description, PaxosProperties properties, AcceptorStore acceptorStore,
            NodeIdentity identity) {
        return new Acceptor(settings(description, properties), acceptorStore.recover(), identity.newRandom());
    }

    @Bean
    AcceptorProbe acceptorProbe(Acceptor acceptor) {
        return new AcceptorProbe(acceptor);
    }

    @Bean
    AcceptorLog acceptorLog(NodeDescription description) {
        return new AcceptorLog(description.id());
    }

    @Bean
    AcceptorMetrics acceptorMetrics(NodeViews views, AcceptorProbe acceptorProbe, CommitTimes times) {
        return new AcceptorMetrics(views, acceptorProbe, times);
    }

    static AcceptorSettings settings(NodeDescription description, PaxosProperties properties) {
        PaxosProperties.Acceptor own = properties.acceptor();
        PaxosProperties.Timing timing = properties.timing();
        return AcceptorSettings.of(description.id(), description.layout(), description.quorums())
                .withTrimQuorum(description.trimQuorum())
                .withTiming(timing.heartbeatInterval().toNanos(), timing.learnerLease().toNanos())
                .withDatagramBytesMax(description.datagramBytesMax())
                .withClientsMax(own.clientsMax())
                .withStored(own.storedInstancesMax(), own.storedBytesMax().toBytes());
    }
}
