package io.synod.learner.service;

import io.synod.config.PaxosProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers the WebSocket. A page of another origin may open it only if {@code paxos.learner.allowed-origins} names the
 * origin; programs that send no origin always may.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class LearnerWebSocketConfiguration implements WebSocketConfigurer {

    private final ValuesWebSocketHandler handler;
    private final ValuesHandshake handshake;
    private final PaxosProperties properties;

    LearnerWebSocketConfiguration(
            DeliveredLog log, JsonMapper mapper, Subscribers subscribers, PaxosProperties properties) {
        this.handler = new ValuesWebSocketHandler(log, new ValueJson(mapper), subscribers);
        this.handshake = new ValuesHandshake(log);
        this.properties = properties;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(handler, "/ws/values")
                .addInterceptors(handshake)
                .setAllowedOrigins(properties.learner().allowedOrigins().toArray(String[]::new));
    }
}
