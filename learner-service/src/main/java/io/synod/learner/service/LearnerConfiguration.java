package io.synod.learner.service;

import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.config.PaxosProperties.Storage;
import io.synod.http.ProblemJson;
import io.synod.http.ServiceCalls;
import io.synod.http.TicketController;
import io.synod.http.Tickets;
import io.synod.learner.Doubt;
import io.synod.learner.Learner;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSettings;
import io.synod.learner.service.checkpoint.CheckpointController;
import io.synod.learner.service.peer.CatchUp;
import io.synod.learner.service.peer.PeerController;
import io.synod.learner.service.peer.PeerSeals;
import io.synod.learner.storage.CheckpointStore;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.DurableLearnerStore;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.MemoryLearnerStore;
import io.synod.learner.storage.Retention;
import io.synod.node.NodeIdentity;
import io.synod.observability.KeyProbe;
import io.synod.observability.NodeViews;
import io.synod.protocol.RoleType;
import io.synod.runtime.EventLoop;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.CommitTimes;
import io.synod.storage.DiskWatch;
import io.synod.storage.StoreIdentity;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/**
 * The learner and what stands around it, for a learner service or a replica: the role, the delivered log, REST and
 * WebSocket, metrics, the trim endpoint. It needs {@link io.synod.node.NodeConfiguration} beside it.
 */
@Configuration(proxyBeanMethods = false)
@Import(LearnerWebSocketConfiguration.class)
public class LearnerConfiguration {

    /** Of about a megabyte each, in a process whose memory the retained log may nearly fill. */
    private static final int PAGES_MAX = 32;
    private static final int SUBSCRIBERS_MAX = 100_000;

    @Bean
    LearnerSettings learnerSettings(NodeDescription description, PaxosProperties properties) {
        PaxosProperties.Learner learner = properties.learner();
        positive("paxos.learner.trim-every", learner.trimEvery());
        positive("paxos.learner.trim-every-bytes", learner.trimEveryBytes().toBytes());
        LearnerSettings.Trim usual = LearnerSettings.Trim.NEVER;
        return LearnerSettings.of(description.id(), description.layout(), description.quorums())
                .withTiming(
                        properties.timing().heartbeatInterval().toNanos(),
                        properties.timing().learnerLease().toNanos())
                .withCatchUp(learner.catchUp())
                .withStoring(LearnerSettings.Storing.MEMORY.withDurable(learner.storage() == Storage.DURABLE))
                .withTrim(new LearnerSettings.Trim(
                        learner.canTrim(),
                        learner.trimEvery(),
                        learner.trimEveryBytes().toBytes(),
                        Math.min(usual.slackInstances(), learner.trimEvery() / 2),
                        learner.excludeAfter().toNanos()));
    }

    @Bean
    CommitTimes learnerCommitTimes() {
        return new CommitTimes();
    }

    @Bean(destroyMethod = "close")
    LearnerStore learnerStore(NodeDescription description, PaxosProperties properties, NodeIdentity identity,
            CommitTimes learnerCommitTimes) {
        PaxosProperties.Retention retention = properties.learner().retention();
        return switch (properties.learner().storage()) {
            case DURABLE -> new DurableLearnerStore(
                    NodeDescription.learnerDirectory(properties),
                    StoreIdentity.draw(description.cluster().name(), RoleType.LEARNER, description.id(),
                            identity.drawStorageId(), identity.secureRandom()),
                    new Retention(retention.instances(), retention.bytes().toBytes(), retention.age().toMillis()),
                    System::currentTimeMillis,
                    learnerCommitTimes);
            case MEMORY -> new MemoryLearnerStore(identity.drawStorageId());
        };
    }

    @Bean
    Learner learnerRole(LearnerSettings learnerSettings, LearnerStore learnerStore, NodeIdentity identity) {
        LearnerRecovery recovery = learnerStore.recover();
        try {
            return new Learner(learnerSettings, recovery, identity.newRandom());
        } catch (IllegalArgumentException e) {
            throw new StoreUnusableException("the store in " + learnerStore.state().directory()
                    + " is damaged, and what is left of it is not used: " + e.getMessage(), e);
        }
    }

    @Bean
    LearnerStoreReports learnerStoreReports(Learner learner, LearnerStore learnerStore, EventLoop loop,
            Checkpoints checkpoints, NodeIdentity identity) {
        LearnerStoreReports reports = new LearnerStoreReports(learner, loop, checkpoints, identity.secureRandom());
        learnerStore.attach(reports);
        return reports;
    }

    @Bean
    DiskWatch learnerDiskWatch(Learner learner, LearnerStore learnerStore, PaxosProperties properties, EventLoop loop) {
        return new DiskWatch("paxos.learner.free-bytes-min", "the learner delivers nothing more",
                () -> learnerStore.state().freeBytes(), properties.learner().freeBytesMin().toBytes(),
                nearlyFull -> loop.execute((_, _) -> learner.diskNearlyFull(nearlyFull)));
    }

    @Bean
    LearnerStoreProbe learnerStoreProbe(LearnerStore learnerStore) {
        return new LearnerStoreProbe(learnerStore);
    }

    /** Where applications' checkpoints are; nowhere in memory. */
    @Bean
    Checkpoints checkpoints(PaxosProperties properties, Learner learner, LearnerStore learnerStore,
            ObjectProvider<DeliveredLog> log) {
        long freeBytesMin = properties.learner().freeBytesMin().toBytes();
        return new Checkpoints(properties.learner().storage() == Storage.DURABLE
                ? new CheckpointStore(NodeDescription.learnerDirectory(properties).resolve("checkpoints"),
                        properties.learner().checkpointsKept(), () -> log.getObject().logId(),
                        () -> learnerStore.state().freeBytes() - freeBytesMin, System::currentTimeMillis)
                : null);
    }

    @Bean
    CheckpointController checkpointController(DeliveredLog log, LearnerStore learnerStore, Checkpoints checkpoints) {
        return new CheckpointController(log, learnerStore, checkpoints);
    }

    /** The role is made before, since what its store recovers is where the log goes on. */
    @Bean
    DeliveredLog deliveredLog(PaxosProperties properties, Learner learner, LearnerStore learnerStore,
            Checkpoints checkpoints) {
        PaxosProperties.Learner own = properties.learner();
        DeliveredLog log = new DeliveredLog(own.memoryInstances(), own.memoryBytes().toBytes(), learnerStore,
                checkpoints);
        log.nameLog(learner.logId());
        Doubt doubt = learner.doubt();
        if (doubt != null) {
            log.stop(doubt.text(), true);
        }
        return log;
    }

    private static void positive(String property, long value) {
        if (value < 1) {
            throw new ConfigurationException(property, value, "allowed are 1 or more");
        }
    }

    @Bean
    TrimRequests trimRequests(Learner learner) {
        return new TrimRequests(learner);
    }

    /** The node has the keys, and is made after this. */
    @Bean
    PeerSeals peerSeals(ObjectProvider<KeyProbe> keys, NodeDescription description, NodeIdentity identity) {
        return new PeerSeals(() -> keys.getObject().ring(), description.clusterId(), identity.secureRandom());
    }

    @Bean
    CatchUp catchUp(Learner learner, ObjectProvider<EventLoop> loop, NodeDescription description,
            PaxosProperties properties, Checkpoints checkpoints, ServiceCalls calls, PeerSeals peerSeals) {
        return new CatchUp(learner, loop::getObject, description.learnerPeers(properties), calls, checkpoints,
                peerSeals);
    }

    @Bean
    PeerController peerController(DeliveredLog log, LearnerStore learnerStore, Checkpoints checkpoints,
            PeerSeals peerSeals) {
        return new PeerController(log, learnerStore, checkpoints, peerSeals);
    }

    @Bean
    LearnerOutputs learnerOutputs(Learner learner, DeliveredLog log, LearnerStore learnerStore, TrimRequests trims,
            CatchUp catchUp) {
        return new LearnerOutputs(learner, log, learnerStore, trims, catchUp);
    }

    @Bean
    LearnerProbe learnerProbe(Learner learner, NodeDescription description) {
        return new LearnerProbe(learner, description.quorums());
    }

    @Bean
    LearnerMetrics learnerMetrics(NodeViews views, LearnerProbe probe, DeliveredLog log, Subscribers subscribers,
            CommitTimes learnerCommitTimes, LearnerStore learnerStore) {
        return new LearnerMetrics(views, probe, log, subscribers, learnerCommitTimes, learnerStore);
    }

    @Bean
    TrimEndpoint trimEndpoint(EventLoop loop, TrimRequests trims, NodeDescription description,
            LearnerSettings learnerSettings) {
        // No acceptor takes a learner for gone before its lease is over.
        long goneNanos = Math.max(learnerSettings.trim().goneNanos(), learnerSettings.leaseNanos());
        return new TrimEndpoint(loop, trims, description.id(), description.layout().learners(),
                Duration.ofNanos(goneNanos));
    }

    @Bean
    PageLimit pageLimit() {
        return new PageLimit(PAGES_MAX);
    }

    @Bean
    WebMvcConfigurer learnerWebConfigurer(PageLimit pageLimit) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(pageLimit);
            }
        };
    }

    @Bean
    ValuesController valuesController(
            DeliveredLog log, Subscribers subscribers, PageLimit pageLimit, JsonMapper mapper) {
        ValueStream streams = new ValueStream(log, subscribers, new ValueJson(mapper), new ProblemJson(mapper));
        return new ValuesController(log, subscribers.watch(), pageLimit, streams);
    }

    @Bean
    SubmissionController submissionController(PaxosProperties properties, ServiceCalls calls) {
        return new SubmissionController(ClientServices.parse(properties.learner().clientServices()), calls);
    }

    @Bean
    TicketController ticketController(Tickets tickets) {
        return new TicketController(tickets);
    }

    @Bean
    LearnerProblemAdvice learnerProblemAdvice() {
        return new LearnerProblemAdvice();
    }

    @Bean
    Subscribers subscribers(DeliveredLog log, PaxosProperties properties) {
        PaxosProperties.Learner learner = properties.learner();
        if (learner.subscribersMax() < 1 || learner.subscribersMax() > SUBSCRIBERS_MAX) {
            throw new ConfigurationException("paxos.learner.subscribers-max", learner.subscribersMax(),
                    "allowed are 1 to " + SUBSCRIBERS_MAX);
        }
        if (learner.subscriberSilenceMax().toMillis() < 2 * TimeUnit.NANOSECONDS.toMillis(Subscriber.PING_NANOS)) {
            throw new ConfigurationException("paxos.learner.subscriber-silence-max", learner.subscriberSilenceMax(),
                    "allowed is a time from 30s, twice that between two pings");
        }
        return new Subscribers(log, new LogWatch(log), learner.subscribersMax());
    }
}
