package io.synod.acceptor.service;

import io.synod.node.NodeConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the acceptor service. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({NodeConfiguration.class, AcceptorConfiguration.class})
public class AcceptorApplication {

    public static void main(String[] args) {
        SpringApplication.run(AcceptorApplication.class, args);
    }
}
