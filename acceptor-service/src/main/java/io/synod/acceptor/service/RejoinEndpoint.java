package io.synod.acceptor.service;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorView;
import io.synod.acceptor.RejoinView;
import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.protocol.message.AcceptorState;
import io.synod.runtime.EventLoop;
import io.synod.runtime.LoopUnavailableException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.MimeType;

/**
 * {@code POST /actuator/rejoin}: tells an acceptor that lost what it knew to come back (rule S10); it answers at once, and
 * {@code GET} tells how it stands. 409 with the reason where the acceptor is not out, or cannot rejoin.
 */
@Endpoint(id = "rejoin")
public final class RejoinEndpoint {

    private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final MimeType PROBLEM = MediaType.APPLICATION_PROBLEM_JSON;

    /**
     * How the acceptor stands.
     *
     * @param acceptor its id
     * @param status whether it votes
     * @param reason in words: whom it waits for, what it takes in, or why it stays out
     * @param storageId names this life of its store
     * @param waitsFor the acceptors whose answers it waits for, by id
     * @param missing while it takes in what the leader proposes anew: the first instance that it lacks; otherwise 0
     * @param last the last instance that it must have; 0 while no leader has told it
     */
    public record Standing(int acceptor, AcceptorState.Status status, String reason, String storageId,
            List<Integer> waitsFor, long missing, long last) {}

    private record Answer(@Nullable String obstacle, Standing standing) {}

    private final EventLoop loop;
    private final Acceptor acceptor;

    RejoinEndpoint(EventLoop loop, Acceptor acceptor) {
        this.loop = loop;
        this.acceptor = acceptor;
    }

    /** Tells how the acceptor stands. */
    @ReadOperation
    public WebEndpointResponse<Object> standing() {
        return answer(false);
    }

    /** Tells the acceptor to rejoin; where it does so already, nothing changes. */
    @WriteOperation
    public WebEndpointResponse<Object> rejoin() {
        return answer(true);
    }

    private WebEndpointResponse<Object> answer(boolean rejoin) {
        try {
            Answer answer = loop.call((nowNanos, effects) -> new Answer(
                    rejoin ? acceptor.rejoin(nowNanos, effects) : null, standing(acceptor.view(nowNanos))),
                    ANSWER_NANOS_MAX);
            return answer.obstacle() == null
                    ? new WebEndpointResponse<>(answer.standing())
                    : refused(answer.obstacle(), answer.standing());
        } catch (LoopUnavailableException e) {
            return problem(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.UNAVAILABLE,
                    String.valueOf(e.getMessage()), null);
        }
    }

    private static Standing standing(AcceptorView view) {
        RejoinView rejoin = view.rejoin();
        return new Standing(view.id(), view.status(), view.reason(), view.storageId().toString(), rejoin.waitsFor(),
                rejoin.missing(), rejoin.last());
    }

    private static WebEndpointResponse<Object> refused(String obstacle, Standing standing) {
        return problem(HttpStatus.CONFLICT, ProblemType.CANNOT_REJOIN,
                "acceptor " + standing.acceptor() + " cannot rejoin: " + obstacle, standing.status());
    }

    private static WebEndpointResponse<Object> problem(HttpStatus status, ProblemType type, String detail,
            AcceptorState.@Nullable Status standing) {
        ProblemDetail body = Problems.of(status, type, detail);
        if (standing != null) {
            body.setProperty("acceptorStatus", standing);
        }
        return new WebEndpointResponse<>(body, status.value(), PROBLEM);
    }
}
