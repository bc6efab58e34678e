package io.synod.learner.service;

import io.synod.http.AuditLog;
import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.TrimOutcome;
import io.synod.runtime.EventLoop;
import io.synod.runtime.LoopUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.MimeType;

/**
 * {@code POST /actuator/trim} with {@code {"instance": N}}: asks acceptors to drop what is at or below the instance, now.
 * They drop what the trim quorum of learners holds and nothing else (rule S9). With {@code "exclude": "L,M"} they do not wait
 * for learners L and M, each if it has been silent for {@code paxos.learner.exclude-after}, until they hear it again.
 */
@Endpoint(id = "trim")
public final class TrimEndpoint {

    private static final Logger log = LoggerFactory.getLogger(TrimEndpoint.class);
    private static final MimeType PROBLEM = MediaType.APPLICATION_PROBLEM_JSON;

    /**
     * What was asked, and how far it came.
     *
     * @param instance the instance asked for
     * @param acceptors how far each acceptor has trimmed, by id; -1 for one that did not answer
     * @param learners what each learner holds as far as the acceptors were told, by id
     * @param excluded the ids of learners that acceptors do not wait for
     * @param notExcluded whom acceptors wait for though they were asked not to, and which of them
     */
    public record Trimmed(long instance, List<Long> acceptors, List<Long> learners, List<Integer> excluded,
            List<TrimOutcome.NotExcluded> notExcluded) {}

    private final EventLoop loop;
    private final TrimRequests requests;
    private final int learner;
    private final int learners;
    private final Duration excludeAfter;

    /** @param excludeAfter how long acceptors must have missed a learner before they trim without it */
    TrimEndpoint(EventLoop loop, TrimRequests requests, int learner, int learners, Duration excludeAfter) {
        this.learners = learners;
        this.excludeAfter = excludeAfter;
        this.loop = loop;
        this.requests = requests;
        this.learner = learner;
    }

    /** Trims; answers when it is done, or when it is known who is in the way. */
    @WriteOperation
    public WebEndpointResponse<Object> trim(String instance, @Nullable String exclude) throws InterruptedException {
        long number = parse(instance);
        if (number < 1) {
            return bad("instance is '" + instance + "'; allowed is a whole number from 1");
        }
        List<Integer> excluded = excluded(exclude);
        if (exclude != null && excluded.isEmpty()) {
            return bad("exclude is '" + exclude + "'; allowed are ids of other learners than " + learner + ", below "
                    + learners + ", with commas between them");
        }
        AuditLog.what("instance=" + number + (excluded.isEmpty() ? "" : " exclude=" + exclude));
        excluded.forEach(id -> log.warn("By request, acceptors are asked to trim without learner {}, if they have not"
                + " heard it for a while; when it comes back it takes the log from another learner", id));
        try {
            return answer(requests.trim(loop, number, excluded));
        } catch (LoopUnavailableException e) {
            return problem(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.UNAVAILABLE, text(e));
        }
    }

    private static long parse(String instance) {
        try {
            return Long.parseLong(instance);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String text(LoopUnavailableException e) {
        String message = e.getMessage();
        return message == null ? "the loop is not available" : message;
    }

    private WebEndpointResponse<Object> answer(TrimOutcome outcome) {
        return switch (outcome.kind()) {
            case TRIMMED ->
                    new WebEndpointResponse<>(new Trimmed(outcome.instance(), outcome.trimPoints(), outcome.held(),
                            outcome.excluded(), outcome.notExcluded()));
            case BLOCKED -> blocked(outcome);
            case NOT_ANSWERED -> {
                ProblemDetail body = Problems.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        ProblemType.NO_QUORUM,
                        "too few acceptors answered; those that got the request trim when the learners hold instance "
                                + outcome.instance());
                yield withState(body, outcome, HttpStatus.SERVICE_UNAVAILABLE);
            }
            case NOT_ALLOWED ->
                    problem(
                            HttpStatus.FORBIDDEN,
                            ProblemType.MAY_NOT_TRIM,
                            "learner " + learner + " may not ask for a trim; paxos.learner.can-trim=true allows it");
        };
    }

    /** The learners that a request names; none if one of them is no other learner. */
    private List<Integer> excluded(@Nullable String exclude) {
        List<String> named = exclude == null ? List.of() : List.of(exclude.split(",", -1));
        List<Integer> ids = IntStream.range(0, learners)
                .filter(id -> id != learner && named.stream().anyMatch(name -> name.strip().equals("" + id))).boxed()
                .toList();
        return ids.size() == named.size() ? ids : List.of();
    }

    private static WebEndpointResponse<Object> bad(String detail) {
        return problem(HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST, detail);
    }

    private WebEndpointResponse<Object> blocked(TrimOutcome outcome) {
        String inTheWay = outcome.blocking().isEmpty()
                ? "not every acceptor has been told yet that all learners hold it"
                : outcome.blocking().stream()
                        .map(id -> "learner " + id + " holds only up to instance " + outcome.held().get(id))
                        .collect(Collectors.joining(", "));
        ProblemDetail body = Problems.of(
                HttpStatus.CONFLICT,
                ProblemType.TRIM_BLOCKED,
                "acceptors cannot trim up to instance " + outcome.instance() + ": " + inTheWay
                        + (outcome.blocking().contains(learner)
                                ? ". Ask again when it is delivered"
                                : ". The request stands: they trim as learners come to hold it")
                        + notExcluded(outcome));
        body.setProperty("blocking", outcome.blocking());
        return withState(body, outcome, HttpStatus.CONFLICT);
    }

    private String notExcluded(TrimOutcome outcome) {
        return outcome.notExcluded().stream()
                .map(refused -> ". Learner " + refused.learner() + " is not excluded: acceptors "
                        + refused.acceptors().stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " have heard it, or were started themselves, within the last " + excludeAfter.toSeconds()
                        + " s (paxos.learner.exclude-after)")
                .collect(Collectors.joining());
    }

    private static WebEndpointResponse<Object> withState(ProblemDetail body, TrimOutcome outcome, HttpStatus status) {
        body.setProperty("acceptors", outcome.trimPoints());
        body.setProperty("learners", outcome.held());
        body.setProperty("excluded", outcome.excluded());
        body.setProperty("notExcluded", outcome.notExcluded());
        return new WebEndpointResponse<>(body, status.value(), PROBLEM);
    }

    private static WebEndpointResponse<Object> problem(HttpStatus status, ProblemType type, String detail) {
        return new WebEndpointResponse<>(Problems.of(status, type, detail), status.value(), PROBLEM);
    }
}
