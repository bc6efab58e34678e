package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Tokens that {@code synod token} made, and calls with one of them. Roles are named as in a configuration. */
final class Guarded {

    static final List<String> ROLES = List.of("reader", "submitter", "operator");

    private static final Duration HTTP_MAX = Duration.ofSeconds(20);

    private final Path directory;
    private final Map<String, String> tokens = new HashMap<>();
    private final HttpClient http;
    private final String scheme;

    private Guarded(Path directory, @Nullable SSLContext tls) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(HTTP_MAX);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
        this.scheme = tls == null ? "http" : "https";
        this.directory = directory;
    }

    /** Makes a token of each role, named as the role, and a file of their entries. */
    static Guarded make(Path directory, @Nullable SSLContext tls) {
        Guarded guarded = new Guarded(directory, tls);
        StringBuilder entries = new StringBuilder();
        for (String role : ROLES) {
            Synod.Result made = new Synod(directory).run("token", role, role);
            made.requireOk();
            entries.append(made.out());
            guarded.tokens.put(role, text(guarded.tokenFile(role)).strip());
        }
        try {
            Files.writeString(guarded.entries(), entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return guarded;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path tokenFile(String role) {
        return directory.resolve(role + ".token");
    }

    Path entries() {
        return directory.resolve("tokens");
    }

    String token(String role) {
        return Objects.requireNonNull(tokens.get(role));
    }

    /** What services and commands of a cluster take that all hosts reach over HTTP. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("SERVER_ADDRESS", "0.0.0.0");
        environment.put("PAXOS_SECURITY_TOKENSFILE", entries().toString());
        environment.put("PAXOS_SECURITY_HTTPTOKENFILE", tokenFile("submitter").toString());
        environment.put("SYNOD_TOKEN_FILE", tokenFile("operator").toString());
        return environment;
    }

    /** Calls with a JSON body, which those that read do not look at; with the token of a role, or null for none. */
    Http.Answer call(int port, String method, String path, @Nullable String role) {
        return call(port, method, path, role, "{}");
    }

    Http.Answer call(int port, String method, String path, @Nullable String role, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + path))
                .timeout(HTTP_MAX).header("Content-Type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (role != null) {
            request.header("Authorization", "Bearer " + token(role));
        }
        return send(request.build());
    }

    Http.Answer send(HttpRequest request) {
        return Http.call(http, request);
    }

    /** Opens a WebSocket and lets it go; returns 101, or the status by which it was refused. */
    int open(int port, String query, @Nullable String role, @Nullable String origin) {
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(HTTP_MAX);
        if (role != null) {
            builder.header("Authorization", "Bearer " + token(role));
        }
        if (origin != null) {
            builder.header("Origin", origin);
        }
        try {
            builder.buildAsync(URI.create((scheme.equals("http") ? "ws" : "wss") + "://127.0.0.1:" + port + "/ws/values"
                    + query), new WebSocket.Listener() {}).join().abort();
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }
}
