package io.synod.client.cli;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the delivered log of one learner page by page, and writes it. Nothing of the learner itself stands in the lines. */
final class LogFollower {

    private static final int PAGE_VALUES_MAX = 2_000;
    private static final Duration LONG_POLL = Duration.ofSeconds(20);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 500;
    /** Too many pages are being read there: it is asked again. */
    private static final int BUSY = 429;

    /**
     * What the user chose.
     *
     * @param from where to begin, as the learner understands it
     * @param follow whether to wait for more at the end
     * @param limit how many values at most
     * @param format how to write a value
     */
    record Options(String from, boolean follow, long limit, OutputFormat format) {}

    private final Options options;
    private final Rest rest;
    private final PlaceWriter places;
    private final PrintWriter err;
    private long left;
    private String position;
    private @Nullable String logId;
    private boolean answered;
    private boolean toldUnreachable;

    LogFollower(Rest rest, Options options, PlaceWriter places, PrintWriter err) {
        this.rest = rest;
        this.options = options;
        this.left = options.limit;
        this.position = options.from;
        this.places = places;
        this.err = err;
    }

    /**
     * Writes until the end, the limit, or for ever.
     *
     * @throws CommandFailure if the learner does not answer, has not what was asked for, or stopped
     */
    void run() throws IOException, InterruptedException {
        boolean more = left > 0;
        while (more) {
            JsonNode page = page();
            if (page == null) {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                continue;
            }
            JsonNode values = page.path("values");
            for (JsonNode value : values) {
                print(value);
            }
            places.flush();
            left -= values.size();
            position = page.path("next").asString();
            noteLog(page.path("logId").asString());
            more = left > 0 && (options.follow || !values.isEmpty());
            requireNotStopped(page, values.isEmpty());
        }
    }

    /** Before the log is formed there is nothing to hold later pages against. */
    private void noteLog(String named) {
        if (!named.equals(LogId.UNKNOWN.toString())) {
            logId = named;
        }
    }

    private void requireNotStopped(JsonNode page, boolean atEnd) {
        JsonNode stopped = page.path("stopped");
        if (atEnd && stopped.isString()) {
            throw new CommandFailure(
                    ExitStatus.FAILED, rest.name() + " delivers nothing more: " + stopped.asString());
        }
    }

    /** Returns the next page; null if the learner is to be asked again. */
    private @Nullable JsonNode page() throws InterruptedException {
        long count = Math.min(left, PAGE_VALUES_MAX);
        String path = "/api/values?from=" + URLEncoder.encode(position, StandardCharsets.UTF_8) + "&limit=" + count
                + (options.follow ? "&wait=" + LONG_POLL.toMillis() : "")
                + (logId == null ? "" : "&log=" + logId);
        try {
            Rest.Answer answer = rest.get(path, options.follow ? LONG_POLL.plus(ANSWER_MAX) : ANSWER_MAX);
            answered = true;
            toldUnreachable = false;
            return answer.status() == BUSY ? null : checked(answer);
        } catch (IOException e) {
            if (!options.follow || !answered) {
                throw rest.unreachable(e);
            }
            if (!toldUnreachable) {
                toldUnreachable = true;
                err.println("synod: " + rest.name() + " does not answer; trying again");
                err.flush();
            }
            return null;
        }
    }

    private JsonNode checked(Rest.Answer answer) {
        if (answer.isOk() && answer.body().path("next").isString()) {
            return answer.body();
        }
        ExitStatus status = switch (answer.status()) {
            case 400 -> ExitStatus.USAGE;
            case 410 -> ExitStatus.GONE;
            default -> ExitStatus.FAILED;
        };
        throw new CommandFailure(status, rest.name() + ": " + answer.problem());
    }

    private void print(JsonNode value) throws IOException {
        switch (options.format) {
            case TEXT -> places.write(
                    value.path("instance").asLong(), value.path("index").asInt(), bytes(value));
            case JSON -> places.writeLine(Bytes.ofUtf8(value.toString()));
        }
    }

    private static Bytes bytes(JsonNode value) {
        String text = value.path("value").asString();
        return value.path("encoding").asString("").equals("base64")
                ? Bytes.wrap(Base64.getDecoder().decode(text))
                : Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
