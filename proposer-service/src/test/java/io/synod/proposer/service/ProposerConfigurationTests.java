package io.synod.proposer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.node.NodeConfiguration;
import io.synod.observability.Condition;
import io.synod.observability.NodeViews;
import io.synod.proposer.LeadershipChanged;
import io.synod.proposer.LogChanged;
import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerSettings;
import io.synod.proposer.ProposerView;
import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@ExtendWith(OutputCaptureExtension.class)
class ProposerConfigurationTests {

    @Configuration(proxyBeanMethods = false)
    @Import({NodeConfiguration.class, ProposerConfiguration.class})
    static class Service {

        @Bean
        MeterRegistry meterRegistry(MeterFilter tags) {
            MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            registry.config().meterFilter(tags);
            return registry;
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(IntegrationAutoConfiguration.class))
            .withUserConfiguration(Service.class)
            .withPropertyValues("paxos.role=proposer", "paxos.id=0", "paxos.transport.port=0");

    @Test
    void withoutAcceptorsItStartsAndSaysThatNobodyLeads() {
        runner.run(context -> {
            NodeViews views = context.getBean(NodeViews.class);
            ProposerView view = Objects.requireNonNull(
                    views.current(context.getBean(ProposerProbe.class), ProposerView.class));
            assertThat(view.state()).isEqualTo(Proposer.State.FOLLOWER);
            assertThat(views.quorums()).containsEntry(RoleType.PROPOSER,
                    Condition.notOk("nobody leads; acceptors that vote: 0 of 3"));
        });
    }

    @Test
    void metersHaveTheNamesOfTheDesign() {
        runner.run(context -> {
            PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
            context.getBean(ProposerMetrics.class).bindTo(registry);
            String scrape = registry.scrape();
            for (String name : List.of("leader", "round", "instances_decided_total", "values_proposed_total",
                    "retransmissions_total", "rejections_total", "in_flight_instances", "queued_values")) {
                assertThat(scrape).contains("\npaxos_proposer_" + name + "{id=\"0\",role=\"proposer\"} 0.0");
            }
        });
    }

    @Test
    void whatIsConfiguredReachesTheRole() {
        runner.withPropertyValues("paxos.proposer.max-values-per-instance=1",
                "paxos.proposer.instances-in-flight-max=20", "paxos.proposer.partial-instances-in-flight-max=3",
                "paxos.proposer.bytes-in-flight-max=64KB", "paxos.proposer.queued-entries-max=99",
                "paxos.proposer.queued-bytes-max=3MB", "paxos.timing.heartbeat-interval=20ms",
                "paxos.timing.leader-timeout=100ms", "paxos.limits.value-bytes-max=2MB",
                "paxos.transport.datagram-bytes-max=1472").run(context -> {
                    NodeDescription description = context.getBean(NodeDescription.class);
                    ProposerSettings settings =
                            ProposerConfiguration.settings(description, context.getBean(PaxosProperties.class));
                    assertThat(settings.batching()).isEqualTo(new ProposerSettings.Batching(2 << 20, 1_472 - 256, 1));
                    assertThat(settings.window()).isEqualTo(ProposerSettings.Window.DEFAULT.withInstancesMax(20)
                            .withPartialInstancesMax(3).withBytes(64 << 10, 64 << 10));
                    assertThat(settings.queue().entriesMax()).isEqualTo(99);
                    assertThat(settings.queue().bytesMax()).isEqualTo(3 << 20);
                    assertThat(settings.timing().heartbeatNanos()).isEqualTo(20_000_000);
                    assertThat(settings.timing().leaderTimeoutNanos()).isEqualTo(100_000_000);
                    assertThat(settings.sessionLimits()).isEqualTo(description.sessionLimits());
                });
    }

    @Test
    void theDefaultsAreTheRolesOwn() {
        runner.run(context -> {
            NodeDescription description = context.getBean(NodeDescription.class);
            assertThat(ProposerConfiguration.settings(description, context.getBean(PaxosProperties.class)))
                    .isEqualTo(ProposerSettings.of(0, description.layout(), description.quorums())
                            .withSessionLimits(description.sessionLimits()));
        });
    }

    @Test
    void badValuesAreRefusedByName() {
        for (String property : List.of("paxos.proposer.max-values-per-instance=0",
                "paxos.proposer.instances-in-flight-max=0", "paxos.proposer.partial-instances-in-flight-max=0",
                "paxos.proposer.bytes-in-flight-max=10B", "paxos.proposer.queued-entries-max=0",
                "paxos.proposer.queued-bytes-max=1KB")) {
            runner.withPropertyValues(property).run(context -> assertThat(context).getFailure()
                    .rootCause().isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith(property.substring(0, property.indexOf('=')) + " is '")
                    .hasMessageContaining("allowed"));
        }
    }

    @Test
    void theLogSaysWhoLeadsAndWhyNoMore(CapturedOutput output) {
        ProposerLog log = new ProposerLog(1);
        Ballot ballot = new Ballot(7, 1, 255);
        log.accept(new LeadershipChanged(Proposer.State.CANDIDATE, Proposer.State.LEADER, ballot, 12, "promised"));
        log.accept(new LeadershipChanged(Proposer.State.LEADER, Proposer.State.FOLLOWER, ballot, 20,
                "no quorum of acceptors hears it"));
        log.accept(new LogChanged(new LogId(1), new LogId(2)));
        assertThat(output).contains("the acceptors hold log " + new LogId(2));
        assertThat(output).contains("Proposer 1 leads at ballot 7.1.ff from instance 12 on")
                .contains("Proposer 1 leads no more at ballot 7.1.ff: no quorum of acceptors hears it");
    }
}
