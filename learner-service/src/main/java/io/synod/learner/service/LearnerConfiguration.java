package io.synod.learner.service;

import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.learner.Learner;
import io.synod.learner.LearnerSettings;
import io.synod.node.NodeIdentity;
import io.synod.observability.NodeViews;
import io.synod.runtime.EventLoop;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
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

    private static final int RETENTION_INSTANCES_MAX = 1 << 24;
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
                .withTrim(new LearnerSettings.Trim(
                        learner.canTrim(),
                        learner.trimEvery(),
                        learner.trimEveryBytes().toBytes(),
                        Math.min(usual.slackInstances(), learner.trimEvery() / 2)));
    }

    @Bean
    Learner learnerRole(LearnerSettings learnerSettings, NodeIdentity identity) {
        return new Learner(learnerSettings, identity.drawStorageId(), identity.newRandom());
    }

    @Bean
    DeliveredLog deliveredLog(PaxosProperties properties) {
        int instances = properties.learner().retentionInstances();
        if (instances < 2 || instances > RETENTION_INSTANCES_MAX || Integer.bitCount(instances) != 1) {
            throw new ConfigurationException("paxos.learner.retention-instances", instances,
                    "allowed are powers of two from 2 to " + RETENTION_INSTANCES_MAX);
        }
        long bytes = properties.learner().retentionBytes().toBytes();
        positive("paxos.learner.retention-bytes", bytes);
        return new DeliveredLog(instances, bytes);
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

    @Bean
    LearnerOutputs learnerOutputs(Learner learner, DeliveredLog log, TrimRequests trims) {
        return new LearnerOutputs(learner, log, trims);
    }

    @Bean
    LearnerProbe learnerProbe(Learner learner, NodeDescription description) {
        return new LearnerProbe(learner, description.quorums());
    }

    @Bean
    LearnerMetrics learnerMetrics(NodeViews views, LearnerProbe probe, DeliveredLog log, Subscribers subscribers) {
        return new LearnerMetrics(views, probe, log, subscribers);
    }

    @Bean
    TrimEndpoint trimEndpoint(EventLoop loop, TrimRequests trims, NodeDescription description) {
        return new TrimEndpoint(loop, trims, description.id());
    }

    @Bean
    PageLimit pageLimit() {
        return new PageLimit(PAGES_MAX);
    }

    @Bean
    WebMvcConfigurer learnerWebConfigurer(PageLimit pageLimit, PaxosProperties properties) {
        String[] origins = properties.learner().allowedOrigins().toArray(String[]::new);
        return new WebMvcConfigurer() {
            @Override
            public void addCorsMappings(CorsRegistry registry) {
                if (origins.length > 0) {
                    registry.addMapping("/api/**").allowedOrigins(origins).allowedMethods("GET", "POST");
                }
            }

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
    SubmissionController submissionController(PaxosProperties properties) {
        PaxosProperties.Learner learner = properties.learner();
        return new SubmissionController(
                ClientServices.parse(learner.clientServices()), Set.copyOf(learner.allowedOrigins()));
    }

    @Bean
    ProblemErrorController problemErrorController() {
        return new ProblemErrorController();
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
