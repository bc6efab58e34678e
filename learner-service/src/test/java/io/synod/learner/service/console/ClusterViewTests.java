package io.synod.learner.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.synod.config.ClusterAddresses;
import io.synod.config.ServiceRole;
import io.synod.http.ServiceCalls;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

@Timeout(30)
class ClusterViewTests {

    private static final NodeId SELF = NodeId.of(NodeType.LEARNER, 0);
    private static final PeerAddress NOBODY = new PeerAddress("127.0.0.1", 1);

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer peer;
    private volatile String body =
            "{\"roles\":{\"acceptor\":{\"status\":\"VOTING\"}},\"peers\":[],\"loop\":{\"state\":\"running\"}}";
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        peer.createContext("/actuator/paxos", exchange -> {
            asked.incrementAndGet();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        peer.start();
    }

    @AfterEach
    void stop() {
        peer.stop(0);
    }

    /** A cluster whose acceptor is the peer, whose proposer is down, and whose learner is the one that looks. */
    private ClusterView view(@Nullable PeerAddress client) {
        Map<NodeId, PeerAddress> addresses = new LinkedHashMap<>();
        addresses.put(NodeId.of(NodeType.ACCEPTOR, 0),
                new PeerAddress("127.0.0.1", peer.getAddress().getPort() - ServiceRole.HTTP_ABOVE_UDP));
        addresses.put(NodeId.of(NodeType.PROPOSER, 0), new PeerAddress("127.0.0.1", 2));
        addresses.put(SELF, new PeerAddress("127.0.0.1", 3));
        ClusterAddresses cluster = new ClusterAddresses("test", new ClusterLayout(1, 1, 1, false), addresses);
        return new ClusterView(cluster, SELF, JsonNodeFactory.instance::objectNode,
                client == null ? List.of() : List.of(client), ServiceCalls.plain());
    }

    private ClusterView.Member member(ClusterView view, String node) {
        return view.members().stream().filter(member -> member.node().equals(node)).findFirst().orElseThrow();
    }

    @Test
    void everyConfiguredMemberIsThereWithItsStateOrWithWhatIsWrong() {
        ClusterView view = view(NOBODY);
        ClusterView.Member acceptor = member(view, "acceptor-0");
        assertThat(acceptor.problem()).isNull();
        assertThat(String.valueOf(acceptor.view()))
                .isEqualTo("{\"loop\":{\"state\":\"running\"},\"roles\":{\"acceptor\":{\"status\":\"VOTING\"}}}");
        assertThat(member(view, "proposer-0").problem()).isEqualTo("does not run, or cannot be reached");
        assertThat(member(view, "learner-0").self()).isTrue();
        assertThat(member(view, "client at 127.0.0.1:1").kind()).isEqualTo("client");
        assertThat(view.members()).hasSize(4);
    }

    @Test
    void l2HoweverManyPagesAskMembersAreAskedOnceASecondAtMost() {
        ClusterView view = view(null);
        long start = System.nanoTime();
        int looks = 0;
        while (System.nanoTime() - start < 500_000_000) {
            assertThat(view.members()).hasSize(3);
            looks++;
        }
        assertThat(looks).isGreaterThan(10);
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void anAnswerThatIsNoneIsSaidToBeNone() {
        status = 500;
        assertThat(member(view(null), "acceptor-0").problem()).isEqualTo("answers with status 500");
        status = 200;
        body = "<html>";
        assertThat(member(view(null), "acceptor-0").problem()).isEqualTo("answers with what is no JSON");
        body = "\"" + "x".repeat(300_000) + "\"";
        assertThat(member(view(null), "acceptor-0").problem()).startsWith("does not answer: ");
    }
}
