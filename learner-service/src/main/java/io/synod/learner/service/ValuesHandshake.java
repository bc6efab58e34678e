package io.synod.learner.service;

import io.synod.protocol.SessionId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What a WebSocket asks for. {@code from} is where to begin: an instance, a position, {@code earliest} or {@code latest},
 * which is the default; {@code client} is a session whose values alone are wanted; {@code log} the log that the position is
 * one of. What is wrong with them is answered before the upgrade: 400, or 409 for another log.
 */
final class ValuesHandshake implements HandshakeInterceptor {

    /** The attribute that holds the {@link Position} to begin at. */
    static final String POSITION = "synod.position";

    /** The attribute that holds the {@link SessionId} whose values alone are wanted, if there is one. */
    static final String CLIENT = "synod.client";

    /** The attribute that holds the text that names the log, if there is one. */
    static final String LOG = "synod.log";

    private final DeliveredLog delivered;

    ValuesHandshake(DeliveredLog delivered) {
        this.delivered = delivered;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        var query = UriComponentsBuilder.fromUri(request.getURI()).build().getQueryParams();
        String logId = query.getFirst("log");
        if (delivered.isOther(logId)) {
            response.setStatusCode(HttpStatus.CONFLICT);
            return false;
        }
        Position position = position(query.getFirst("from"));
        String client = query.getFirst("client");
        SessionId session = client == null ? null : session(client);
        if (position == null || client != null && session == null) {
            response.setStatusCode(HttpStatus.BAD_REQUEST);
            return false;
        }
        attributes.put(POSITION, position);
        if (session != null) {
            attributes.put(CLIENT, session);
        }
        if (logId != null) {
            attributes.put(LOG, logId);
        }
        return true;
    }

    private @Nullable Position position(@Nullable String from) {
        return switch (from) {
            case null -> Position.atStartOf(delivered.last() + 1);
            case "latest" -> Position.atStartOf(delivered.last() + 1);
            case "earliest" -> Position.atStartOf(delivered.first());
            default -> Position.parse(from.replace("%3A", ":"));
        };
    }

    private static @Nullable SessionId session(String text) {
        String[] parts = text.replace("%2F", "/").split("/", -1);
        try {
            return parts.length == 2
                    ? new SessionId(Long.parseLong(parts[0]), Integer.parseInt(parts[1]))
                    : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception exception) {}
}
