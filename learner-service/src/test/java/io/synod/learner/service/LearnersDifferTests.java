package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.synod.learner.Learner;
import io.synod.learner.LearnerView;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.PrefixHash;
import io.synod.protocol.message.Report;
import io.synod.role.Sender;
import io.synod.runtime.EventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** S13: two learners whose logs differ, as the service of one of them shows it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"paxos.transport.port=0", "paxos.cluster.learner-count=2", "paxos.learner.storage=memory"})
@DirtiesContext
@Timeout(60)
class LearnersDifferTests {

    private static final LogId LOG = new LogId(0xABC);
    private static final Ballot BALLOT = new Ballot(1, 0, 9);
    private static final ClusterLayout LAYOUT = new ClusterLayout(3, 1, 2, false);
    private static final int INSTANCES = 1_100;

    @Autowired
    private Learner learner;

    @Autowired
    private EventLoop loop;

    @Autowired
    private DeliveredLog log;

    @LocalServerPort
    private int port;

    private void hear(NodeId from, Message message) {
        loop.call((nowNanos, effects) -> {
            learner.onMessage(new Sender(from, 1_000 + from.id()), message, nowNanos, effects);
            return true;
        }, TimeUnit.SECONDS.toNanos(10));
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void s13ALearnerThatDiffersFromAnotherStopsSaysWhyAndGivesItsLogToNobody() throws Exception {
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            hear(LAYOUT.acceptor(acceptor), new LearnerOk(LOG, 0, 0, acceptor == 0));
        }
        for (long instance = 1; instance <= INSTANCES; instance++) {
            Bytes value = Bytes.EMPTY;
            hear(LAYOUT.acceptor(0), new Accepted(BALLOT, instance, value.checksum(), value));
            hear(LAYOUT.acceptor(1), new Accepted(BALLOT, instance, value.checksum(), null));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> log.last() == INSTANCES);
        assertThat(get("/peer/log?from=1").statusCode()).isEqualTo(200);
        hear(LAYOUT.learner(1),
                new Report(new StorageId(1, 5), LOG, INSTANCES, List.of(new PrefixHash(1_024, 0xBAD))));

        await().atMost(Duration.ofSeconds(20)).until(() -> log.stopped() != null);
        LearnerView view = loop.call((nowNanos, _) -> learner.view(nowNanos), TimeUnit.SECONDS.toNanos(10));
        assertThat(view.state()).isEqualTo(LearnerView.State.HASH_DIFFERS);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(get("/actuator/health").body())
                .contains("OUT_OF_SERVICE", "delivers no more (hash differs)", "no majority of learners agrees"));
        assertThat(get("/peer/log?from=1").statusCode()).isEqualTo(503);
        assertThat(get("/peer/snapshot").body()).contains("its log may be wrong");
    }
}
