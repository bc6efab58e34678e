package io.synod.acceptor.service;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorSettings;
import io.synod.acceptor.storage.AcceptorStore;
import io.synod.acceptor.storage.DurableAcceptorStore;
import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.node.NodeIdentity;
import io.synod.observability.NodeViews;
import io.synod.runtime.EventLoop;
import io.synod.storage.CommitTimes;
import io.synod.storage.DiskWatch;
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
    AcceptorStore acceptorStore(NodeDescription description, PaxosProperties properties, NodeIdentity identity,
            CommitTimes acceptorCommitTimes) {
        AcceptorStore store = switch (properties.acceptor().storage()) {
            case DURABLE -> new DurableAcceptorStore(NodeDescription.acceptorDirectory(properties),
                    description.cluster().name(), description.id(), identity.drawStorageId(),
                    identity.secureRandom());
            case MEMORY -> new MemoryAcceptorStore(identity.drawStorageId());
        };
        return new TimedAcceptorStore(store, System::nanoTime, acceptorCommitTimes);
    }

    @Bean
    Acceptor acceptor(NodeDescription description, PaxosProperties properties, AcceptorStore acceptorStore,
            NodeIdentity identity) {
        AcceptorRecovery recovery = acceptorStore.recover();
        requireRoomFor(recovery, properties.acceptor().storedInstancesMax());
        return new Acceptor(settings(description, properties), recovery, identity.newRandom());
    }

    private static void requireRoomFor(AcceptorRecovery recovery, int storedInstancesMax) {
        long span = recovery.accepted().isEmpty()
                ? 0
                : recovery.accepted().getLast().instance() - recovery.trimPoint();
        if (span > storedInstancesMax) {
            throw new ConfigurationException("paxos.acceptor.stored-instances-max", storedInstancesMax,
                    "allowed are " + span + " or more, since the store reaches that far above its trim point");
        }
    }

    @Bean
    DiskWatch acceptorDiskWatch(AcceptorStore acceptorStore, PaxosProperties properties, EventLoop loop,
            Acceptor acceptor) {
        return new DiskWatch("paxos.acceptor.free-bytes-min", "the acceptor refuses new instances",
                () -> acceptorStore.state().freeBytes(), properties.acceptor().freeBytesMin().toBytes(),
                nearlyFull -> loop.execute((_, _) -> acceptor.diskNearlyFull(nearlyFull)));
    }

    @Bean
    AcceptorProbe acceptorProbe(Acceptor acceptor) {
        return new AcceptorProbe(acceptor);
    }

    @Bean
    RejoinEndpoint rejoinEndpoint(EventLoop loop, Acceptor acceptor) {
        return new RejoinEndpoint(loop, acceptor);
    }

    @Bean
    AcceptorLog acceptorLog(NodeDescription description) {
        return new AcceptorLog(description.id());
    }

    @Bean
    AcceptorMetrics acceptorMetrics(NodeViews views, AcceptorProbe acceptorProbe, AcceptorStore acceptorStore,
            CommitTimes acceptorCommitTimes) {
        return new AcceptorMetrics(views, acceptorProbe, acceptorStore, acceptorCommitTimes);
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
