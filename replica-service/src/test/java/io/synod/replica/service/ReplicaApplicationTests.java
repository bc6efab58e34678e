package io.synod.replica.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.synod.acceptor.AcceptorView;
import io.synod.learner.LearnerView;
import io.synod.observability.NodeViews;
import io.synod.observability.PaxosEndpoint;
import io.synod.observability.StoreProbe;
import io.synod.proposer.ProposerView;
import io.synod.protocol.RoleType;
import io.synod.runtime.EventLoop;
import io.synod.runtime.StorageState;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Three replicas in this process, each a whole application, over the loopback. */
class ReplicaApplicationTests {

    private static final int REPLICAS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A store of a learner as it says to be. */
    private static final class FaultyStore implements StoreProbe {
        private volatile @Nullable String failure;
        private volatile @Nullable String damage;

        @Override
        public RoleType role() {
            return RoleType.LEARNER;
        }

        @Override
        public StorageState state() {
            return StorageState.MEMORY;
        }

        @Override
        public @Nullable String failure() {
            return failure;
        }

        @Override
        public @Nullable String damage() {
            return damage;
        }
    }

    private static final FaultyStore FAULTY = new FaultyStore();
    private static final List<ConfigurableApplicationContext> RUNNING = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        String addresses = String.join(",", freeAddresses());
        for (int id = 0; id < REPLICAS; id++) {
            SpringApplication replica = new SpringApplication(ReplicaApplication.class);
            replica.addInitializers((GenericApplicationContext context) -> context.registerBean("faultyStore",
                    StoreProbe.class, () -> FAULTY));
            RUNNING.add(replica.run("--paxos.id=" + id,
                    "--paxos.cluster.replicas=" + addresses, "--server.port=0", "--paxos.acceptor.storage=memory",
                    "--paxos.learner.storage=memory"));
        }
    }

    @AfterAll
    static void stop() {
        RUNNING.forEach(ConfigurableApplicationContext::close);
    }

    @Test
    void threeReplicasFormALogAndSettleOnOneLeaderWhichAllHear() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(RUNNING).allSatisfy(replica -> {
                assertThat(views(replica).quorums().values()).allSatisfy(quorum -> assertThat(quorum.ok())
                        .as(quorum.text()).isTrue());
                assertThat(view(replica, RoleType.LEARNER, LearnerView.class)).isNotNull();
            });
            assertThat(RUNNING.stream().filter(ReplicaApplicationTests::leads)).hasSize(1);
            assertThat(RUNNING.stream().map(r -> view(r, RoleType.ACCEPTOR, AcceptorView.class).logId()).distinct())
                    .hasSize(1);
        });
    }

    @Test
    void aReplicaIsOneNodeWithThreeRolesOnOneLoop() {
        ConfigurableApplicationContext replica = RUNNING.getFirst();
        assertThat(replica.getBeansOfType(EventLoop.class)).hasSize(1);
        PaxosEndpoint.NodeDescriptor shown = replica.getBean(PaxosEndpoint.class).paxos();
        assertThat(shown.node().name()).isEqualTo("replica-0");
        assertThat(shown.peers()).extracting(PaxosEndpoint.PeerInfo::node).containsExactly("replica-1", "replica-2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.getBean(PaxosEndpoint.class).paxos().roles())
                .containsOnlyKeys("acceptor", "proposer", "learner"));
    }

    /** Its acceptor votes: to restart it would cost a vote, and mend nothing. */
    @Test
    void f05WhatFailsTheLearnersStoreIsNoReasonToRestartAReplica() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/actuator/health/readiness").statusCode())
                .isEqualTo(200));
        try {
            FAULTY.damage = "a bit flipped in 000012.sst offset 7";
            HttpResponse<String> damaged = get("/actuator/health/storage");
            assertThat(damaged.body()).contains("\"status\":\"DAMAGED\"",
                    "\"learner.damage\":\"a bit flipped in 000012.sst offset 7\"");
            assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(get("/actuator/health").body()).startsWith("{\"components\"").contains("\"status\":\"DAMAGED\"");

            FAULTY.failure = "EIO";
            HttpResponse<String> failed = get("/actuator/health/storage");
            assertThat(failed.statusCode()).isEqualTo(503);
            assertThat(failed.body()).contains("OUT_OF_SERVICE", "the store failed: EIO");
            assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            HttpResponse<String> liveness = get("/actuator/health/liveness");
            assertThat(liveness.statusCode()).as(liveness.body()).isEqualTo(200);
        } finally {
            FAULTY.damage = null;
            FAULTY.failure = null;
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        String port = RUNNING.getFirst().getEnvironment().getProperty("local.server.port");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static boolean leads(ConfigurableApplicationContext replica) {
        return view(replica, RoleType.PROPOSER, ProposerView.class).isLeader();
    }

    private static NodeViews views(ConfigurableApplicationContext replica) {
        return replica.getBean(NodeViews.class);
    }

    private static <V> V view(ConfigurableApplicationContext replica, RoleType role, Class<V> type) {
        NodeViews.Views views = Objects.requireNonNull(views(replica).current());
        return type.cast(Objects.requireNonNull(views.roles().get(role)));
    }

    private static List<String> freeAddresses() throws IOException {
        List<DatagramSocket> sockets = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < REPLICAS; i++) {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            addresses.add("127.0.0.1:" + socket.getLocalPort());
        }
        sockets.forEach(DatagramSocket::close);
        return addresses;
    }
}
