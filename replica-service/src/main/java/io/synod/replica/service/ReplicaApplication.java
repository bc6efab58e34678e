package io.synod.replica.service;

import io.synod.acceptor.service.AcceptorConfiguration;
import io.synod.learner.service.LearnerConfiguration;
import io.synod.learner.service.console.ConsoleConfiguration;
import io.synod.node.NodeConfiguration;
import io.synod.proposer.service.ProposerConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Starts the replica service: an acceptor, a proposer and a learner under one id, which are one node with one loop and one
 * UDP port. The type of a message chooses the role, and what one says to another stays inside.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({NodeConfiguration.class, AcceptorConfiguration.class, ProposerConfiguration.class,
        LearnerConfiguration.class, ConsoleConfiguration.class})
public class ReplicaApplication {

    public static void main(String[] args) {
        SpringApplication.run(ReplicaApplication.class, args);
    }
}
