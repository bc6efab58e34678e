package io.synod.learner.service;

import io.synod.http.ProblemJson;
import io.synod.http.Problems;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * What a WebSocket asks for. {@code from} is where to begin: an instance, a position, {@code earliest} or {@code latest},
 * which is the default; {@code client} is a session whose values alone are wanted; {@code log} the log that the position is
 * one of. What is wrong with them is answered before the upgrade, as a problem: 400, 409 for another log, 503 where there is
 * no place for another subscriber.
 */
final class ValuesHandshake implements HandshakeInterceptor {

    /** The attribute that holds the {@link Subscription}. */
    static final String SUBSCRIPTION = "synod.subscription";

    private final DeliveredLog delivered;
    private final Subscribers subscribers;
    private final ProblemJson problems;

    ValuesHandshake(DeliveredLog delivered, Subscribers subscribers, ProblemJson problems) {
        this.delivered = delivered;
        this.subscribers = subscribers;
        this.problems = problems;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws IOException {
        if (!(request instanceof ServletServerHttpRequest servlet)) {
            throw new IllegalStateException("the handshake comes from no servlet: " + request.getClass());
        }
        Subscription subscription;
        try {
            subscription = Subscription.of(servlet.getServletRequest().getParameterMap(), delivered);
        } catch (BadParameterException e) {
            return refuse(response, HttpStatus.BAD_REQUEST, "bad-request", "Bad request",
                    String.valueOf(e.getMessage()));
        }
        if (delivered.isOther(subscription.logId())) {
            return refuse(response, HttpStatus.CONFLICT, "other-log", "Another log", "this learner delivers log "
                    + delivered.logId() + ", the position is one of log " + subscription.logId());
        }
        if (subscribers.count() >= subscribers.max()) {
            return refuse(response, HttpStatus.SERVICE_UNAVAILABLE, "overloaded", "Overloaded", "there are "
                    + subscribers.max() + " subscribers, and no more are taken (paxos.learner.subscribers-max)");
        }
        attributes.put(SUBSCRIPTION, subscription);
        return true;
    }

    private boolean refuse(ServerHttpResponse response, HttpStatus status, String type, String title, String detail)
            throws IOException {
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getBody().write(problems.write(Problems.of(status, type, title, detail)));
        return false;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception exception) {}
}
