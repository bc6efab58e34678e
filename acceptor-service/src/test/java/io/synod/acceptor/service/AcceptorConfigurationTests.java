package io.synod.acceptor.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.synod.acceptor.AcceptorSettings;
import io.synod.acceptor.AcceptorView;
import io.synod.acceptor.Remedy;
import io.synod.config.ConfigurationException;
import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.node.NodeConfiguration;
import io.synod.observability.Condition;
import io.synod.observability.NodeViews;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.runtime.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ProblemDetail;

@ExtendWith(OutputCaptureExtension.class)
class AcceptorConfigurationTests {

    @Configuration(proxyBeanMethods = false)
    @Import({NodeConfiguration.class, AcceptorConfiguration.class})
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
            .withPropertyValues("paxos.role=acceptor", "paxos.id=0", "paxos.transport.port=0",
                    "paxos.acceptor.storage=memory");

    @TempDir
    private Path temporary;

    private ApplicationContextRunner durable(Path directory) {
        return runner.withPropertyValues("paxos.cluster.acceptor-count=1", "paxos.acceptor.storage=durable",
                "paxos.acceptor.data-directory=" + directory);
    }

    @Test
    void aDurableAcceptorComesBackToTheLogThatItVotedIn() {
        List<LogId> logs = new ArrayList<>();
        for (int life = 0; life < 2; life++) {
            durable(temporary).run(context -> {
                AcceptorView view = Objects.requireNonNull(context.getBean(NodeViews.class)
                        .current(context.getBean(AcceptorProbe.class), AcceptorView.class));
                assertThat(view.status()).isEqualTo(Status.VOTING);
                logs.add(view.logId());
                assertThat(Objects.requireNonNull(
                        context.getBean("storageHealthIndicator", HealthIndicator.class).health()).getDetails())
                        .containsEntry("engine", "rocksdb").containsEntry("directory", temporary.toString())
                        .containsKeys("freeBytes", "usedBytes");
            });
        }
        assertThat(logs).hasSize(2).allMatch(logs.getFirst()::equals);
    }

    @Test
    void whileTheDiskIsNearlyFullTheAcceptorRefusesNewInstances() {
        durable(temporary).withPropertyValues("paxos.acceptor.free-bytes-min=1000TB").run(context -> {
            NodeViews views = context.getBean(NodeViews.class);
            AcceptorProbe probe = context.getBean(AcceptorProbe.class);
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (!Objects.requireNonNull(views.current(probe, AcceptorView.class)).diskNearlyFull()) {
                assertThat(System.nanoTime() - deadline).isNegative();
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void aDirectoryInUseOrForeignOrNoneIsRefusedByName() throws IOException {
        durable(temporary).run(_ -> durable(temporary).run(second -> assertThat(second).getFailure().rootCause()
                .isInstanceOf(StoreUnusableException.class).hasMessageContaining(temporary.toString())));
        durable(temporary).withPropertyValues("paxos.cluster.name=another").run(second -> assertThat(second)
                .getFailure().rootCause().isInstanceOf(StoreUnusableException.class)
                .hasMessageContaining("holds the store of acceptor 0 of cluster 'synod'"));
        durable(temporary).withPropertyValues("paxos.acceptor.data-directory= ").run(second -> assertThat(second)
                .getFailure().rootCause().isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("paxos.acceptor.data-directory is '"));
    }

    @Test
    void aLoneAcceptorFormsItsLogAndVotes(CapturedOutput output) {
        runner.withPropertyValues("paxos.cluster.acceptor-count=1").run(context -> {
            NodeViews views = context.getBean(NodeViews.class);
            AcceptorView view = Objects.requireNonNull(
                    views.current(context.getBean(AcceptorProbe.class), AcceptorView.class));
            assertThat(view.status()).isEqualTo(Status.VOTING);
            assertThat(views.quorums()).containsEntry(RoleType.ACCEPTOR, Condition.ok("votes in log " + view.logId()));
            assertThat(output).contains("Acceptor 0 votes in log " + view.logId());
        });
    }

    @Test
    void oneOfThreeSaysForWhomItWaits(CapturedOutput output) {
        runner.run(context -> {
            NodeViews views = context.getBean(NodeViews.class);
            Condition quorum = Objects.requireNonNull(views.quorums().get(RoleType.ACCEPTOR));
            assertThat(quorum)
                    .isEqualTo(Condition.notOk("does not vote yet: waits for acceptor 1, acceptor 2"));
            assertThat(output).contains("Acceptor 0 does not vote yet: waits for acceptor 1, acceptor 2");
        });
    }

    @Test
    void rejoinIsRefusedWithTheReasonWhereThereIsNothingToRejoin() {
        runner.run(context -> {
            WebEndpointResponse<Object> answer = context.getBean(RejoinEndpoint.class).rejoin();
            assertThat(answer.getStatus()).isEqualTo(409);
            assertThat(answer.getBody()).isInstanceOfSatisfying(ProblemDetail.class, problem -> assertThat(
                    problem.getDetail()).contains("acceptor 0 cannot rejoin: its log is being formed"));
            assertThat(context.getBean(RejoinEndpoint.class).standing().getBody())
                    .isInstanceOfSatisfying(RejoinEndpoint.Standing.class,
                            standing -> assertThat(standing.status()).isEqualTo(Status.FORMING));
        });
    }

    @Test
    void anAcceptorThatStaysOutSaysHowItIsBroughtBack() {
        assertThat(AcceptorLog.words(1, Status.OUT, "it has lost what it knew", Remedy.REJOIN)).isEqualTo(
                "stays out: it has lost what it knew; ./synod rejoin acceptor 1 (POST /actuator/rejoin) brings it back");
        assertThat(AcceptorLog.words(1, Status.OUT, "EIO", Remedy.EMPTY_AND_REJOIN)).contains("empty its directory");
        assertThat(AcceptorLog.words(1, Status.OUT, "lost", Remedy.NEW_CLUSTER)).contains("nobody can rejoin");
    }

    @Test
    void metersHaveTheNamesOfTheDesign() {
        runner.withPropertyValues("paxos.cluster.acceptor-count=1").run(context -> {
            PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
            context.getBean(AcceptorMetrics.class).bindTo(registry);
            String scrape = registry.scrape();
            for (String name : List.of("promises_total", "accepts_total", "preemptions_total", "repeats_total",
                    "trimmed_instance", "stored_instances", "commit_seconds_count")) {
                assertThat(scrape).contains("\npaxos_acceptor_" + name + "{");
            }
            assertThat(scrape).contains("paxos_acceptor_voting{id=\"0\",role=\"acceptor\"} 1.0");
        });
    }

    @Test
    void whatIsConfiguredReachesTheRole() {
        runner.withPropertyValues("paxos.acceptor.stored-instances-max=5000", "paxos.acceptor.stored-bytes-max=3MB",
                "paxos.acceptor.clients-max=7", "paxos.timing.heartbeat-interval=20ms",
                "paxos.timing.learner-lease=4s", "paxos.quorum.trim=1", "paxos.cluster.learner-count=2",
                "paxos.transport.datagram-bytes-max=1472").run(context -> {
                    NodeDescription description = context.getBean(NodeDescription.class);
                    assertThat(AcceptorConfiguration.settings(description, context.getBean(PaxosProperties.class)))
                            .isEqualTo(AcceptorSettings.of(0, description.layout(), description.quorums())
                                    .withStored(5_000, 3 << 20).withClientsMax(7)
                                    .withTiming(20_000_000, 4_000_000_000L).withTrimQuorum(1)
                                    .withDatagramBytesMax(1_472));
                });
    }

    @Test
    void badValuesAreRefusedByName() {
        List<String> properties = new ArrayList<>(List.of("paxos.acceptor.stored-instances-max=1",
                "paxos.acceptor.stored-bytes-max=1KB", "paxos.acceptor.free-bytes-min=1KB",
                "paxos.acceptor.clients-max=0",
                "paxos.timing.learner-lease=10ms"));
        for (String property : properties) {
            runner.withPropertyValues(property).run(context -> assertThat(context).getFailure()
                    .rootCause().isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith(property.substring(0, property.indexOf('=')) + " is '")
                    .hasMessageContaining("allowed"));
        }
        runner.withPropertyValues("paxos.acceptor.storage=lmdb")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("paxos.acceptor.storage"));
    }
}
