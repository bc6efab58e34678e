package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.filter.FormContentFilter;

/** The whole service with a socket of its own, and no acceptor anywhere. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
                "paxos.transport.port=0",
                "paxos.learner.allowed-origins=https://console.example",
                "paxos.learner.storage=memory",
                "paxos.learner.memory-instances=16"
        })
@DirtiesContext
@Timeout(60)
class LearnerApplicationTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Autowired
    private DeliveredLog log;

    @Autowired
    private Subscribers subscribers;

    @LocalServerPort
    private int port;

    /** Puts all that a WebSocket says into a queue. */
    private static final class Received implements WebSocket.Listener {
        final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                queue.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            queue.add(code + " " + reason);
            return null;
        }

        String next() throws InterruptedException {
            String frame = queue.poll(20, TimeUnit.SECONDS);
            return frame == null ? "nothing came" : frame;
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String path) throws Exception {
        return HTTP.send(
                request.uri(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> trim(String body) throws Exception {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                "/actuator/trim");
    }

    private WebSocket open(String query, Received frames, @Nullable String origin) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (origin != null) {
            builder.header("Origin", origin);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/values" + query), frames)
                .join();
    }

    private int refusal(String query, @Nullable String origin) {
        try {
            open(query, new Received(), origin).abort();
            return 0;
        } catch (CompletionException e) {
            return e.getCause() instanceof WebSocketHandshakeException refused
                    ? refused.getResponse().statusCode()
                    : -1;
        }
    }

    private void append(Bytes... values) {
        long instance = log.last() + 1;
        log.append(Deliveries.of(instance, Deliveries.run(Deliveries.SESSION, instance, 0, values)));
    }

    @Test
    void aWebSocketGetsEveryValueInOrderFromWhereItAsks() throws Exception {
        append(Bytes.ofUtf8("one"), Bytes.ofUtf8("two"));
        long instance = log.last();
        Received frames = new Received();
        WebSocket socket = open("?from=" + instance + ":1", frames, null);
        assertThat(frames.next())
                .isEqualTo("{\"instance\":" + instance + ",\"index\":1,\"session\":\"1/1\",\"number\":"
                        + (instance + 1) + ",\"value\":\"two\",\"logId\":\"" + log.logId() + "\"}");
        append(Bytes.wrap(new byte[] {(byte) 0xfe}));
        assertThat(frames.next()).contains("\"instance\":" + (instance + 1), "\"value\":\"/g==\"", "\"base64\"");
        assertThat(subscribers.count()).isPositive();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertThat(frames.next()).startsWith("1000");
    }

    @Test
    void aWebSocketCanAskForOneSessionAlone() throws Exception {
        SessionId other = new SessionId(7, 3);
        Received frames = new Received();
        WebSocket socket = open("?from=latest&client=7/3", frames, null);
        append(Bytes.ofUtf8("not this"));
        long instance = log.last() + 1;
        log.append(Deliveries.of(instance, Deliveries.run(other, 1, 0, Bytes.ofUtf8("this"))));
        assertThat(frames.next()).contains("\"session\":\"7/3\"", "\"value\":\"this\"");
        socket.abort();
    }

    @Test
    void s12APositionThatIsGoneClosesTheWebSocketWithAReason() throws Exception {
        for (int i = 0; i < 40; i++) {
            append(Bytes.ofUtf8("v"));
        }
        Received frames = new Received();
        open("?from=1", frames, null);
        assertThat(frames.next()).isEqualTo("4410 first retained instance is " + log.first() + "; no checkpoint");
    }

    @Test
    void aPageOfAForeignOriginOpensNoWebSocket() {
        assertThat(refusal("", "https://elsewhere.example")).isEqualTo(403);
        assertThat(refusal("", "https://console.example")).isZero();
        assertThat(refusal("", null)).isZero();
    }

    @Test
    void aPageOfAnAllowedOriginMayReadAnswersAndOneOfAForeignOriginMayNot() throws Exception {
        HttpResponse<String> allowed =
                send(HttpRequest.newBuilder().header("Origin", "https://console.example"), "/api/values");
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://console.example");
        HttpResponse<String> foreign =
                send(HttpRequest.newBuilder().header("Origin", "https://elsewhere.example"), "/api/values");
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(foreign.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(foreign.body()).contains("problem:foreign-origin", "https://elsewhere.example",
                "paxos.learner.allowed-origins");
    }

    @Test
    void badParametersOfAWebSocketAreRefusedBeforeTheUpgrade() {
        assertThat(refusal("?from=0", null)).isEqualTo(400);
        assertThat(refusal("?client=7", null)).isEqualTo(400);
        assertThat(refusal("?form=7", null)).isEqualTo(400);
        log.nameLog(new LogId(0xabc));
        assertThat(refusal("?log=0123", null)).isEqualTo(409);
        assertThat(refusal("?log=unknown", null)).isZero();
    }

    @Test
    void aLearnerThatMayNotTrimSaysSo() throws Exception {
        HttpResponse<String> answer = trim("{\"instance\": 5}");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("paxos.learner.can-trim=true");
    }

    @Test
    void aBadTrimIsToldWhatIsAllowed() throws Exception {
        for (String body : new String[] {"{\"instance\": 0}", "{\"instance\": \"x\"}", "{\"instance\": -4}"}) {
            HttpResponse<String> answer = trim(body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).contains("whole number from 1");
        }
        assertThat(trim("{}").statusCode()).isEqualTo(400);
    }

    /** curl says of what it sends that it is a form, unless told otherwise. */
    @Test
    void nobodyTakesTheBodyOfARequestBeforeTheCallDoes(@Autowired ObjectProvider<FormContentFilter> filters) {
        assertThat(filters.stream()).isEmpty();
    }

    @Test
    void onlyAnotherLearnerIsExcluded() throws Exception {
        for (String exclude : new String[] {"0", "-1", "99", "\"x\"", "\"\"", "\"1,0\"", "\"1,\""}) {
            HttpResponse<String> answer = trim("{\"instance\": 5, \"exclude\": " + exclude + "}");
            assertThat(answer.statusCode()).as(exclude).isEqualTo(400);
            assertThat(answer.body()).contains("allowed are ids of other learners than 0");
        }
    }

    @Test
    void theEndpointAndTheMetersShowTheLearner() throws Exception {
        HttpResponse<String> view = send(HttpRequest.newBuilder(), "/actuator/paxos");
        assertThat(view.body()).contains("\"learner\":{", "\"state\":\"CURRENT\"", "\"delivered\":0");
        assertThat(view.body()).containsPattern("\"storageId\":\"[^\"]+\"");
        String meters = send(HttpRequest.newBuilder(), "/actuator/prometheus").body();
        for (String name : new String[] {
                "paxos_learner_instances_delivered_total",
                "paxos_learner_values_delivered_total",
                "paxos_learner_duplicates_total",
                "paxos_learner_repeats_total",
                "paxos_learner_delivered_instance",
                "paxos_learner_gap_instances",
                "paxos_learner_stopped",
                "paxos_learner_subscribers",
                "paxos_learner_subscribers_refused_total",
                "paxos_learner_subscribers_ended_total",
                "paxos_learner_subscriber_lag_instances",
                "paxos_learner_subscriber_values_total"
        }) {
            assertThat(meters).contains("\n" + name + "{");
        }
        assertThat(send(HttpRequest.newBuilder(), "/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(send(HttpRequest.newBuilder(), "/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void everyErrorIsAProblem() throws Exception {
        List<HttpResponse<String>> errors = List.of(
                send(HttpRequest.newBuilder(), "/nowhere"),
                send(HttpRequest.newBuilder(), "/api/values?from=x"),
                send(HttpRequest.newBuilder().DELETE(), "/api/values"),
                send(HttpRequest.newBuilder(), "/actuator/nothing"),
                send(HttpRequest.newBuilder(), "/actuator/trim"),
                trim("{}"),
                trim("not json"),
                send(HttpRequest.newBuilder(), "/error"),
                send(HttpRequest.newBuilder(), "/ws/values?from=x"),
                send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString("v")), "/api/values"));
        assertThat(errors).extracting(HttpResponse::statusCode)
                .containsExactly(404, 400, 405, 404, 405, 400, 400, 404, 400, 503);
        assertThat(errors).allSatisfy(error -> {
            assertThat(error.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(error.body()).contains("\"status\":" + error.statusCode(), "\"title\":", "\"detail\":",
                    "\"type\":\"urn:synod:problem:");
        });
        assertThat(errors.getLast().body()).contains("paxos.learner.client-services");
    }

    @Test
    void whatNoCallTakesIsToldWhatIsAllowed() throws Exception {
        HttpRequest.BodyPublisher form = HttpRequest.BodyPublishers.ofString("instance=5");
        assertThat(send(HttpRequest.newBuilder(), "/api/nothing").body())
                .contains("problem:not-found",
                        "there is nothing at /api/nothing; /api.html at a learner lists every call");
        HttpResponse<String> method = send(HttpRequest.newBuilder().DELETE(), "/api/values");
        assertThat(method.body()).contains("problem:method-not-allowed", "there is no DELETE of /api/values here")
                .contains("GET", "POST");
        assertThat(method.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
        assertThat(send(HttpRequest.newBuilder().header("Content-Type", "application/x-www-form-urlencoded").POST(form),
                "/actuator/trim").body())
                .contains("problem:unsupported-media-type", "Content-Type is 'application/x-www-form-urlencoded'",
                        "application/json");
        assertThat(trim("not json").body()).contains("problem:bad-request", "the body cannot be read as JSON: ");
        assertThat(trim("{}").body()).contains("problem:bad-request", "instance");
        HttpResponse<String> plain = send(HttpRequest.newBuilder(), "/ws/values");
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(plain.body()).contains("problem:bad-request", "allowed is websocket");
        HttpResponse<String> post = send(HttpRequest.newBuilder().POST(form), "/ws/values");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.body()).contains("problem:method-not-allowed", "allowed is GET");
    }
}
