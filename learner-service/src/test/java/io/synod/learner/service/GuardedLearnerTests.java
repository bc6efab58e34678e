package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole service where tokens are in force. */
@SpringBootTest(
        classes = LearnerApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"paxos.transport.port=0", "paxos.learner.storage=memory",
                "paxos.security.tokens[0]=app:reader:d9ef4334ec1e720d52182936117c00ed352c044d0f8d46cd845298cbc1869b72",
                "paxos.security.tokens[1]=feed:submitter:d64b93c9f1b60eb338e5cb415d6a36bd920edd0e9b36f7ea5c730d0e10ff147f",
                "paxos.security.tokens[2]=ops:operator:3907791a831e2e5c383fba601a0f08e0bfae87a56c2f45121101976d874ee3d6"})
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class GuardedLearnerTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();
    private static final String READER = "r".repeat(43);
    private static final String SUBMITTER = "s".repeat(43);
    private static final String OPERATOR = "o".repeat(43);

    @LocalServerPort
    private int port;

    @Autowired
    private List<RequestMappingInfoHandlerMapping> mappings;

    private HttpResponse<String> call(String method, String path, @Nullable String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String method, String path, @Nullable String token) throws Exception {
        return call(method, path, token).statusCode();
    }

    /** Every call that a mapping of this service takes, such as {@code PUT /api/checkpoints/1}. */
    private Set<String> calls() {
        Set<String> calls = new TreeSet<>();
        mappings.forEach(mapping -> mapping.getHandlerMethods()
                .forEach((info, _) -> info.getPatternValues().forEach(pattern -> methods(info)
                        .forEach(method -> calls.add(method + " "
                                + pattern.replace("/**", "").replaceAll("\\{[^}]*}", "1"))))));
        return calls;
    }

    /** A mapping that names none takes all. */
    private static Set<RequestMethod> methods(RequestMappingInfo info) {
        Set<RequestMethod> named = info.getMethodsCondition().getMethods();
        return named.isEmpty() ? Set.of(RequestMethod.GET, RequestMethod.POST) : named;
    }

    @Test
    void noCallGoesOnWithoutATokenButThoseThatAreOpen() throws Exception {
        Set<String> open = new TreeSet<>();
        Set<String> all = calls();
        assertThat(all).contains("POST /actuator/trim", "POST /actuator/loggers/1", "PUT /api/checkpoints/1",
                "POST /api/values", "GET /peer/log", "GET /actuator/paxos", "POST /api/tickets");
        for (String call : all) {
            String[] parts = call.split(" ");
            int status = status(parts[0], parts[1], null);
            if (status != 401) {
                open.add(call);
            }
        }
        assertThat(open).containsExactlyInAnyOrder("GET /actuator/health", "GET /actuator/info",
                "GET /actuator/prometheus");
        assertThat(status("GET", "/ws/values", null)).isEqualTo(401);
        assertThat(status("GET", "/nothing/there", null)).isEqualTo(401);
        assertThat(status("GET", "/", null)).isEqualTo(200);
        assertThat(status("GET", "/console/access.js", null)).isEqualTo(200);
    }

    @Test
    void noWriteGoesOnWithATokenWhoseRoleIsTooSmallAndEachDoesWithTheRightOne() throws Exception {
        int writes = 0;
        for (String call : calls()) {
            String[] parts = call.split(" ");
            if (!parts[0].equals("GET") && !call.equals("POST /api/tickets")) {
                writes++;
                boolean submit = call.equals("POST /api/values");
                assertThat(status(parts[0], parts[1], submit ? READER : SUBMITTER)).as(call).isEqualTo(403);
                HttpResponse<String> answer = call(parts[0], parts[1], submit ? SUBMITTER : OPERATOR);
                assertThat(answer.body()).as(call).doesNotContain("role-too-small", "no-token", "wrong-token");
                assertThat(answer.statusCode()).as(call).isNotEqualTo(401);
            }
        }
        assertThat(writes).isGreaterThan(3);
    }

    @Test
    void detailsOfHealthAreForWhoShowsAToken() throws Exception {
        JsonNode nobody = JSON.readTree(call("GET", "/actuator/health", null).body());
        assertThat(nobody.path("components").path("transport").path("status").asString()).isEqualTo("UP");
        assertThat(nobody.path("components").path("transport").has("details")).isFalse();
        JsonNode reader = JSON.readTree(call("GET", "/actuator/health", READER).body());
        assertThat(reader.path("components").path("transport").path("details").has("address")).isTrue();
        assertThat(reader.path("components").path("http").path("details").path("access").asString())
                .isEqualTo("tokens");
        assertThat(JSON.readTree(call("GET", "/actuator/info", null).body()).path("http").path("tokens").asBoolean())
                .isTrue();
    }

    @Test
    void aTicketOpensOneWebSocketAndATokenInTheHeaderAsManyAsItLikes() throws Exception {
        assertThat(status("POST", "/api/tickets", null)).isEqualTo(401);
        HttpResponse<String> answer = call("POST", "/api/tickets", READER);
        assertThat(answer.statusCode()).isEqualTo(201);
        String ticket = JSON.readTree(answer.body()).path("ticket").asString();
        open("?ticket=" + ticket, null).abort();
        assertRefused("?ticket=" + ticket, null, 401);
        assertRefused("?ticket=x", null, 401);
        open("", READER).abort();
        open("", READER).abort();
        assertRefused("", null, 401);
        assertRefused("", "x".repeat(43), 401);
    }

    private WebSocket open(String query, @Nullable String token) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/values" + query),
                new WebSocket.Listener() {}).join();
    }

    private void assertRefused(String query, @Nullable String token, int status) {
        assertThatThrownBy(() -> open(query, token)).cause().isInstanceOfSatisfying(WebSocketHandshakeException.class,
                refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    @Test
    void aStreamGoesOnAfterItsRequestWasJudged() throws Exception {
        HttpResponse<String> stream = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/values?from=1"))
                        .header("Accept", "application/x-ndjson").header("Authorization", "Bearer " + READER).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("Content-Type").orElse("")).startsWith("application/x-ndjson");
        assertThat(status("GET", "/api/values?from=1&wait=50", READER)).isEqualTo(200);
    }

    @Test
    void whatWasDoneAndWhatWasRefusedStandsInTheAuditLog(CapturedOutput output) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/trim"))
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + OPERATOR)
                .POST(HttpRequest.BodyPublishers.ofString("{\"instance\":7}")).build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        // Of those that the other tests brought about as many may stand there as may in a second.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(status("POST", "/actuator/trim", null)).isEqualTo(401);
            assertThat(output.getOut()).contains(
                    "event=refused who=anonymous role=none from=127.0.0.1 method=POST path=/actuator/trim status=401");
        });
        assertThat(output.getOut()).contains("event=call who=ops role=operator from=127.0.0.1 method=POST"
                + " path=/actuator/trim what=\"instance=7\" status=403");
        assertThat(output.getAll()).doesNotContain(OPERATOR);
    }
}
