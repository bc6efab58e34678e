package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A cluster that all hosts reach over HTTP, and that lets only those do something who have a token. What it tries it finds by itself. */
class HttpGuardIT {

    private static final List<String> SERVICES =
            List.of("acceptor-0", "proposer-0", "learner-0", "client-0", "replica-0");
    private static final Set<String> OPEN = Set.of("GET /actuator/health", "GET /actuator/info",
            "GET /actuator/prometheus");
    /** One that reads, and all that write. */
    private static final List<String> EVERY_METHOD = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @TempDir
    private static Path directory;

    private static Guarded guarded;
    private static ProcessCluster cluster;
    /** One replica, which is all roles in one process, and a cluster of its own. */
    private static ProcessCluster replica;

    @BeforeAll
    static void start() throws IOException {
        guarded = Guarded.make(directory, null);
        Map<String, String> environment = new HashMap<>(guarded.environment());
        // The list of all calls, which no service shows otherwise.
        environment.put("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE",
                "health,info,metrics,prometheus,integrationgraph,loggers,paxos,rejoin,trim,mappings");
        cluster = ProcessCluster.up(new Synod(directory, environment), "--acceptors", "1");
        Path beside = Files.createDirectory(directory.resolve("replica"));
        replica = ProcessCluster.up(new Synod(beside, environment), "--replicas", "1");
    }

    @AfterAll
    static void stop() {
        cluster.close();
        replica.close();
    }

    private static ProcessCluster clusterOf(String service) {
        return service.startsWith("replica") ? replica : cluster;
    }

    private static Http.Answer call(String service, String method, String path, @Nullable String role) {
        return guarded.call(clusterOf(service).httpPort(service), method, path, role);
    }

    private static int status(String service, String method, String path, @Nullable String role) {
        return call(service, method, path, role).status();
    }

    /** Every call of a service, such as {@code PUT /api/checkpoints/1}, as its dispatcher tells. */
    private static Set<String> calls(String service) {
        Set<String> calls = new TreeSet<>();
        JsonNode contexts = call(service, "GET", "/actuator/mappings", "reader").json().path("contexts");
        for (JsonNode mapping : contexts.findValues("requestMappingConditions")) {
            for (JsonNode pattern : mapping.path("patterns")) {
                for (String method : methods(mapping)) {
                    calls.add(method + " " + pattern.asString().replace("/**", "").replaceAll("\\{[^}]*}", "1"));
                }
            }
        }
        return calls;
    }

    /** A mapping that names none answers all, as that of errors does. */
    private static List<String> methods(JsonNode mapping) {
        List<String> named = mapping.path("methods").valueStream().map(JsonNode::asString).toList();
        return named.isEmpty() ? EVERY_METHOD : named;
    }

    /** Every call that {@code openapi.json} describes, with what it says of it. */
    private static Map<String, JsonNode> described() {
        Map<String, JsonNode> described = new TreeMap<>();
        call("learner-0", "GET", "/openapi.json", null).json().path("paths")
                .forEachEntry((path, calls) -> calls.forEachEntry((method, call) -> described.put(
                        method.toUpperCase(java.util.Locale.ROOT) + " " + path.replaceAll("\\{[^}]*}", "1"), call)));
        return described;
    }

    @Test
    void withoutATokenOnlyWhatIsOpenAnswersAtAnyService() {
        for (String service : SERVICES) {
            Set<String> calls = calls(service);
            assertThat(calls).as(service)
                    .contains("POST /actuator/loggers/1", "GET /actuator/paxos", "GET /error", "DELETE /error")
                    .containsAll(OPEN);
            for (String call : calls) {
                String[] parts = call.split(" ");
                assertThat(status(service, parts[0], parts[1], null) == 401).as("%s: %s takes a token", service, call)
                        .isEqualTo(!OPEN.contains(call));
            }
            for (JsonNode link : call(service, "GET", "/actuator", "reader").json().path("_links")) {
                String path = URI.create(link.path("href").asString().replaceAll("\\{[^}]*}", "1")).getPath();
                assertThat(status(service, "POST", path, null)).as("%s: POST %s", service, path).isEqualTo(401);
            }
        }
        assertThat(guarded.open(cluster.httpPort("learner-0"), "", null, null)).isEqualTo(401);
    }

    @Test
    void everyWriteIsRefusedToARoleThatIsTooSmallAndWorksWithTheRightOne() {
        Set<String> seen = new TreeSet<>();
        for (String service : SERVICES) {
            for (String call : calls(service)) {
                String[] parts = call.split(" ");
                if (parts[0].equals("GET") || call.equals("POST /api/tickets")) {
                    continue;
                }
                seen.add(call);
                boolean submits = call.equals("POST /api/values");
                Http.Answer refused = call(service, parts[0], parts[1], submits ? "reader" : "submitter");
                assertThat(refused.status()).as("%s: %s", service, call).isEqualTo(403);
                assertThat(refused.json().path("type").asString()).isEqualTo("urn:synod:problem:role-too-small");
                assertThat(refused.json().path("detail").asString()).contains(submits ? "submitter" : "operator");
                assertThat(status(service, parts[0], parts[1], submits ? "submitter" : "operator"))
                        .as("%s: %s", service, call).isNotIn(401, 403);
            }
        }
        assertThat(seen).contains("POST /api/values", "PUT /api/checkpoints/1", "POST /actuator/trim",
                "POST /actuator/rejoin", "POST /actuator/loggers/1");
        assertThat(status("client-0", "POST", "/api/values", "submitter")).isEqualTo(201);
        assertThat(status("learner-0", "POST", "/api/values", "submitter")).as("handed on").isEqualTo(201);
        assertThat(status("learner-0", "POST", "/actuator/loggers/io.synod", "operator")).isEqualTo(204);
    }

    @Test
    void theDescriptionOfTheApiTellsWhatEachCallTakes() {
        described().forEach((call, says) -> {
            String[] parts = call.split(" ");
            if (!parts[1].startsWith("/ws")) {
                String role = says.path("x-role").asString("");
                assertThat(status("learner-0", parts[0], parts[1], null) == 401).as(call).isEqualTo(!role.isEmpty());
                if (!role.isEmpty()) {
                    assertThat(status("learner-0", parts[0], parts[1], role)).as(call).isNotIn(401, 403);
                    String less = role.equals("reader") ? null : Guarded.ROLES.get(Guarded.ROLES.indexOf(role) - 1);
                    assertThat(less == null || status("learner-0", parts[0], parts[1], less) == 403).as(call).isTrue();
                }
            }
        });
        assertThat(described()).hasSizeGreaterThan(10);
    }

    @Test
    void aForeignOriginOpensNoWebSocketAndWritesNothing() {
        int port = cluster.httpPort("learner-0");
        assertThat(guarded.open(port, "", "reader", "https://elsewhere.example")).isEqualTo(403);
        assertThat(guarded.open(port, "", "reader", "http://127.0.0.1:" + port)).isEqualTo(101);
        assertThat(guarded.open(port, "", "reader", null)).isEqualTo(101);
        for (String service : SERVICES) {
            Http.Answer answer = guarded.send(HttpRequest
                    .newBuilder(URI
                            .create("http://127.0.0.1:" + clusterOf(service).httpPort(service) + "/actuator/loggers/x"))
                    .header("Origin", "https://elsewhere.example")
                    .header("Authorization", "Bearer " + guarded.token("operator"))
                    .POST(HttpRequest.BodyPublishers.ofString("{}")).build());
            assertThat(answer.status()).as(service).isEqualTo(403);
            assertThat(answer.json().path("type").asString()).isEqualTo("urn:synod:problem:foreign-origin");
        }
    }

    @Test
    void aTicketOpensOneWebSocket() {
        int port = cluster.httpPort("learner-0");
        String ticket = call("learner-0", "POST", "/api/tickets", "reader").json().path("ticket").asString();
        assertThat(guarded.open(port, "?ticket=" + ticket, null, "http://127.0.0.1:" + port)).isEqualTo(101);
        assertThat(guarded.open(port, "?ticket=" + ticket, null, "http://127.0.0.1:" + port)).isEqualTo(401);
        assertThat(status("learner-0", "GET", "/api/values?ticket=" + ticket, null)).isEqualTo(401);
    }

    @Test
    void commandsShowATokenAndSayWhatIsWrongWithoutOne() throws IOException {
        assertThat(Files.getPosixFilePermissions(guarded.tokenFile("operator")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        cluster.synod().run("status").requireOk();
        cluster.synod().run("submit", "by the command").requireOk();
        String[] tail = {"tail", "--from", "1"};
        assertThat(cluster.synod().run(tail).requireOk().out()).contains("by the command");
        Synod nobody = new Synod(directory);
        Synod.Result refused = nobody.run(tail);
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("takes a token of the role reader", "--token-file or SYNOD_TOKEN_FILE");
        List<String> withFile = new ArrayList<>(List.of(tail));
        withFile.addAll(List.of("--token-file", guarded.tokenFile("reader").toString()));
        assertThat(nobody.run(withFile.toArray(String[]::new)).requireOk().out()).contains("by the command");
        Synod.Result trim = nobody.run("trim", "1", "--token-file", guarded.tokenFile("reader").toString());
        assertThat(trim.exit()).isEqualTo(3);
        assertThat(trim.err()).contains("takes the role operator, and the token of reader has the role reader");
        assertThat(nobody.run("status").err()).contains("asks for a token; SYNOD_TOKEN_FILE");
    }

    @Test
    void whatIsDoneAndRefusedIsInTheAuditLogWithoutTheTokens() {
        String path = "/actuator/loggers/org.apache";
        String from = " from=127.0.0.1 method=POST path=" + path;
        call("acceptor-0", "POST", path, "operator");
        // Of those that other tests brought about as many may stand there as may in a second.
        Await.until("the audit log has both", Duration.ofSeconds(20), () -> {
            call("acceptor-0", "POST", path, "reader");
            String log = cluster.log("acceptor-0");
            return log.contains("event=call who=operator role=operator" + from + " status=204")
                    && log.contains("event=refused who=reader role=reader" + from + " status=403");
        });
        for (String service : SERVICES) {
            for (String role : Guarded.ROLES) {
                assertThat(clusterOf(service).log(service)).doesNotContain(guarded.token(role));
            }
            assertThat(clusterOf(service).log(service)).contains("HTTP is not encrypted");
        }
    }
}
