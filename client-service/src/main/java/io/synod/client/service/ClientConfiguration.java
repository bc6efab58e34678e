package io.synod.client.service;

import io.synod.client.Client;
import io.synod.client.ClientSettings;
import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.learner.LearnerSettings;
import io.synod.learner.service.console.ApiPageConfiguration;
import io.synod.node.NodeConfiguration;
import io.synod.node.NodeIdentity;
import io.synod.observability.NodeViews;
import io.synod.protocol.SessionLimits;
import io.synod.runtime.EventLoop;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The client's role and what is around it. */
@Configuration(proxyBeanMethods = false)
@Import({NodeConfiguration.class, ApiPageConfiguration.class})
class ClientConfiguration {

    /** Time for an outcome that falls at the deadline to come out of the loop. */
    private static final Duration OUTCOME_MARGIN = Duration.ofSeconds(2);

    @Bean
    ClientSettings clientSettings(NodeDescription node, PaxosProperties properties) {
        PaxosProperties.Client client = properties.client();
        within("proposer", client.proposer(), 0, node.layout().proposers() - 1);
        within("window", client.window(), 1, SessionLimits.FLOOR.windowMax());
        within("window-bytes", client.windowBytes().toBytes(), 1, Integer.MAX_VALUE);
        within("queue-values-max", client.queueValuesMax(), 1, Integer.MAX_VALUE / 2);
        within("queue-bytes-max", client.queueBytesMax().toBytes(), 1, Integer.MAX_VALUE);
        positive("deadline", client.deadline());
        if (client.idleAfter().isNegative()) {
            throw new ConfigurationException(
                    "paxos.client.idle-after", client.idleAfter(), "allowed is a time such as 5s, and 0 for never");
        }
        positive("resend-min", client.resendMin());
        if (client.resendMax().compareTo(client.resendMin()) < 0) {
            throw new ConfigurationException(
                    "paxos.client.resend-max",
                    client.resendMax(),
                    "allowed is paxos.client.resend-min or more, " + client.resendMin() + " here");
        }
        LearnerSettings learner = LearnerSettings.ofClient(node.layout(), node.quorums())
                .withTiming(
                        properties.timing().heartbeatInterval().toNanos(),
                        properties.timing().learnerLease().toNanos());
        return ClientSettings.of(node.layout(), node.quorums())
                .withLearner(learner)
                .withLeaderTimeoutNanos(properties.timing().leaderTimeout().toNanos())
                .withProposer(client.proposer())
                .withWindow(client.window(), client.windowBytes().toBytes())
                .withQueue(client.queueValuesMax(), client.queueBytesMax().toBytes())
                .withDatagramBytesMax(node.datagramBytesMax())
                .withValueBytesMax(node.valueBytesMax())
                .withDeadlineNanos(client.deadline().toNanos())
                .withIdleNanos(client.idleAfter().isZero() ? Long.MAX_VALUE : client.idleAfter().toNanos())
                .withResendNanos(client.resendMin().toNanos(), client.resendMax().toNanos());
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new ConfigurationException("paxos.client." + name, value, "allowed are " + min + " to " + max);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new ConfigurationException("paxos.client." + name, value, "allowed is a time above 0, such as 10s");
        }
    }

    @Bean
    Client client(ClientSettings settings, NodeIdentity identity) {
        return new Client(settings, identity.incarnation(), identity.newRandom());
    }

    @Bean
    ValueSubmissions valueSubmissions(Client client, ObjectProvider<EventLoop> loop) {
        return new ValueSubmissions(client, loop::getObject);
    }

    @Bean
    ClientLog clientLog() {
        return new ClientLog();
    }

    @Bean
    ClientProbe clientProbe(Client client, NodeDescription node) {
        return new ClientProbe(client, node.quorums());
    }

    @Bean
    ClientMetrics clientMetrics(ValueSubmissions submissions, NodeViews views, ClientProbe probe) {
        return new ClientMetrics(submissions, views, probe);
    }

    @Bean
    ValuesController valuesController(ValueSubmissions submissions, ClientSettings settings) {
        Duration wait = Duration.ofNanos(settings.deadlineNanos()).plus(OUTCOME_MARGIN);
        return new ValuesController(
                submissions::submit, settings.valueBytesMax(), new ByteBudget(settings.queueBytesMax()), wait);
    }
}
