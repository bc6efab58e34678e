package io.synod.acceptor.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the acceptor service. */
@SpringBootApplication
public class AcceptorApplication {

    public static void main(String[] args) {
        SpringApplication.run(AcceptorApplication.class, args);
    }
}
