package io.synod.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.synod.observability.Condition;
import io.synod.observability.NodeMetrics;
import io.synod.observability.NodeViews;
import io.synod.observability.PaxosEndpoint;
import io.synod.observability.RoleProbe;
import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Message;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Sender;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import io.synod.runtime.EventLoop;
import io.synod.runtime.Node;
import io.synod.runtime.StorageEngine;
import io.synod.runtime.StorageState;
import io.synod.udp.UdpBatchInboundAdapter;
import io.synod.udp.UdpEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.integration.graph.IntegrationGraphServer;

@ExtendWith(OutputCaptureExtension.class)
class NodeConfigurationTests {

    record IdleView(String says) {}

    /** A role that does nothing, and what a service brings with it. */
    @Configuration(proxyBeanMethods = false)
    @Import(NodeConfiguration.class)
    static class IdleService {

        @Bean
        Role idleRole() {
            return new Role() {
                @Override
                public RoleType type() {
                    return RoleType.ACCEPTOR;
                }

                @Override
                public void onStart(long nowNanos, Effects effects) {}

                @Override
                public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {}

                @Override
                public void onRound(long nowNanos, Effects effects) {}

                @Override
                public long nextDeadlineNanos() {
                    return Long.MAX_VALUE;
                }
            };
        }

        @Bean
        RoleProbe<IdleView> idleProbe() {
            return new RoleProbe<>() {
                @Override
                public RoleType role() {
                    return RoleType.ACCEPTOR;
                }

                @Override
                public IdleView view(long nowNanos) {
                    return new IdleView(Thread.currentThread().getName());
                }

                @Override
                public Condition quorum(IdleView view) {
                    return Condition.notOk("nobody is there");
                }
            };
        }

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        IntegrationGraphServer graphServer() {
            return new IntegrationGraphServer();
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(IntegrationAutoConfiguration.class))
            .withUserConfiguration(IdleService.class)
            .withPropertyValues("paxos.role=acceptor", "paxos.id=0", "paxos.transport.port=0");

    @Test
    void aNodeKnowsMoreClientsThanItsAcceptorSendsTo() {
        runner.run(
                context -> assertThat(context.getBean(Node.class).settings().bounds().clientsMax()).isEqualTo(4_096));
        runner.withPropertyValues("paxos.acceptor.clients-max=65536").run(context -> assertThat(
                context.getBean(Node.class).settings().bounds().clientsMax()).isEqualTo(4 * 65_536));
    }

    @Test
    void theLoopRunsWhileTheContextDoes() throws Exception {
        EventLoop[] loop = new EventLoop[1];
        UdpEndpoint[] endpoint = new UdpEndpoint[1];
        runner.run(context -> {
            loop[0] = context.getBean(EventLoop.class);
            endpoint[0] = context.getBean(UdpEndpoint.class);
            int answer = loop[0].call((_, _) -> 1, TimeUnit.SECONDS.toNanos(10));
            assertThat(answer).isEqualTo(1);
            assertThat(context.getBean(UdpBatchInboundAdapter.class).isListening()).isTrue();
        });
        assertThat(loop[0].state()).isEqualTo(EventLoop.State.STOPPED);
        assertThat(endpoint[0].isOpen()).isFalse();
    }

    @Test
    void theEndpointShowsViewsTakenOnTheLoopsThread() {
        runner.run(context -> {
            int _ = context.getBean(EventLoop.class).call((_, _) -> 1, TimeUnit.SECONDS.toNanos(10));
            PaxosEndpoint.NodeDescriptor shown = context.getBean(PaxosEndpoint.class).paxos();
            assertThat(shown.node().name()).isEqualTo("acceptor-0");
            assertThat(shown.loop().state()).isEqualTo("running");
            assertThat(shown.roles()).containsEntry("acceptor", new IdleView("paxos-loop"));
            assertThat(shown.peers()).hasSize(4);
        });
    }

    record Ids(LogId log, StorageId storage, SessionId session, Ballot ballot, @Nullable String absent) {}

    @Test
    void idsOf64BitsAreText() {
        Ids ids = new Ids(new LogId(-1), new StorageId(2, -2), new SessionId(1L << 60, 3), new Ballot(7, 1, -3), null);
        runner.run(context -> assertThat(context.getBean(EndpointJsonMapper.class).get().writeValueAsString(ids))
                .isEqualTo("""
                        {"log":"ffffffffffffffff","storage":"2:fffffffffffffffe","session":"1152921504606846976/3",\
                        "ballot":{"round":7,"proposerId":1,"incarnation":"fffffffffffffffd"}}"""));
    }

    @Test
    void healthSaysWhatIsMissingAndAFailedLoopIsDown() {
        runner.run(context -> {
            int _ = context.getBean(EventLoop.class).call((_, _) -> 1, TimeUnit.SECONDS.toNanos(10));
            assertThat(health(context.getBean("loopHealthIndicator"))).extracting(Health::getStatus)
                    .isEqualTo(Status.UP);
            assertThat(health(context.getBean("transportHealthIndicator")).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context.getBean("storageHealthIndicator")).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context.getBean("quorumHealthIndicator"))).satisfies(quorum -> {
                assertThat(quorum.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                assertThat(quorum.getDetails()).containsEntry("acceptor", "nobody is there");
            });

            EventLoop loop = context.getBean(EventLoop.class);
            loop.execute((_, _) -> {
                throw new IllegalStateException("rule S1 is broken");
            });
            assertThat(loop.awaitEnd(TimeUnit.SECONDS.toNanos(10))).isTrue();
            assertThat(health(context.getBean("loopHealthIndicator"))).satisfies(down -> {
                assertThat(down.getStatus()).isEqualTo(Status.DOWN);
                assertThat(down.getDetails().get("reason")).asString().contains("rule S1 is broken");
            });
            assertThat(health(context.getBean("transportHealthIndicator")).getStatus()).isEqualTo(Status.DOWN);
        });
    }

    @Test
    void aFailedLoopIsInTheLogWithItsTrace(CapturedOutput output) {
        runner.run(context -> {
            EventLoop loop = context.getBean(EventLoop.class);
            loop.execute((_, _) -> {
                throw new IllegalStateException("rule S5 is broken");
            });
            assertThat(loop.awaitEnd(TimeUnit.SECONDS.toNanos(10))).isTrue();
        });
        assertThat(output).contains("ERROR").containsPattern("rule S5 is broken\\R\\s+at io\\.synod\\.node");
    }

    @Test
    void aFailedCommitIsInTheLogOnceWithItsTrace(CapturedOutput output) {
        AtomicReference<CommitReports> reports = new AtomicReference<>();
        StorageEngine failing = new StorageEngine() {
            @Override
            public void attach(CommitReports given) {
                reports.set(given);
            }

            @Override
            public void commit(long number, List<Write> writes) {
                reports.get().commitFailed(number, new IOException("the disk is gone"));
            }

            @Override
            public StorageState state() {
                return StorageState.MEMORY;
            }
        };
        runner.withBean("failingStorage", StorageEngine.class, () -> failing).run(context -> {
            int _ = context.getBean(EventLoop.class).call((_, effects) -> {
                effects.write(new Write() {});
                return 1;
            }, TimeUnit.SECONDS.toNanos(10));
            assertThat(health(context.getBean("storageHealthIndicator")).getStatus()).isEqualTo(Status.DOWN);
        });
        assertThat(output.getOut().split("Commit 1 failed", -1)).hasSize(2);
        assertThat(output).containsPattern("the disk is gone\\R\\s+at ");
    }

    @Test
    void rejectedDatagramsHaveALineAMinute(CapturedOutput output) {
        runner.run(context -> {
            EventLoop loop = context.getBean(EventLoop.class);
            Node node = context.getBean(Node.class);
            DropLog drops = context.getBean(DropLog.class);
            long now = System.nanoTime();
            InetSocketAddress somewhere = new InetSocketAddress("127.0.0.1", 9);
            for (int i = 0; i < 3; i++) {
                reject(loop, node, somewhere);
            }
            drops.look(now);
            reject(loop, node, somewhere);
            drops.look(now + DropLog.LINE_NANOS - 1);
            assertThat(node.counters().rejectedTotal()).isEqualTo(4);
            assertThat(output.getOut().split("Rejected", -1)).hasSize(2);
            assertThat(output).contains("Rejected 3 datagrams since the last such line: magic");
            drops.look(now + DropLog.LINE_NANOS);
            drops.look(now + 3 * DropLog.LINE_NANOS);
            assertThat(output.getOut().split("Rejected", -1)).hasSize(3);
            assertThat(output).contains("Rejected 1 datagrams since the last such line: magic");
        });
    }

    private static void reject(EventLoop loop, Node node, InetSocketAddress source) {
        int _ = loop.call((nowNanos, _) -> {
            node.receive(ByteBuffer.allocate(100), source, nowNanos);
            return 1;
        }, TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void aStuckLoopMakesTheFirstWhoLooksWaitAndNobodyElseForASecond() {
        runner.run(context -> {
            EventLoop loop = context.getBean(EventLoop.class);
            NodeViews views = context.getBean(NodeViews.class);
            CountDownLatch stuck = new CountDownLatch(1);
            assertThat(views.current()).isNotNull();
            loop.execute((_, _) -> awaitUninterruptibly(stuck));
            NodeViews.Views last = views.current();
            while (last != null && last.ageNanos() < 2 * NodeViews.AGE_NANOS_MAX) {
                last = views.current();
            }
            long began = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                assertThat(views.current()).isNotNull();
            }
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
            stuck.countDown();
        });
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void keysAreReadAnewWhileTheNodeRunsAndABadFileChangesNothing(@TempDir Path directory, CapturedOutput output)
            throws IOException {
        SealKey one = SealKey.draw(1, new SecureRandom());
        SealKey two = SealKey.draw(2, new SecureRandom());
        Path file = Files.writeString(directory.resolve("keys"), KeyRing.of(one).text());
        runner.withPropertyValues("paxos.security.key-file=" + file).run(context -> {
            HealthIndicator transport = (HealthIndicator) context.getBean("transportHealthIndicator");
            MeterRegistry registry = new SimpleMeterRegistry();
            context.getBean(NodeMetrics.class).bindTo(registry);
            assertThat(health(transport).getDetails()).containsEntry("datagrams", "sealed with cluster key 1");
            assertThat(registry.get("paxos.security.key.id").gauge().value()).isEqualTo(1);
            Files.writeString(file, KeyRing.of(two, one).text());
            await(() -> registry.get("paxos.security.key.id").gauge().value() == 2);
            Files.writeString(file, "2 cluster ?");
            await(() -> health(transport).getDetails().containsKey("keys.problem"));
            assertThat(health(transport).getDetails()).containsEntry("datagrams", "sealed with cluster key 2");
            Files.writeString(file, KeyRing.of(two).text());
            await(() -> !health(transport).getDetails().containsKey("keys.problem"));
            assertThat(context.getBean(PaxosEndpoint.class).paxos().transport().keys().accepted()).containsExactly(2);
        });
        assertThat(output).contains("sealed with cluster key 2 from now on")
                .doesNotContain(one.text().split(" ")[2])
                .doesNotContain(two.text().split(" ")[2]);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void theFlowIsInTheIntegrationGraph() {
        runner.run(context -> assertThat(context.getBean(IntegrationGraphServer.class).getGraph().nodes())
                .extracting(node -> node.getName())
                .contains("paxosInbound", "paxosInboundChannel", "paxosNode", "paxosOutboundChannel", "paxosSocket"));
    }

    @Test
    void metersHaveTheirNames() {
        runner.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            context.getBean(io.synod.observability.NodeMetrics.class).bindTo(registry);
            assertThat(registry.get("paxos.datagrams.received").functionCounter().count()).isZero();
            assertThat(registry.get("paxos.datagrams.sent").functionCounter().count()).isZero();
            assertThat(registry.get("paxos.datagrams.rejected").tag("reason", "cluster").functionCounter().count())
                    .isZero();
        });
    }

    private static Health health(Object indicator) {
        Health health = ((HealthIndicator) indicator).health();
        assertThat(health).isNotNull();
        return java.util.Objects.requireNonNull(health);
    }
}
