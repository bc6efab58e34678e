package io.synod.acceptor.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** The whole service with a socket of its own, and no other acceptor anywhere. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"paxos.transport.port=0", "paxos.acceptor.storage=memory"})
@DirtiesContext
@Timeout(60)
class AcceptorApplicationTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private HttpResponse<String> send(HttpRequest.Builder request, String path) throws Exception {
        return HTTP.send(request.uri(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"type\":\"urn:synod:problem:" + type + "\"", words);
    }

    @Test
    void errorsAreTheProblemsThatOtherServicesAnswer() throws Exception {
        assertProblem(send(HttpRequest.newBuilder(), "/nowhere"), 404, "not-found", "there is nothing at /nowhere");
        assertProblem(send(HttpRequest.newBuilder().DELETE(), "/actuator/paxos"), 405, "method-not-allowed",
                "there is no DELETE of /actuator/paxos here; allowed is GET");
        assertProblem(send(HttpRequest.newBuilder(), "/error"), 404, "not-found", "Not Found");
    }
}
