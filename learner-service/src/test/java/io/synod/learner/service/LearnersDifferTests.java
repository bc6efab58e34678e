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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** S13: two learners whose logs differ, as the service of one of them shows it, also when it is started again. */
@Timeout(120)
class LearnersDifferTests {

    private static final LogId LOG = new LogId(0xABC);
    private static final Ballot BALLOT = new Ballot(1, 0, 9);
    private static final ClusterLayout LAYOUT = new ClusterLayout(3, 1, 2, false);
    private static final int INSTANCES = 1_100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private ConfigurableApplicationContext start() {
        return SpringApplication.run(LearnerApplication.class, "--paxos.transport.port=0", "--server.port=0",
                "--paxos.cluster.learner-count=2", "--paxos.learner.data-directory=" + directory);
    }

    private static void hear(ConfigurableApplicationContext service, NodeId from, Message message) {
        Learner learner = service.getBean(Learner.class);
        service.getBean(EventLoop.class).call((nowNanos, effects) -> {
            learner.onMessage(new Sender(from, 1_000 + from.id()), message, nowNanos, effects);
            return true;
        }, TimeUnit.SECONDS.toNanos(10));
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext service, String path) throws Exception {
        String port = service.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static LearnerView view(ConfigurableApplicationContext service) {
        Learner learner = service.getBean(Learner.class);
        return service.getBean(EventLoop.class).call((nowNanos, _) -> learner.view(nowNanos),
                TimeUnit.SECONDS.toNanos(10));
    }

    /** Lets it deliver, and then hear of a log that is another. */
    private static void differ(ConfigurableApplicationContext service) throws Exception {
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            hear(service, LAYOUT.acceptor(acceptor), new LearnerOk(LOG, 0, 0, acceptor == 0));
        }
        for (long instance = 1; instance <= INSTANCES; instance++) {
            Bytes value = Bytes.EMPTY;
            hear(service, LAYOUT.acceptor(0), new Accepted(BALLOT, instance, value.checksum(), value));
            hear(service, LAYOUT.acceptor(1), new Accepted(BALLOT, instance, value.checksum(), null));
        }
        DeliveredLog log = service.getBean(DeliveredLog.class);
        await().atMost(PATIENCE).until(() -> log.last() == INSTANCES);
        assertThat(get(service, "/peer/log?from=1").statusCode()).isEqualTo(200);
        hear(service, LAYOUT.learner(1),
                new Report(new StorageId(1, 5), LOG, INSTANCES, List.of(new PrefixHash(1_024, 0xBAD))));
        await().atMost(PATIENCE).until(() -> log.stopped() != null);
    }

    private static void requireStopped(ConfigurableApplicationContext service) throws Exception {
        assertThat(view(service).state()).isEqualTo(LearnerView.State.HASH_DIFFERS);
        assertThat(view(service).delivered()).isEqualTo(INSTANCES);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(service, "/actuator/health").body())
                .contains("OUT_OF_SERVICE", "delivers no more (hash differs)", "no majority of learners agrees"));
        assertThat(get(service, "/peer/log?from=1").statusCode()).isEqualTo(503);
        assertThat(get(service, "/peer/snapshot").body()).contains("its log may be wrong");
    }

    @Test
    void s13ALearnerThatDiffersFromAnotherStopsForGoodSaysWhyAndGivesItsLogToNobody() throws Exception {
        try (ConfigurableApplicationContext service = start()) {
            differ(service);
            requireStopped(service);
        }
        try (ConfigurableApplicationContext again = start()) {
            requireStopped(again);
            assertThat(get(again, "/api/values?from=latest").body()).contains("\"stopped\":\"its log is in doubt",
                    "start it on an empty directory");
            hear(again, LAYOUT.acceptor(0), new LearnerOk(LOG, 0, 0, true));
            hear(again, LAYOUT.acceptor(1), new LearnerOk(LOG, 0, 0, false));
            for (int acceptor = 0; acceptor < 3; acceptor++) {
                hear(again, LAYOUT.acceptor(acceptor),
                        new Accepted(BALLOT, INSTANCES + 1, Bytes.EMPTY.checksum(), Bytes.EMPTY));
            }
            assertThat(view(again).delivered()).isEqualTo(INSTANCES);
        }
    }
}
