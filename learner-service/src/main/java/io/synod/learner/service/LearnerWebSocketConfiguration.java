package io.synod.learner.service;

import io.synod.config.PaxosProperties;
import io.synod.http.ProblemJson;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers the WebSocket. A page of another origin may open it only if {@code paxos.learner.allowed-origins} names the
 * origin; programs that send no origin always may.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class LearnerWebSocketConfiguration implements WebSocketConfigurer {

    /** Nothing is to be sent to us but control frames, so each connection keeps small buffers. */
    private static final int RECEIVED_BYTES_MAX = 512;

    private final ValuesWebSocketHandler handler;
    private final ValuesHandshake handshake;
    private final PaxosProperties properties;

    LearnerWebSocketConfiguration(
            DeliveredLog log, JsonMapper mapper, Subscribers subscribers, PaxosProperties properties) {
        this.handler = new ValuesWebSocketHandler(log, new ValueJson(mapper), subscribers,
                properties.learner().subscriberSilenceMax().toNanos());
        this.handshake = new ValuesHandshake(log, subscribers, Set.copyOf(properties.learner().allowedOrigins()),
                new ProblemJson(mapper));
        this.properties = properties;
    }

    @Bean
    static ServletServerContainerFactoryBean webSocketContainer() {
        ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
        container.setMaxTextMessageBufferSize(RECEIVED_BYTES_MAX);
        container.setMaxBinaryMessageBufferSize(RECEIVED_BYTES_MAX);
        return container;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(handler, "/ws/values")
                .addInterceptors(handshake)
                .setAllowedOrigins(properties.learner().allowedOrigins().toArray(String[]::new));
    }
}
