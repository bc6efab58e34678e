package io.synod.client.cli.torture;

import io.synod.client.history.History;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits one value after the other to a client-service, and writes down what it is told. */
final class HttpLoad implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
    private static final long PAUSE_MILLIS = 20;
    private static final int CREATED = 201;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1)).build();
    private final URI uri;
    private final History history;
    private final Thread thread;
    private volatile boolean ended;

    HttpLoad(int port, History history) {
        this.uri = URI.create("http://127.0.0.1:" + port + "/api/values");
        this.history = history;
        this.thread = Thread.ofPlatform().daemon().name("torture-http").start(this::run);
    }

    private void run() {
        try {
            for (int number = 1; !ended; number++) {
                String id = "http#" + number;
                history.submitted(id);
                submit(id);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(String id) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(Payload.of(id))).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            switch (response.statusCode()) {
                case CREATED -> {
                    JsonNode place = JSON.readTree(response.body());
                    history.acknowledged(id, place.path("instance").asLong(), place.path("index").asInt(-1));
                }
                case TOO_MANY_REQUESTS, UNAVAILABLE -> history.refused(id);
                default -> history.unknown(id);
            }
        } catch (IOException _) {
            // It may have been submitted before the service went away.
            history.unknown(id);
        }
    }

    /** Submits nothing more, and waits until the last value has its outcome. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
