package io.synod.learner.service;

import io.synod.udp.PeerAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.WebUtils;

/**
 * {@code POST /api/values} at a learner: hands the value to the first client-service that can be reached, of those that
 * {@code paxos.learner.client-services} names, and its answer back, so that an application may speak to one address alone.
 * The body is passed on as it comes and kept nowhere.
 */
@RestController
final class SubmissionController {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    /** Longer than the client-service waits for an outcome. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

    private final List<PeerAddress> services;
    private final Set<String> allowedOrigins;

    /**
     * @param services where client-services answer
     * @param allowedOrigins the web origins, beside this learner's own, whose pages may submit
     */
    SubmissionController(List<PeerAddress> services, Set<String> allowedOrigins) {
        this.services = services;
        this.allowedOrigins = allowedOrigins;
    }

    /** Made when the first value comes: it would make each start of a learner slower. */
    private static final class Http {
        private static final HttpClient CLIENT =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX).build();
    }

    @PostMapping("/api/values")
    ResponseEntity<?> submit(HttpServletRequest request) throws InterruptedException {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !allowedOrigins.contains(origin)
                && !WebUtils.isSameOrigin(new ServletServerHttpRequest(request))) {
            return problem(HttpStatus.FORBIDDEN, "foreign-origin", "Foreign origin",
                    "pages of " + origin + " may not submit here; paxos.learner.allowed-origins allows them");
        }
        if (!IdempotencyKeyHeader.isAllowed(request)) {
            return respond(IdempotencyKeyHeader.problem(request));
        }
        if (services.isEmpty()) {
            return notSubmitted("this learner knows no client-service: submit at one, or name it in"
                    + " paxos.learner.client-services");
        }
        String why = "";
        for (PeerAddress service : services) {
            try {
                return answer(Http.CLIENT.send(forward(request, service), HttpResponse.BodyHandlers.ofByteArray()));
            } catch (ConnectException | HttpConnectTimeoutException e) {
                why = why + (why.isEmpty() ? "" : ", ") + service + " does not answer";
            } catch (IOException e) {
                ProblemDetail unknown = Problems.of(HttpStatus.GATEWAY_TIMEOUT, "unknown", "The outcome is unknown",
                        "the client-service at " + service + " gave no answer (" + e.getMessage()
                                + "); the value may be decided");
                unknown.setProperty("session", null);
                unknown.setProperty("number", null);
                return respond(unknown);
            }
        }
        return notSubmitted("no client-service can be reached: " + why);
    }

    private static HttpRequest forward(HttpServletRequest request, PeerAddress service) {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofInputStream(() -> {
            try {
                return request.getInputStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        long bytes = request.getContentLengthLong();
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://" + service + "/api/values"))
                .timeout(ANSWER_MAX)
                .POST(bytes < 0
                        ? body
                        : bytes == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.fromPublisher(body, bytes));
        String key = IdempotencyKeyHeader.of(request);
        return key == null ? builder.build() : builder.header(IdempotencyKeyHeader.NAME, key).build();
    }

    private static ResponseEntity<?> answer(HttpResponse<byte[]> answer) {
        ResponseEntity.BodyBuilder builder = ResponseEntity.status(answer.statusCode());
        copy(answer, builder, HttpHeaders.CONTENT_TYPE);
        copy(answer, builder, HttpHeaders.RETRY_AFTER);
        return builder.body(answer.body());
    }

    private static void copy(HttpResponse<byte[]> from, ResponseEntity.BodyBuilder to, String header) {
        @Nullable String value = from.headers().firstValue(header).orElse(null);
        if (value != null) {
            to.header(header, value);
        }
    }

    private static ResponseEntity<?> notSubmitted(String text) {
        ProblemDetail detail =
                Problems.of(HttpStatus.SERVICE_UNAVAILABLE, "not-submitted", "Certainly not submitted", text);
        detail.setProperty("reason", "NO_CLIENT_SERVICE");
        return respond(detail);
    }

    private static ResponseEntity<?> problem(HttpStatus status, String type, String title, String text) {
        return respond(Problems.of(status, type, title, text));
    }

    private static ResponseEntity<?> respond(ProblemDetail detail) {
        return ResponseEntity.status(detail.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }
}
