package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Provokes every error that the description of the API lists, on a real cluster: each is a problem of the type that the
 * description shows, and names what was wrong. One that is described and not provoked here fails the test.
 */
class ErrorsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LEARNER = "learner-0";
    private static final String IN_MEMORY = "learner-1";
    private static final String CLIENT = "client-0";
    private static final byte[] LARGE = new byte[1_000_000];
    /** What needs a disk that is full to the byte, or damaged: CheckpointControllerTests and ValuesControllerTests provoke it. */
    private static final Set<String> ELSEWHERE =
            Set.of("PUT /api/checkpoints/{instance} 507", "GET /api/values 500");
    private static final String NO_TOKEN = "urn:synod:problem:no-token";
    private static final String ROLE_TOO_SMALL = "urn:synod:problem:role-too-small";
    private static final String TOO_MANY_TRIES = "urn:synod:problem:too-many-tries";
    private static final Set<String> OF_TOKENS = Set.of(NO_TOKEN, ROLE_TOO_SMALL, TOO_MANY_TRIES);
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PAXOS_CLIENT_DEADLINE", "2s",
            "PAXOS_CLIENT_QUEUEBYTESMAX", "1500000",
            "PAXOS_LEARNER_SUBSCRIBERSMAX", "1",
            "PAXOS_LEARNER_ALLOWEDORIGINS", "https://console.example",
            "PAXOS_LEARNER_RETENTION_INSTANCES", "5000",
            "PAXOS_PROPOSER_MAXVALUESPERINSTANCE", "1");

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<String> provoked = new TreeSet<>();
    private final JsonNode described = description().path("paths");

    private static JsonNode description() {
        try {
            return JSON.readTree(Files.readString(
                    Synod.root().resolve("learner-service/src/main/resources/console/openapi.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The errors that are described, such as {@code POST /api/values 400}: those of tokens, or all others. */
    private Set<String> described(boolean ofTokens) {
        Set<String> all = new TreeSet<>();
        described.forEachEntry((path, calls) -> calls.forEachEntry((method, call) -> call.path("responses")
                .forEachEntry((status, answer) -> {
                    String error = method.toUpperCase(Locale.ROOT) + " " + path + " " + status;
                    if (Integer.parseInt(status) >= 400
                            && OF_TOKENS.contains(example(error).path("type").asString("")) == ofTokens) {
                        all.add(error);
                    }
                })));
        return all;
    }

    private JsonNode example(String error) {
        String[] parts = error.split(" ");
        return described.path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT)).path("responses").path(parts[2])
                .path("content").path("application/problem+json").path("example");
    }

    @Test
    void everyErrorThatIsDescribedIsAProblemThatNamesWhatWasWrong() {
        Synod synod = new Synod(directory, ENVIRONMENT);
        try (ProcessCluster cluster = ProcessCluster.up(synod, "--learners", "2")) {
            submissions(cluster);
            reads(cluster);
            subscriptions(cluster);
            checkpoints(cluster);
            requestsThatNoCallTakes(cluster);
            atALearnerThatKeepsNothing(cluster);
            ofWhatIsGone(cluster);
            whileNobodyLeads(cluster);
            withoutAQuorum(cluster);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
        provoked.addAll(ELSEWHERE);
        assertThat(provoked).isEqualTo(described(false));
    }

    @Test
    void everyErrorThatIsDescribedOfTokensIsAProblemThatNamesWhatWasWrong() {
        Guarded guarded = Guarded.make(directory, null);
        String wrong = "Bearer " + "x".repeat(43);
        try (ProcessCluster cluster =
                ProcessCluster.up(new Synod(directory, guarded.environment()), "--acceptors", "1")) {
            for (String error : described(true)) {
                switch (example(error).path("type").asString()) {
                    case NO_TOKEN -> expect(error, call(cluster, error, ""), "takes a token of the role ");
                    case ROLE_TOO_SMALL -> {
                        String small = "Bearer " + guarded.token("reader");
                        Await.until("tokens of this address are looked at again", SOON,
                                () -> call(cluster, error, small).statusCode() != 429);
                        expect(error, call(cluster, error, small), "the token of reader has the role reader");
                    }
                    default -> {
                        Await.until("too many wrong tokens came", SOON,
                                () -> call(cluster, error, wrong).statusCode() == 429);
                        expect(error, call(cluster, error, wrong), "too many wrong tokens came from your address");
                    }
                }
            }
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
        assertThat(provoked).isEqualTo(described(true));
    }

    /** Calls what an error is described of, with a token or without. */
    private HttpResponse<String> call(ProcessCluster cluster, String error, String authorization) {
        String[] parts = error.split(" ");
        HttpRequest.Builder request = request(cluster, LEARNER, parts[1].replace("{instance}", "1"))
                .method(parts[0], parts[0].equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json");
        return send((authorization.isEmpty() ? request : request.header("Authorization", authorization)).build());
    }

    private void submissions(ProcessCluster cluster) {
        expect("POST /api/values 400", post(cluster, CLIENT, "/api/values", "x", "Idempotency-Key", "a b"),
                "Idempotency-Key is 'a b'; allowed is");
        expect("POST /api/values 400", post(cluster, LEARNER, "/api/values", "x", "Idempotency-Key", "a b"),
                "Idempotency-Key is 'a b'; allowed is");
        expect("POST /api/values 403", post(cluster, LEARNER, "/api/values", "x", "Origin", "https://other.example"),
                "https://other.example");
        expect("POST /api/tickets 403", post(cluster, LEARNER, "/api/tickets", "", "Origin", "https://other.example"),
                "https://other.example");
        HttpRequest tooLarge = request(cluster, CLIENT, "/api/values").POST(BodyPublishers.ofByteArray(
                new byte[1_100_000])).build();
        expect("POST /api/values 413", send(tooLarge), "The value has 1100000 bytes; allowed are 1048576");
        assertThat(post(cluster, CLIENT, "/api/values", "one", "Idempotency-Key", "k").statusCode()).isEqualTo(201);
        expect("POST /api/values 422", post(cluster, LEARNER, "/api/values", "two", "Idempotency-Key", "k"),
                "A key names one value");
    }

    private void reads(ProcessCluster cluster) {
        expect("GET /api/values 400", get(cluster, LEARNER, "/api/values?limit=10001"),
                "limit is '10001'; allowed is 1 to 10000");
        expect("GET /api/values 403", get(cluster, LEARNER, "/api/values", "Origin", "https://other.example"),
                "https://other.example");
        expect("GET /api/values 409", get(cluster, LEARNER, "/api/values?log=00000000000000ff"), "00000000000000ff");
    }

    private void subscriptions(ProcessCluster cluster) {
        int port = cluster.httpPort(LEARNER);
        refused(port, "?from=x", "", 400, "from is 'x'; allowed is an instance from 1");
        refused(port, "", "Origin: https://other.example", 403, "https://other.example");
        refused(port, "?log=00000000000000ff", "", 409, "00000000000000ff");
        try (RawWebSocket open = RawWebSocket.open(port, "?from=latest", "")) {
            assertThat(open.status()).isEqualTo(101);
            awaitSubscribers(cluster, 1);
            refused(port, "", "", 503, "there are 1 subscribers");
            expect("GET /api/values 429", get(cluster, LEARNER, "/api/values", "Accept", "application/x-ndjson"),
                    "there are 1 subscribers");
            open.send(RawWebSocket.TEXT, "anything".getBytes(StandardCharsets.UTF_8), true);
            assertThat(open.readClose()).isEqualTo("1003 nothing is to be sent here");
        }
        closes(cluster, "1009", RawWebSocket.TEXT, new byte[600], true);
        closes(cluster, "1002", RawWebSocket.TEXT, new byte[1], false);
    }

    private static void closes(ProcessCluster cluster, String code, int opcode, byte[] payload, boolean masked) {
        awaitSubscribers(cluster, 0);
        try (RawWebSocket open = RawWebSocket.open(cluster.httpPort(LEARNER), "", "")) {
            open.send(opcode, payload, masked);
            assertThat(open.readClose()).startsWith(code + " ");
        }
    }

    /** A place is taken a moment after the upgrade is answered, and free a moment after the connection is closed. */
    private static void awaitSubscribers(ProcessCluster cluster, int count) {
        Await.until(count + " subscribers are counted", SOON,
                () -> cluster.get(LEARNER, "/api/cluster").json().path("subscribers").asInt() == count);
    }

    private void refused(int port, String query, String header, int status, String words) {
        try (RawWebSocket answer = RawWebSocket.open(port, query, (header.isEmpty() ? "" : header + "\n")
                + "Connection: close")) {
            String json = answer.body().substring(answer.body().indexOf('{'), answer.body().lastIndexOf('}') + 1);
            assertThat(answer.head()).contains("application/problem+json");
            expect("GET /ws/values " + status, answer.status(), json, words);
        }
    }

    private void checkpoints(ProcessCluster cluster) {
        expect("GET /api/checkpoints/latest 404", get(cluster, LEARNER, "/api/checkpoints/latest"), "no checkpoint");
        expect("GET /api/checkpoints/{instance} 404", get(cluster, LEARNER, "/api/checkpoints/1"), "at instance 1");
        expect("GET /api/checkpoints/{instance} 400", get(cluster, LEARNER, "/api/checkpoints/abc"),
                "instance is 'abc'; allowed is a whole number from 1");
        expect("PUT /api/checkpoints/{instance} 400", put(cluster, "abc"),
                "instance is 'abc'; allowed is a whole number from 1");
        expect("PUT /api/checkpoints/{instance} 409", put(cluster, "1000000"), "instance 1000000 is not delivered");
        try (HeldUpload held = storing(cluster)) {
            expect("PUT /api/checkpoints/{instance} 429", put(cluster, "1"), "another checkpoint is being stored");
            assertThat(held.end()).isEqualTo("HTTP/1.1 201 ");
        }
    }

    /** A checkpoint that is being stored. Where one of our own attempts is in its way, it is sent again. */
    private HeldUpload storing(ProcessCluster cluster) {
        AtomicReference<HeldUpload> held = new AtomicReference<>(new HeldUpload(cluster.httpPort(LEARNER)));
        Await.until("another checkpoint is refused while one is stored", SOON, () -> {
            if (held.get().isAnswered()) {
                assertThat(held.get().end()).isEqualTo("HTTP/1.1 429 ");
                held.get().close();
                held.set(new HeldUpload(cluster.httpPort(LEARNER)));
            }
            return put(cluster, "1").statusCode() == 429;
        });
        return held.get();
    }

    /** A checkpoint whose body is not sent until {@link #end}. */
    private static final class HeldUpload implements AutoCloseable {

        private final Socket socket;

        HeldUpload(int port) {
            try {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout((int) SOON.toMillis());
                send("PUT /api/checkpoints/1 HTTP/1.1\r\nHost: localhost:" + port + "\r\nContent-Length: 1\r\n\r\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        boolean isAnswered() {
            try {
                return socket.getInputStream().available() > 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns the first line of the answer. */
        String end() {
            try {
                if (!isAnswered()) {
                    send("x");
                }
                return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void requestsThatNoCallTakes(ProcessCluster cluster) {
        for (String service : new String[] {"acceptor-0", "proposer-0", LEARNER, CLIENT}) {
            problem(get(cluster, service, "/api/nothing"), 404, "not-found", "there is nothing at /api/nothing");
        }
        for (String service : new String[] {LEARNER, CLIENT}) {
            problem(send(request(cluster, service, "/api/values").DELETE().build()), 405, "method-not-allowed",
                    "there is no DELETE of /api/values here; allowed");
        }
        problem(get(cluster, LEARNER, "/api/values", "Accept", "text/html"), 406, "not-acceptable",
                "Accept is 'text/html'; allowed");
        problem(post(cluster, LEARNER, "/actuator/trim", "instance=1", "Content-Type", "text/plain"), 415,
                "unsupported-media-type", "Content-Type is 'text/plain'; allowed");
        problem(post(cluster, LEARNER, "/actuator/trim", "instance=1", "Content-Type", "application/json"), 400,
                "bad-request", "cannot be read as JSON");
    }

    private void atALearnerThatKeepsNothing(ProcessCluster cluster) {
        cluster.synod().run("stop", "learner", "1").requireOk();
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.put("PAXOS_LEARNER_STORAGE", "memory");
        new Synod(directory, environment).run("start", "learner", "2").requireOk();
        expect("GET /api/checkpoints/latest 409", get(cluster, IN_MEMORY, "/api/checkpoints/latest"),
                "paxos.learner.storage=memory");
        expect("GET /api/checkpoints/{instance} 409", get(cluster, IN_MEMORY, "/api/checkpoints/1"),
                "paxos.learner.storage=memory");
        expect("POST /actuator/trim 403", trim(cluster, IN_MEMORY, "1"), "paxos.learner.can-trim=true");
        expect("POST /actuator/trim 400", trim(cluster, LEARNER, "0"), "instance is '0'; allowed is a whole number");
        expect("POST /actuator/trim 409", trim(cluster, LEARNER, "1000000"), "acceptors cannot trim up to instance");
    }

    private void ofWhatIsGone(ProcessCluster cluster) {
        Feed feed = Feed.start(cluster.synod(), "-o", "256");
        Await.until("the learner keeps the end of the log alone", SOON, () -> {
            feed.write(1_000);
            return cluster.get(LEARNER, "/api/values?from=latest").json().path("firstInstance").asLong() > 1;
        });
        feed.end().requireOk();
        expect("GET /api/values 410", get(cluster, LEARNER, "/api/values?from=2"), "the first retained instance is");
        expect("PUT /api/checkpoints/{instance} 410", put(cluster, "2"), "cannot be built any more");
        try (RawWebSocket gone = RawWebSocket.open(cluster.httpPort(LEARNER), "?from=2", "")) {
            assertThat(gone.readClose()).startsWith("4410 first retained instance is ").endsWith("; checkpoint at 1");
        }
    }

    private void whileNobodyLeads(ProcessCluster cluster) {
        cluster.kill("proposer-0");
        HttpRequest large = request(cluster, CLIENT, "/api/values").POST(BodyPublishers.ofByteArray(LARGE)).build();
        CompletableFuture<HttpResponse<String>> first = http.sendAsync(large, BodyHandlers.ofString());
        HttpResponse<String> second = send(large);
        HttpResponse<String> waited = first.join();
        boolean firstWaited = waited.statusCode() == 503;
        expect("POST /api/values 429", firstWaited ? second : waited, "paxos.client.queue-bytes-max");
        expect("POST /api/values 503", firstWaited ? waited : second, "until the deadline");
        cluster.synod().run("start", "proposer", "1").requireOk();
    }

    private void withoutAQuorum(ProcessCluster cluster) {
        Await.until("values are taken again", SOON,
                () -> post(cluster, CLIENT, "/api/values", "x", "Accept", "*/*").statusCode() == 201);
        cluster.signal("acceptor-1", "STOP");
        cluster.signal("acceptor-2", "STOP");
        try {
            expect("POST /api/values 504", post(cluster, CLIENT, "/api/values", "x", "Accept", "*/*"),
                    "may be decided");
            expect("POST /actuator/trim 503", trim(cluster, LEARNER, "1"), "too few acceptors answered");
            Await.until("health says that there is no quorum", SOON,
                    () -> get(cluster, LEARNER, "/actuator/health").statusCode() == 503);
            provoked.add("GET /actuator/health 503");
        } finally {
            cluster.signal("acceptor-1", "CONT");
            cluster.signal("acceptor-2", "CONT");
        }
    }

    private void expect(String error, HttpResponse<String> answer, String words) {
        assertThat(answer.headers().firstValue("Content-Type")).as(error).hasValue("application/problem+json");
        expect(error, answer.statusCode(), answer.body(), words);
    }

    private void expect(String error, int status, String body, String words) {
        String[] parts = error.split(" ");
        assertThat(String.valueOf(status)).as("%s: %s", error, body).isEqualTo(parts[2]);
        JsonNode example = example(error);
        JsonNode problem = JSON.readTree(body);
        assertThat(problem.path("status").asInt()).as(error).isEqualTo(status);
        assertThat(problem.path("type").asString("")).as(error).isEqualTo(example.path("type").asString("none"));
        assertThat(problem.path("title").asString("")).as(error).isEqualTo(example.path("title").asString("none"));
        assertThat(problem.path("detail").asString("")).as(error).contains(words);
        provoked.add(error);
    }

    private static void problem(HttpResponse<String> answer, int status, String type, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("type").asString("")).isEqualTo("urn:synod:problem:" + type);
        assertThat(problem.path("detail").asString("")).contains(words);
    }

    private static HttpRequest.Builder request(ProcessCluster cluster, String service, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.httpPort(service) + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> get(ProcessCluster cluster, String service, String path, String... headers) {
        HttpRequest.Builder request = request(cluster, service, path);
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private HttpResponse<String> post(ProcessCluster cluster, String service, String path, String body,
            String... headers) {
        return send(request(cluster, service, path).headers(headers).POST(BodyPublishers.ofString(body)).build());
    }

    private HttpResponse<String> trim(ProcessCluster cluster, String service, String instance) {
        return post(cluster, service, "/actuator/trim", "{\"instance\": " + instance + "}", "Content-Type",
                "application/json");
    }

    private HttpResponse<String> put(ProcessCluster cluster, String instance) {
        return send(request(cluster, LEARNER, "/api/checkpoints/" + instance).PUT(BodyPublishers.ofString("state"))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        return Http.send(http, request);
    }
}
