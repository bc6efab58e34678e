package io.synod.learner.service;

import io.synod.learner.service.console.ConsoleConfiguration;
import io.synod.node.NodeConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the learner service. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({NodeConfiguration.class, LearnerConfiguration.class, ConsoleConfiguration.class})
public class LearnerApplication {

    public static void main(String[] args) {
        SpringApplication.run(LearnerApplication.class, args);
    }
}
