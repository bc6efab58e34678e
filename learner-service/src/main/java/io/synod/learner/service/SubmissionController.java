package io.synod.learner.service;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.http.ServiceCalls;
import io.synod.udp.PeerAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/values} at a learner: hands the value to the first client-service that can be reached, of those that
 * {@code paxos.learner.client-services} names, and its answer back, so that an application may speak to one address alone.
 * The body is passed on as it comes and kept nowhere.
 */
@RestController
final class SubmissionController {

    /** Longer than the client-service waits for an outcome. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

    private final List<PeerAddress> services;
    private final ServiceCalls calls;

    /**
     * @param services where client-services answer
     * @param calls how they are called: in this learner's name, which has judged who submits
     */
    SubmissionController(List<PeerAddress> services, ServiceCalls calls) {
        this.services = services;
        this.calls = calls;
    }

    @PostMapping("/api/values")
    ResponseEntity<?> submit(HttpServletRequest request) throws InterruptedException {
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
                return answer(
                        calls.client().send(forward(request, service), HttpResponse.BodyHandlers.ofByteArray()),
                        service);
            } catch (ConnectException | HttpConnectTimeoutException e) {
                why = why + (why.isEmpty() ? "" : ", ") + service + " does not answer";
            } catch (IOException e) {
                ProblemDetail unknown = Problems.of(HttpStatus.GATEWAY_TIMEOUT, ProblemType.UNKNOWN,
                        "the client-service at " + service + " gave no answer (" + e.getMessage()
                                + "); the value may be decided");
                unknown.setProperty("session", null);
                unknown.setProperty("number", null);
                return respond(unknown);
            }
        }
        return notSubmitted("no client-service can be reached: " + why);
    }

    private HttpRequest forward(HttpServletRequest request, PeerAddress service) throws IOException {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofInputStream(() -> {
            try {
                return request.getInputStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        long bytes = request.getContentLengthLong();
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(calls.scheme() + "://" + service + "/api/values"))
                        .timeout(ANSWER_MAX)
                        .POST(bytes < 0
                                ? body
                                : bytes == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.fromPublisher(body, bytes));
        calls.authorize(builder);
        String key = IdempotencyKeyHeader.of(request);
        return key == null ? builder.build() : builder.header(IdempotencyKeyHeader.NAME, key).build();
    }

    /** Who submits has shown what he may: that this learner has not is not his to mend. */
    private static ResponseEntity<?> answer(HttpResponse<byte[]> answer, PeerAddress service) {
        if (answer.statusCode() == HttpStatus.UNAUTHORIZED.value()
                || answer.statusCode() == HttpStatus.FORBIDDEN.value()) {
            return notSubmitted("the client-service at " + service + " answers " + answer.statusCode()
                    + " to this learner: its token (paxos.security.http-token-file) must be one of the role submitter"
                    + " there");
        }
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
        ProblemDetail detail = Problems.of(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.NOT_SUBMITTED, text);
        detail.setProperty("reason", "NO_CLIENT_SERVICE");
        return respond(detail);
    }

    private static ResponseEntity<?> respond(ProblemDetail detail) {
        return ResponseEntity.status(detail.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }
}
