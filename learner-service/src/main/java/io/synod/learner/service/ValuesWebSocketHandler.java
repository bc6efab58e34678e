package io.synod.learner.service;

import io.synod.protocol.SessionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * {@code /ws/values}: every delivered value in order, one JSON text frame each. {@link ValuesHandshake} has read what is
 * asked for.
 */
final class ValuesWebSocketHandler extends TextWebSocketHandler {

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
    public void afterConnectionEstablished(WebSocketSession socket) {
        if (socket instanceof NativeWebSocketSession native_) {
            Object session = native_.getNativeSession();
            if (session instanceof jakarta.websocket.Session standard) {
                // Tomcat gives up on a frame after 20 s by default; here a slow reader is waited for.
                standard.getUserProperties().put("org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT", -1L);
            }
        }
        Position position = (Position) socket.getAttributes().get(ValuesHandshake.POSITION);
        SessionId only = (SessionId) socket.getAttributes().get(ValuesHandshake.CLIENT);
        String logId = (String) socket.getAttributes().get(ValuesHandshake.LOG);
        if (position == null) {
            throw new IllegalStateException("a handshake without a position");
        }
        Subscriber subscriber = new Subscriber(socket, delivered, json, position, only, logId);
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
