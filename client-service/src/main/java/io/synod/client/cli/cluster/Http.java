package io.synod.client.cli.cluster;

import io.synod.client.cli.Access;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the management endpoints of a local service. Each call gives up after its timeout. */
final class Http {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int CONNECT_MILLIS_MAX = 500;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final int readMillisMax;
    private final Access access;

    /** With the token and the authorities that the environment names. */
    Http(int readMillisMax) {
        this(readMillisMax, Access.ofEnvironment());
    }

    /** @param readMillisMax how long to wait for an answer */
    Http(int readMillisMax, Access access) {
        this.readMillisMax = readMillisMax;
        this.access = access;
    }

    /**
     * What came back.
     *
     * @param status the HTTP status
     * @param body the body as JSON; null if it is none
     */
    record Answer(int status, @Nullable JsonNode body) {
        boolean isOk() {
            return status / 100 == 2;
        }
    }

    /** Gets a path of a port of this host; null if nobody answers there in time. */
    @Nullable
    Answer get(int port, String path) {
        return call(port, path, null);
    }

    /** Posts JSON, otherwise as {@link #get}. */
    @Nullable
    Answer post(int port, String path, String json) {
        return call(port, path, json);
    }

    private @Nullable Answer call(int port, String path, @Nullable String json) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI
                    .create(access.scheme() + "://" + ClusterPlan.HOST + ":" + port + path).toURL().openConnection();
            access.prepare(connection);
            connection.setConnectTimeout(CONNECT_MILLIS_MAX);
            connection.setReadTimeout(readMillisMax);
            connection.setRequestProperty("Accept", "application/json");
            if (json != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream body = connection.getOutputStream()) {
                    body.write(json.getBytes(StandardCharsets.UTF_8));
                }
            }
            int status = connection.getResponseCode();
            try (InputStream stream = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
                return new Answer(status, stream == null ? null : parse(stream.readAllBytes()));
            }
        } catch (IOException | UncheckedIOException _) {
            return null;
        }
    }

    private static @Nullable JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return null;
        }
    }

    /**
     * Returns the {@code paxos} view of the service at a port; null if it does not answer.
     *
     * @throws CommandFailure if it asks for another token
     */
    @Nullable
    JsonNode paxos(int port) {
        Answer answer = get(port, "/actuator/paxos");
        if (answer != null && (answer.status() == UNAUTHORIZED || answer.status() == FORBIDDEN)) {
            throw new CommandFailure(ExitStatus.REFUSED,
                    "the service at " + ClusterPlan.HOST + ":" + port + " asks for "
                            + (answer.status() == FORBIDDEN ? "another" : "a") + " token; " + Access.TOKEN_FILE
                            + " names the file with one of the role reader");
        }
        return answer != null && answer.isOk() ? answer.body() : null;
    }

    /** Returns whether the service at a port says that it is ready. */
    boolean isReady(int port) {
        Answer answer = get(port, "/actuator/health/readiness");
        return answer != null && answer.isOk();
    }
}
