package io.synod.proposer.service;

import io.synod.node.NodeConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the proposer service. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({NodeConfiguration.class, ProposerConfiguration.class})
public class ProposerApplication {

    public static void main(String[] args) {
        SpringApplication.run(ProposerApplication.class, args);
    }
}
