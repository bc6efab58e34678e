package io.synod.replica.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.synod.acceptor.AcceptorView;
import io.synod.learner.LearnerView;
import io.synod.observability.NodeViews;
import io.synod.observability.PaxosEndpoint;
import io.synod.proposer.ProposerView;
import io.synod.protocol.RoleType;
import io.synod.runtime.EventLoop;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Three replicas in this process, each a whole application, over the loopback. */
class ReplicaApplicationTests {

    private static final int REPLICAS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<ConfigurableApplicationContext> RUNNING = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        String addresses = String.join(",", freeAddresses());
        for (int id = 0; id < REPLICAS; id++) {
            RUNNING.add(SpringApplication.run(ReplicaApplication.class, "--paxos.id=" + id,
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
