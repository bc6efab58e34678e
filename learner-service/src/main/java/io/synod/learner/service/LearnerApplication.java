package io.synod.learner.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the learner service. */
@SpringBootApplication
public class LearnerApplication {

    public static void main(String[] args) {
        SpringApplication.run(LearnerApplication.class, args);
    }
}
