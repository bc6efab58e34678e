package io.synod.proposer.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the proposer service. */
@SpringBootApplication
public class ProposerApplication {

    public static void main(String[] args) {
        SpringApplication.run(ProposerApplication.class, args);
    }
}
