package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.RecordDamagedException;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.InOrder;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;
import tools.jackson.databind.json.JsonMapper;

/** What a subscriber does whose client does not. */
@Timeout(30)
class SubscriberTests {

    private final DeliveredLog log = new DeliveredLog(8, 1_000_000);
    private final LogWatch watch = new LogWatch(log);
    private final WebSocketSession socket = mock(WebSocketSession.class);
    private final RemoteEndpoint.Basic remote = mock(RemoteEndpoint.Basic.class);

    @AfterEach
    void close() {
        watch.close();
    }

    private Subscriber subscriber(long silenceNanosMax) throws IOException {
        when(socket.isOpen()).thenReturn(true);
        when(socket.getId()).thenReturn("one");
        return new Subscriber(socket, remote, new Frames.Json(remote, new ValueJson(new JsonMapper()), log), log,
                Subscription.of(Map.of("from", new String[] {"1"}), log), watch.follow(null), silenceNanosMax);
    }

    private static SubscriptionEnd.@Nullable Kind end(Subscriber subscriber) throws InterruptedException {
        AtomicReference<SubscriptionEnd.@Nullable Kind> kind = new AtomicReference<>();
        subscriber.start(end -> kind.set(end.kind()));
        assertThat(subscriber.awaitEnd(TimeUnit.SECONDS.toNanos(20))).isTrue();
        return kind.get();
    }

    @Test
    void valuesAreSentOnceTheClientHasAnsweredAPing() throws Exception {
        log.append(Deliveries.of(1, 1, "v"));
        Subscriber subscriber = subscriber(TimeUnit.SECONDS.toNanos(60));
        doAnswer(_ -> {
            subscriber.heard();
            return null;
        }).when(remote).sendPing(any());
        subscriber.start(_ -> {});
        verify(remote, timeout(20_000)).sendText(anyString());
        InOrder order = inOrder(remote);
        order.verify(remote).sendPing(any());
        order.verify(remote).flushBatch();
        order.verify(remote).sendText(anyString());
        subscriber.stop(SubscriptionEnd.Kind.DISCONNECTED);
    }

    @Test
    void aClientThatAnswersNoPingIsSentValuesAllTheSame() throws Exception {
        log.append(Deliveries.of(1, 1, "v"));
        Subscriber subscriber = subscriber(TimeUnit.SECONDS.toNanos(60));
        subscriber.start(_ -> {});
        verify(remote, timeout(20_000)).sendText(anyString());
        verify(remote, times(10)).sendPing(any());
        subscriber.stop(SubscriptionEnd.Kind.DISCONNECTED);
    }

    @Test
    void l2AClientThatGivesNoSignOfLifeIsLetGo() throws Exception {
        Subscriber silent = subscriber(-1);
        assertThat(end(silent)).isEqualTo(SubscriptionEnd.Kind.SILENT);
        verify(socket).close(new CloseStatus(4_408, "silent for longer than paxos.learner.subscriber-silence-max"));
    }

    @Test
    void l2AClientThatTakesNothingForTooLongIsLetGo() throws Exception {
        log.append(Deliveries.of(1, 1, "v"));
        doThrow(new SocketTimeoutException("write")).when(remote).sendText(anyString());
        Subscriber stuck = subscriber(TimeUnit.SECONDS.toNanos(60));
        assertThat(end(stuck)).isEqualTo(SubscriptionEnd.Kind.DISCONNECTED);
    }

    @Test
    void l2ADefectGivesThePlaceBackAndClosesTheConnection() throws Exception {
        log.append(Deliveries.of(1, 1, "v"));
        doThrow(new UnsupportedOperationException("a defect")).when(remote).sendText(anyString());
        Subscriber failing = subscriber(TimeUnit.SECONDS.toNanos(60));
        Subscribers subscribers = new Subscribers(log, watch, 1);
        assertThat(subscribers.enter()).isTrue();
        subscribers.start(failing);
        assertThat(failing.awaitEnd(TimeUnit.SECONDS.toNanos(20))).isTrue();
        verify(socket).close(new CloseStatus(1_011, "the learner failed here; its log says why"));
        assertThat(subscribers.ended(SubscriptionEnd.Kind.FAILED)).isEqualTo(1);
        assertThat(subscribers.count()).isZero();
    }

    @Test
    void f04WhoComesToDamageIsToldAfterWhatStandsBeforeIt() throws Exception {
        LearnerStore store = mock(LearnerStore.class);
        when(store.first()).thenReturn(1L);
        when(store.stored()).thenReturn(2L);
        when(store.read(1)).thenReturn(Deliveries.of(1, 1, "v"));
        when(store.read(2)).thenThrow(new RecordDamagedException(2, "a bit flipped", new IOException()));
        DeliveredLog damaged = new DeliveredLog(4, 1_000_000, store, Checkpoints.NONE);
        when(socket.isOpen()).thenReturn(true);
        when(socket.getId()).thenReturn("one");
        Subscriber subscriber = new Subscriber(socket, remote,
                new Frames.Json(remote, new ValueJson(new JsonMapper()), damaged), damaged,
                Subscription.of(Map.of("from", new String[] {"1"}), damaged), watch.follow(null),
                TimeUnit.SECONDS.toNanos(60));
        assertThat(end(subscriber)).isEqualTo(SubscriptionEnd.Kind.DAMAGED);
        InOrder order = inOrder(remote, socket);
        order.verify(remote).sendText(anyString());
        order.verify(socket).close(new CloseStatus(4_500, "instance 2 is damaged here; another learner has it"));
    }

    @Test
    void aServiceThatStopsSaysSo() throws Exception {
        Subscriber subscriber = subscriber(TimeUnit.SECONDS.toNanos(60));
        Subscribers subscribers = new Subscribers(log, watch, 1);
        assertThat(subscribers.enter()).isTrue();
        subscribers.start(subscriber);
        subscribers.stop();
        assertThat(subscriber.awaitEnd(0)).isTrue();
        verify(socket).close(new CloseStatus(1_001, "this learner stops; connect again, or to another"));
        assertThat(subscribers.ended(SubscriptionEnd.Kind.SERVICE_STOPS)).isEqualTo(1);
        assertThat(subscribers.count()).isZero();
    }

    @Test
    void l2ThereAreOnlySoManyPlaces() {
        Subscribers subscribers = new Subscribers(log, watch, 2);
        assertThat(subscribers.enter()).isTrue();
        assertThat(subscribers.enter()).isTrue();
        assertThat(subscribers.enter()).isFalse();
        assertThat(subscribers.count()).isEqualTo(2);
        assertThat(subscribers.refused()).isEqualTo(1);
        subscribers.leave();
        assertThat(subscribers.enter()).isTrue();
    }
}
