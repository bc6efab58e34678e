package io.synod.learner.service;

import io.synod.protocol.SessionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * {@code /ws/values}: every delivered value in order, one JSON text frame each. {@code from} is where to begin: an
 * instance, a position, {@code earliest} or {@code latest}, which is the default; {@code client} is a session whose values
 * alone are wanted; {@code log} the log that the position is one of. What is wrong with them is answered before the
 * upgrade: 400, or 409 for another log.
 */
final class ValuesWebSocketHandler extends TextWebSocketHandler implements HandshakeInterceptor {

    private static final String POSITION = "synod.position";
    private static final String CLIENT = "synod.client";

    private final DeliveredLog delivered;
    private final ValueJson json;
    private final Subscribers subscribers;
    private final Map<String, Subscriber> bySocket = new ConcurrentHashMap<>();

    ValuesWebSocketHandler(DeliveredLog delivered, ValueJson json, Subscribers subscribers) {
        this.delivered = delivered;
        this.json = json;
        this.subscribers = subscribers;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        var query = UriComponentsBuilder.fromUri(request.getURI()).build().getQueryParams();
        String logId = query.getFirst("log");
        if (logId != null && !logId.equals(delivered.logId().toString())) {
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

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) {
        if (socket instanceof NativeWebSocketSession native_) {
            Object session = native_.getNativeSession();
            if (session instanceof jakarta.websocket.Session standard) {
                // Tomcat gives up on a frame after 20 s by default; here a slow reader is waited for.
                standard.getUserProperties().put("org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT", -1L);
            }
        }
        Position position = (Position) socket.getAttributes().get(POSITION);
        SessionId only = (SessionId) socket.getAttributes().get(CLIENT);
        if (position == null) {
            throw new IllegalStateException("a handshake without a position");
        }
        Subscriber subscriber = new Subscriber(socket, delivered, json, position, only);
        bySocket.put(socket.getId(), subscriber);
        subscribers.add(subscriber);
        subscriber.start();
    }

    @Override
    protected void handleTextMessage(WebSocketSession socket, TextMessage message) throws Exception {
        socket.close(CloseStatus.NOT_ACCEPTABLE.withReason("nothing is to be sent here"));
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        Subscriber subscriber = bySocket.remove(socket.getId());
        if (subscriber != null) {
            subscribers.remove(subscriber);
            subscriber.stop();
        }
    }
}
