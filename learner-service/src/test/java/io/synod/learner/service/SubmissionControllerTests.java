package io.synod.learner.service;

import static org.hamcrest.Matchers.containsString;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.sun.net.httpserver.HttpServer;
import io.synod.http.ServiceCalls;
import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

@Timeout(30)
class SubmissionControllerTests {

    private static final PeerAddress NOBODY = new PeerAddress("127.0.0.1", 1);

    private HttpServer service;

    /** A client-service that says what it got, or is overloaded by a value that asks for it. */
    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/api/values", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String text = new String(body, StandardCharsets.UTF_8);
            boolean overloaded = text.equals("too much");
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("Retry-After", "1");
            byte[] answer = ("{\"got\":\"" + text + "\",\"key\":\""
                    + exchange.getRequestHeaders().getFirst("Idempotency-Key") + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(overloaded ? 429 : 201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    private PeerAddress there() {
        return new PeerAddress("127.0.0.1", service.getAddress().getPort());
    }

    private static MockMvc learner(PeerAddress... services) {
        return MockMvcBuilders
                .standaloneSetup(new SubmissionController(List.of(services), ServiceCalls.plain()))
                .build();
    }

    @Test
    void aValueIsHandedToTheFirstThatAnswersAndItsAnswerBack() throws Exception {
        learner(NOBODY, there()).perform(post("/api/values").content("a value").header("Idempotency-Key", "k"))
                .andExpect(status().isCreated())
                .andExpect(content().json("{\"got\":\"a value\",\"key\":\"k\"}"));
        learner(there()).perform(post("/api/values")).andExpect(jsonPath("$.got").value(""));
        learner(there()).perform(post("/api/values").content("too much"))
                .andExpect(status().isTooManyRequests())
                .andExpect(header().string("Retry-After", "1"));
    }

    @Test
    void aKeyThatIsNotAllowedIsNotHandedOn() throws Exception {
        for (String key : List.of("", "a b", "caf\u00e9", "k".repeat(65))) {
            learner(there()).perform(post("/api/values").content("v").header("Idempotency-Key", key))
                    .andExpect(status().isBadRequest())
                    .andExpect(jsonPath("$.type").value("urn:synod:problem:bad-idempotency-key"));
        }
    }

    @Test
    void whereNobodyTakesItTheAnswerIsThatItIsCertainlyNotSubmitted() throws Exception {
        learner().perform(post("/api/values").content("v"))
                .andExpect(status().isServiceUnavailable())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.detail", containsString("paxos.learner.client-services")));
        learner(NOBODY).perform(post("/api/values").content("v"))
                .andExpect(status().isServiceUnavailable())
                .andExpect(jsonPath("$.detail", containsString("127.0.0.1:1 does not answer")));
    }
}
