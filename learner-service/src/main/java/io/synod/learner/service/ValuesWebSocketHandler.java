package io.synod.learner.service;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * {@code /ws/values}: every delivered value in order, as one JSON text frame each, or with the subprotocol
 * {@value Frames#BINARY_PROTOCOL} as binary frames of many. {@link ValuesHandshake} has read what is asked for.
 */
final class ValuesWebSocketHandler extends AbstractWebSocketHandler implements SubProtocolCapable {

    /** The attribute that holds the {@link Subscriber}. */
    private static final String SUBSCRIBER = "synod.subscriber";

    /** How long Tomcat lets a send wait, in milliseconds. */
    private static final String SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private final DeliveredLog delivered;
    private final ValueJson json;
    private final Subscribers subscribers;
    private final long silenceNanosMax;

    /** @param silenceNanosMax after how long without a sign of life a client is let go */
    ValuesWebSocketHandler(DeliveredLog delivered, ValueJson json, Subscribers subscribers, long silenceNanosMax) {
        this.delivered = delivered;
        this.json = json;
        this.subscribers = subscribers;
        this.silenceNanosMax = silenceNanosMax;
    }

    @Override
    public List<String> getSubProtocols() {
        return List.of(Frames.BINARY_PROTOCOL);
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) throws IOException {
        Session session = socket instanceof NativeWebSocketSession owner ? owner.getNativeSession(Session.class) : null;
        if (session == null
                || !(socket.getAttributes().get(ValuesHandshake.SUBSCRIPTION) instanceof Subscription subscription)) {
            throw new IllegalStateException("a WebSocket that came by no handshake of ours");
        }
        if (!subscribers.enter()) {
            subscribers.count(SubscriptionEnd.Kind.OVERLOADED);
            socket.close(SubscriptionEnd.Kind.OVERLOADED.end().status());
            return;
        }
        session.getUserProperties().put(SEND_TIMEOUT, TimeUnit.NANOSECONDS.toMillis(silenceNanosMax));
        RemoteEndpoint.Basic remote = session.getBasicRemote();
        Frames frames = Frames.BINARY_PROTOCOL.equals(socket.getAcceptedProtocol())
                ? new Frames.Binary(remote, delivered)
                : new Frames.Json(remote, json, delivered);
        Subscriber subscriber = new Subscriber(socket, remote, frames, delivered, subscription,
                subscribers.watch().follow(subscription.client()), silenceNanosMax);
        socket.getAttributes().put(SUBSCRIBER, subscriber);
        subscribers.start(subscriber);
    }

    private static @Nullable Subscriber subscriber(WebSocketSession socket) {
        return socket.getAttributes().get(SUBSCRIBER) instanceof Subscriber subscriber ? subscriber : null;
    }

    private static void stop(WebSocketSession socket, SubscriptionEnd.Kind why) {
        Subscriber subscriber = subscriber(socket);
        if (subscriber != null) {
            subscriber.stop(why);
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession socket, TextMessage message) {
        stop(socket, SubscriptionEnd.Kind.PROTOCOL_ERROR);
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession socket, BinaryMessage message) {
        stop(socket, SubscriptionEnd.Kind.PROTOCOL_ERROR);
    }

    @Override
    protected void handlePongMessage(WebSocketSession socket, PongMessage message) {
        Subscriber subscriber = subscriber(socket);
        if (subscriber != null) {
            subscriber.heard();
        }
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        stop(socket, SubscriptionEnd.Kind.DISCONNECTED);
    }
}
