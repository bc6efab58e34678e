package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.LogId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** WebSockets over real connections, to a service whose log the test writes (fault F22). */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
                "paxos.transport.port=0",
                "paxos.learner.storage=memory",
                "paxos.learner.memory-instances=8192",
                "paxos.learner.memory-bytes=96MB",
                "paxos.learner.subscribers-max=40"
        })
@DirtiesContext
@Timeout(120)
class WebSocketTests {

    private static final String JSON = "json";
    private static final String BINARY = "synod.binary.v1";

    @Autowired
    private DeliveredLog log;

    @Autowired
    private Subscribers subscribers;

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();
    private final SplittableRandom random = new SplittableRandom(20_251_122);

    private WebSocket open(String form, String query, WebSocket.Listener listener) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (form.equals(BINARY)) {
            builder.subprotocols(BINARY);
        }
        WebSocket socket =
                builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/values" + query), listener).join();
        assertThat(socket.getSubprotocol()).isEqualTo(form.equals(BINARY) ? BINARY : "");
        return socket;
    }

    private synchronized long append(String... texts) {
        log.nameLog(new LogId(0xabc));
        long instance = log.last() + 1;
        log.append(texts.length == 0 ? Deliveries.of(instance) : Deliveries.of(instance, instance * 100, texts));
        return instance;
    }

    private static String at(long instance, int index) {
        return "v" + instance + "." + index;
    }

    /** Delivers instances of no to four values; returns how many values. */
    private int appendRandomly(int instances) {
        int values = 0;
        for (int i = 0; i < instances; i++) {
            String[] texts = new String[random.nextInt(5)];
            for (int index = 0; index < texts.length; index++) {
                texts[index] = at(log.last() + 1, index);
            }
            append(texts);
            values += texts.length;
        }
        return values;
    }

    /** Cuts off the clients that are left. One of the JDK's (25.0.3) may go on and answer pings after it was aborted. */
    private void awaitNoSubscribers() throws InterruptedException {
        http.shutdownNow();
        while (subscribers.count() > 0) {
            LockSupport.parkNanos(1_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, BINARY})
    void f22AClientThatIsCutOffAnywhereResumesByInstanceAndIndex(String form) throws Exception {
        long first = log.last() + 1;
        int values = appendRandomly(1_500);
        String from = String.valueOf(first);
        List<String> seen = new ArrayList<>();
        long instance = first;
        int index = -1;
        while (seen.size() < values) {
            ReceivedValues received = new ReceivedValues();
            WebSocket socket = open(form, "?from=" + from + "&log=0000000000000abc", received);
            int until = Math.min(values, seen.size() + 1 + random.nextInt(300));
            while (seen.size() < until) {
                ReceivedValues.Value value = received.next();
                assertThat(value.text())
                        .as("after %s of %s from %s: the server has sent %s and lags by %s; connection ended: %s",
                                seen.size(), values, from, subscribers.values(), subscribers.lagInstances(),
                                socket.isInputClosed())
                        .isEqualTo(at(value.instance(), value.index()));
                assertThat(value.instance() > instance || value.index() == index + 1).as(value + " after " + index)
                        .isTrue();
                instance = value.instance();
                index = value.index();
                seen.add(value.text());
            }
            socket.abort();
            from = instance + ":" + (index + 1);
        }
        assertThat(seen).doesNotHaveDuplicates();
        awaitNoSubscribers();
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, BINARY})
    void f22ASubscriberThatStopsReadingHoldsBackNobodyAndGetsEverythingWhenItGoesOn(String form) throws Exception {
        int values = 3_000;
        String large = "x".repeat(8_192);
        ReceivedValues slow = new ReceivedValues();
        ReceivedValues quick = new ReceivedValues();
        long first = log.last() + 1;
        WebSocket paused = open(form, "?from=" + first, slow);
        WebSocket reading = open(form, "?from=" + first, quick);
        slow.pause();
        for (int i = 0; i < values; i++) {
            append(large);
        }
        for (int i = 0; i < values; i++) {
            assertThat(quick.next().instance()).isEqualTo(first + i);
        }
        // What the systems on both sides buffer is less than was sent, so it is held back.
        assertThat(slow.waiting()).isLessThan(values);
        assertThat(subscribers.lagInstances()).isPositive();
        slow.goOn(paused);
        for (int i = 0; i < values; i++) {
            assertThat(slow.next().instance()).isEqualTo(first + i);
        }
        paused.abort();
        reading.abort();
        awaitNoSubscribers();
    }

    @Test
    void f22AStormOfConnectionsLeavesNothingBehindAndDisturbsNobody() throws Exception {
        ReceivedValues steady = new ReceivedValues();
        long first = log.last() + 1;
        WebSocket socket = open(BINARY, "?from=" + first, steady);
        int instances = 2_000;
        try (ExecutorService storm = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(storm.submit(() -> {
                    for (int turn = 0; turn < 15; turn++) {
                        ReceivedValues received = new ReceivedValues();
                        WebSocket short_ = open(turn % 2 == 0 ? JSON : BINARY, "?from=" + first, received);
                        assertThat(received.next().instance()).isEqualTo(first);
                        short_.abort();
                    }
                    return null;
                }));
            }
            for (int i = 0; i < instances; i++) {
                append("v");
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        for (int i = 0; i < instances; i++) {
            assertThat(steady.next().instance()).isEqualTo(first + i);
        }
        socket.abort();
        awaitNoSubscribers();
    }

    /** While the log drops its beginning all the time, who begins there sees every value from somewhere on, or is told. */
    @Test
    void f22WhoSubscribesExactlyWhereTheLogBeginsSeesNoGap() throws Exception {
        for (int i = 0; i < 9_000; i++) {
            append("v");
        }
        assertThat(log.first()).isGreaterThan(1);
        int gone = 0;
        for (int turn = 0; turn < 30; turn++) {
            ReceivedValues received = new ReceivedValues();
            long asked = log.first() + turn % 3 - 1;
            WebSocket socket = open(BINARY, turn % 5 == 4 ? "?from=earliest" : "?from=" + asked, received);
            for (int i = 0; i < 20; i++) {
                append("v");
            }
            ReceivedValues.Value value = received.next();
            if (value.isEnd()) {
                assertThat(value.text()).startsWith("4410 first retained instance is ");
                gone++;
            } else {
                long instance = value.instance();
                assertThat(turn % 5 == 4 || instance == asked).isTrue();
                for (int i = 1; i < 500; i++) {
                    assertThat(received.next().instance()).isEqualTo(instance + i);
                }
            }
            socket.abort();
        }
        assertThat(gone).isPositive();
        awaitNoSubscribers();
    }

    @Test
    void whoSendsSomethingIsTold() throws Exception {
        ReceivedValues received = new ReceivedValues();
        open(JSON, "", received).sendText("hello", true).join();
        assertThat(received.next().text()).isEqualTo("1003 nothing is to be sent here");
        awaitNoSubscribers();
        assertThat(subscribers.ended(SubscriptionEnd.Kind.PROTOCOL_ERROR)).isEqualTo(1);
    }

    @Test
    void whoAsksForInstancesThatAreNotThereYetWaitsForThem() throws Exception {
        ReceivedValues received = new ReceivedValues();
        long ahead = log.last() + 3;
        WebSocket socket = open(JSON, "?from=" + ahead, received);
        for (int i = 0; i < 3; i++) {
            append("v");
        }
        assertThat(received.next().instance()).isEqualTo(ahead);
        socket.abort();
        awaitNoSubscribers();
    }

    @Test
    void l2MoreSubscribersThanAllowedAreRefusedInWords() throws Exception {
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sockets.add(open(JSON, "", new ReceivedValues()));
        }
        try {
            open(JSON, "", new ReceivedValues()).abort();
            throw new AssertionError("it was taken");
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOfSatisfying(WebSocketHandshakeException.class,
                    refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(503));
        }
        sockets.forEach(WebSocket::abort);
        awaitNoSubscribers();
    }

    @Test
    void emptyValuesAreValuesToo() throws Exception {
        ReceivedValues received = new ReceivedValues();
        long instance = append("", "");
        WebSocket socket = open(BINARY, "?from=" + instance + ":1", received);
        assertThat(received.next()).isEqualTo(new ReceivedValues.Value(instance, 1, ""));
        socket.abort();
        awaitNoSubscribers();
    }
}
