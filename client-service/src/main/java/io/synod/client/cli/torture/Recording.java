package io.synod.client.cli.torture;

import io.synod.client.history.History;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows what one learner delivers, however often the learner goes away, and writes it down. */
final class Recording implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String EARLIEST = "earliest";
    private static final int PAGE_VALUES_MAX = 2_000;
    private static final int LONG_POLL_MILLIS = 1_000;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(6);
    private static final long RETRY_MILLIS = 100;
    private static final int OK = 200;
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1)).build();
    private final String learner;
    private final String base;
    private final History history;
    private final Findings findings;
    private final BooleanSupplier mayForget;
    private final Thread thread;
    private volatile boolean ended;
    private volatile History.@Nullable Reader reader;
    private String position;
    /** Whether the learner has lost its position, and goes on at a later one that is not known yet. */
    private boolean skips;

    private Recording(String learner, int port, String from, BooleanSupplier mayForget, History history,
            Findings findings) {
        this.learner = learner;
        this.mayForget = mayForget;
        this.position = from;
        this.history = history;
        this.base = "http://127.0.0.1:" + port + "/api/values?limit=" + PAGE_VALUES_MAX + "&wait=" + LONG_POLL_MILLIS
                + "&from=";
        this.findings = findings;
        this.thread = Thread.ofPlatform().daemon().name("torture-" + learner).start(this::run);
    }

    /**
     * From the start of the log on.
     *
     * @param learner its name, also in what is found
     * @param mayForget whether the learner has lost its log, and may say that it lacks a part (rule S12): that is left out
     */
    static Recording fromStart(String learner, int port, BooleanSupplier mayForget, History history,
            Findings findings) {
        return new Recording(learner, port, "1", mayForget, history, findings);
    }

    /** From the earliest that the learner still has: what it delivered before must have been told by others. */
    static Recording fromEarliest(String learner, int port, History history, Findings findings) {
        return new Recording(learner, port, EARLIEST, () -> false, history, findings);
    }

    /** How many values it has written down, or begun behind. */
    int count() {
        History.Reader current = reader;
        return current == null ? 0 : current.count();
    }

    private void run() {
        try {
            while (!ended) {
                if (!readPage()) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it led further. */
    private boolean readPage() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + position)).timeout(ANSWER_MAX).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == OK) {
                return take(JSON.readTree(response.body()));
            }
            if (response.statusCode() == GONE && mayForget.getAsBoolean() && !skips) {
                skips = true;
                position = EARLIEST;
                return true;
            }
            if (response.statusCode() / 100 == 4 && response.statusCode() != TOO_MANY_REQUESTS) {
                findings.safety(List.of(learner + " cannot tell what it delivered from " + position + " on: "
                        + response.statusCode() + " " + response.body()));
                ended = true;
            }
            return false;
        } catch (IOException | JacksonException _) {
            // It is down, or halted, and asked again from the same position.
            return false;
        }
    }

    private boolean take(JsonNode page) {
        JsonNode values = page.path("values");
        History.Reader current = reader;
        if ((current == null || skips) && values.isEmpty()) {
            return true;
        }
        if (current == null) {
            long first = values.get(0).path("instance").asLong();
            current = position.equals(EARLIEST) ? history.readerFrom(learner, first) : history.reader(learner);
            reader = current;
        } else if (skips) {
            if (!current.goOnFrom(values.get(0).path("instance").asLong())) {
                return false;
            }
            skips = false;
        }
        for (JsonNode value : values) {
            current.delivered(value.path("instance").asLong(), value.path("index").asInt(),
                    Payload.idOf(value.path("value").asString()));
        }
        position = page.path("next").asString();
        JsonNode stopped = page.path("stopped");
        if (stopped.isString()) {
            findings.crash(learner + " stopped delivering: " + stopped.asString());
            ended = true;
        }
        return true;
    }

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
