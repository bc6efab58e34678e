package io.synod.client.service;

import io.synod.client.RefusalReason;
import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.service.IdempotencyKeyHeader;
import io.synod.protocol.Bytes;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/values}: the body is a value, whatever its content type. Answers when it is decided, by 201 and its place,
 * or by a problem (RFC 9457) whose status tells what is certain: 413, 429 and 503 that it is not in the log and never will be,
 * 504 that nobody knows. With an {@code Idempotency-Key} the same value is delivered once, at whatever client it is submitted
 * again, and always answered by the one place; another value under the key is answered by 422. It waits on a virtual thread.
 */
@RestController
class ValuesController {

    /**
     * Where a value was decided.
     *
     * @param instance the instance
     * @param index its index among the values delivered in that instance; null when values of others come before it in the
     *     instance, and no learner told in time how many
     */
    record Place(long instance, @Nullable Integer index) {}

    private final BiFunction<Bytes, @Nullable Bytes, CompletableFuture<ValueOutcome>> submissions;
    private final int valueBytesMax;
    private final ByteBudget budget;
    private final Duration wait;

    /**
     * Makes the controller.
     *
     * @param submissions takes a value, and its idempotency key or null
     * @param valueBytesMax the largest value, in bytes
     * @param budget what all bodies that have no outcome yet may take
     * @param wait how long to wait for an outcome: longer than the client's own deadline, which gives one
     */
    ValuesController(
            BiFunction<Bytes, @Nullable Bytes, CompletableFuture<ValueOutcome>> submissions,
            int valueBytesMax,
            ByteBudget budget,
            Duration wait) {
        this.submissions = submissions;
        this.valueBytesMax = valueBytesMax;
        this.budget = budget;
        this.wait = wait;
    }

    @PostMapping("/api/values")
    ResponseEntity<?> submit(HttpServletRequest request) throws IOException, InterruptedException, ExecutionException {
        if (!IdempotencyKeyHeader.isAllowed(request)) {
            return respond(IdempotencyKeyHeader.problem(request));
        }
        String header = IdempotencyKeyHeader.of(request);
        Bytes key = header == null ? null : Bytes.ofUtf8(header);
        long announced = request.getContentLengthLong();
        if (announced > valueBytesMax) {
            return tooLarge(announced + " bytes");
        }
        // A body that does not say how long it is may be as long as a value may be.
        long bytes = announced < 0 ? valueBytesMax : announced;
        if (!budget.take(bytes)) {
            return overloaded("Too many bytes of values wait at this client (paxos.client.queue-bytes-max).");
        }
        try {
            return submit(request, key);
        } finally {
            budget.give(bytes);
        }
    }

    private ResponseEntity<?> submit(HttpServletRequest request, @Nullable Bytes key)
            throws IOException, InterruptedException, ExecutionException {
        byte[] value = read(request);
        if (value == null) {
            return tooLarge("more");
        }
        try {
            return answer(submissions.apply(Bytes.wrap(value), key).get(wait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            return unknown("The client's loop gave no outcome in time; the value may be decided.", null, null);
        }
    }

    /** Returns the body, or null if it is larger than a value may be. */
    private byte @Nullable [] read(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(valueBytesMax + 1);
        return body.length > valueBytesMax ? null : body;
    }

    private ResponseEntity<?> answer(ValueOutcome outcome) {
        return switch (outcome) {
            case ValueOutcome.Decided decided -> ResponseEntity.status(HttpStatus.CREATED)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(new Place(decided.instance(), decided.index() < 0 ? null : decided.index()));
            case ValueOutcome.TooLarge _ -> tooLarge("more");
            case ValueOutcome.Overloaded _ -> overloaded("Too many values wait at this client.");
            case ValueOutcome.NotRunning stopped ->
                    notSubmitted("NOT_RUNNING", "This client does not run: " + stopped.why());
            case ValueOutcome.Refused refused -> refused(refused.reason());
            case ValueOutcome.Unknown unknown -> unknown(
                    "The deadline passed; the value may be decided, or may yet be.",
                    unknown.session().toString(),
                    unknown.number());
        };
    }

    private ResponseEntity<?> refused(RefusalReason reason) {
        return switch (reason) {
            case TOO_LARGE -> tooLarge("more");
            case OVERLOADED -> overloaded("The proposers had no room until the deadline.");
            case NO_LEADER -> notSubmitted(reason.name(), "No proposer led until the deadline.");
            case MALFORMED -> notSubmitted(reason.name(), "The proposers did not understand the client.");
            case NOT_SENT -> notSubmitted(reason.name(), "It was not sent until the deadline.");
            case SESSION_ENDED -> notSubmitted(reason.name(), "The client's session ended before it was delivered.");
            case KEY_OF_ANOTHER_VALUE -> problem(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    ProblemType.KEY_OF_ANOTHER_VALUE,
                    "Another value was submitted with this Idempotency-Key; this one is not delivered. A key names one value.");
        };
    }

    private ResponseEntity<?> tooLarge(String size) {
        return problem(
                HttpStatus.CONTENT_TOO_LARGE,
                ProblemType.TOO_LARGE,
                "The value has " + size + "; allowed are " + valueBytesMax + " bytes (paxos.limits.value-bytes-max).");
    }

    private static ResponseEntity<?> overloaded(String text) {
        ProblemDetail detail = Problems.of(HttpStatus.TOO_MANY_REQUESTS,
                ProblemType.OVERLOADED,
                text + " It is certainly not submitted; try again later.");
        return ResponseEntity.status(detail.getStatus())
                .header(HttpHeaders.RETRY_AFTER, "1")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }

    /** Session and number name the value in the log; null when the client's loop is stuck and cannot tell them. */
    private static ResponseEntity<?> unknown(String text, @Nullable String session, @Nullable Long number) {
        ProblemDetail detail = Problems.of(HttpStatus.GATEWAY_TIMEOUT, ProblemType.UNKNOWN, text);
        detail.setProperty("session", session);
        detail.setProperty("number", number);
        return respond(detail);
    }

    private static ResponseEntity<?> notSubmitted(String reason, String text) {
        ProblemDetail detail = Problems.of(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.NOT_SUBMITTED,
                text + " It is certainly not submitted.");
        detail.setProperty("reason", reason);
        return respond(detail);
    }

    private static ResponseEntity<?> problem(HttpStatus status, ProblemType type, String text) {
        return respond(Problems.of(status, type, text));
    }

    private static ResponseEntity<?> respond(ProblemDetail detail) {
        return ResponseEntity.status(detail.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }
}
