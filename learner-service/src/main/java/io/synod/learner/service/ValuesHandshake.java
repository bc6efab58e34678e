package io.synod.learner.service;

import io.synod.http.ProblemJson;
import io.synod.http.ProblemType;
import io.synod.http.Problems;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.util.WebUtils;

/**
 * What a WebSocket asks for. {@code from} is where to begin: an instance, a position, {@code earliest} or {@code latest},
 * which is the default; {@code client} is a session whose values alone are wanted; {@code log} the log that the position is
 * one of. What is wrong with them is answered before the upgrade, as a problem: 400, 403 for a page of a foreign origin, 409 for
 * another log, 503 where there is no place for another subscriber.
 */
final class ValuesHandshake implements HandshakeInterceptor {

    /** The attribute that holds the {@link Subscription}. */
    static final String SUBSCRIPTION = "synod.subscription";

    private final DeliveredLog delivered;
    private final Subscribers subscribers;
    private final Set<String> allowedOrigins;
    private final ProblemJson problems;

    /** @param allowedOrigins the web origins, beside this learner's own, whose pages may subscribe */
    ValuesHandshake(
            DeliveredLog delivered, Subscribers subscribers, Set<String> allowedOrigins, ProblemJson problems) {
        this.delivered = delivered;
        this.subscribers = subscribers;
        this.allowedOrigins = allowedOrigins;
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
        if (!request.getMethod().equals(HttpMethod.GET)) {
            response.getHeaders().setAllow(Set.of(HttpMethod.GET));
            return refuse(response, Problems.of(HttpStatus.METHOD_NOT_ALLOWED,
                    "there is no " + request.getMethod() + " of /ws/values here; allowed is GET"));
        }
        if (!"websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())) {
            return refuse(response, Problems.of(HttpStatus.BAD_REQUEST, "Upgrade is '"
                    + request.getHeaders().getUpgrade()
                    + "'; allowed is websocket. GET /api/values reads the log without"));
        }
        String origin = request.getHeaders().getOrigin();
        if (origin != null && !allowedOrigins.contains(origin) && !WebUtils.isSameOrigin(request)) {
            return refuse(response, Problems.of(HttpStatus.FORBIDDEN, ProblemType.FOREIGN_ORIGIN,
                    "pages of " + origin + " may not subscribe here; paxos.learner.allowed-origins allows them"));
        }
        Subscription subscription;
        try {
            subscription = Subscription.of(servlet.getServletRequest().getParameterMap(), delivered);
        } catch (BadParameterException e) {
            return refuse(response, Problems.of(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
        if (delivered.isOther(subscription.logId())) {
            return refuse(response,
                    Problems.of(HttpStatus.CONFLICT, ProblemType.OTHER_LOG, "this learner delivers log "
                            + delivered.logId() + ", the position is one of log " + subscription.logId()));
        }
        if (subscribers.count() >= subscribers.max()) {
            return refuse(response, Problems.of(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.OVERLOADED, "there are "
                    + subscribers.max() + " subscribers, and no more are taken (paxos.learner.subscribers-max)"));
        }
        attributes.put(SUBSCRIPTION, subscription);
        return true;
    }

    private boolean refuse(ServerHttpResponse response, ProblemDetail problem) throws IOException {
        response.setStatusCode(HttpStatus.valueOf(problem.getStatus()));
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getBody().write(problems.write(problem));
        return false;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception exception) {}
}
