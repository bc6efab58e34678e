package io.synod.learner.service;

import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/**
 * One WebSocket that reads the delivered log, on a virtual thread of its own and at its own position. A client that does
 * not read holds back its own thread alone: sending waits, nothing is queued, and what it has not read yet it finds in the
 * log. One that gives no sign of life, neither takes what is sent nor answers a ping, is let go.
 */
final class Subscriber implements DeliveredLog.ValueConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
    private static final int VALUES_A_READ = 1_000;
    private static final long BYTES_A_READ = 1 << 20;
    private static final long NOT_BEHIND = Long.MAX_VALUE;
    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int GREETINGS = 10;
    private static final long GREETING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final WebSocketSession socket;
    private final RemoteEndpoint.Basic remote;
    private final Frames frames;
    private final DeliveredLog delivered;
    private final Subscription subscription;
    private final LogWatch.Follower follower;
    private final long silenceNanosMax;
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);

    private long pingedNanos = System.nanoTime();
    private volatile long heardNanos = pingedNanos;
    private volatile long instance;
    private volatile SubscriptionEnd.Kind stopped = SubscriptionEnd.Kind.SERVICE_STOPS;
    private volatile long values;
    private long sent;

    /** @param silenceNanosMax after how long without a sign of life the client is let go */
    Subscriber(
            WebSocketSession socket,
            RemoteEndpoint.Basic remote,
            Frames frames,
            DeliveredLog delivered,
            Subscription subscription,
            LogWatch.Follower follower,
            long silenceNanosMax) {
        this.socket = socket;
        this.remote = remote;
        this.frames = frames;
        this.delivered = delivered;
        this.subscription = subscription;
        this.follower = follower;
        this.silenceNanosMax = silenceNanosMax;
        this.instance = subscription.start().position().instance();
    }

    /** @param onEnd told once why the subscription ended, on its thread */
    void start(Consumer<SubscriptionEnd> onEnd) {
        Thread.ofVirtual().name("subscriber-" + socket.getId()).start(() -> {
            SubscriptionEnd end = run();
            follower.close();
            onEnd.accept(end);
            gone.countDown();
        });
    }

    /** Waits until the subscription has ended; returns whether it has. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return gone.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends the subscription soon, for this reason; may be called by any thread. */
    void stop(SubscriptionEnd.Kind why) {
        stopped = why;
        follower.release();
    }

    /** The client answered a ping. */
    void heard() {
        heardNanos = System.nanoTime();
        answered.countDown();
    }

    /** The instance that is read next; of one that waits for more, above any. */
    long instance() {
        return instance;
    }

    /** How many values were sent. */
    long values() {
        return values;
    }

    private SubscriptionEnd run() {
        try {
            greet();
            SubscriptionEnd end = follow();
            close(end.status());
            return end;
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            // Also where the client has gone, so that there is nobody to be told.
            LOG.debug("Subscriber {} is gone: {}", socket.getId(), e.toString());
            close(CloseStatus.SERVER_ERROR);
            return SubscriptionEnd.Kind.DISCONNECTED.end();
        } catch (InterruptedException e) {
            close(CloseStatus.GOING_AWAY);
            return SubscriptionEnd.Kind.SERVICE_STOPS.end();
        } catch (RuntimeException e) {
            LOG.error("Subscriber {} ends by a defect", socket.getId(), e);
            SubscriptionEnd end = SubscriptionEnd.Kind.FAILED.end();
            close(end.status());
            return end;
        }
    }

    /**
     * Waits until the client has answered a ping, or has had the time to. The JDK's client (25.0.3) loses what comes while
     * it completes the handshake: a lost ping does no harm, a lost part of a value would.
     */
    private void greet() throws InterruptedException, IOException {
        boolean isThere = false;
        for (int i = 0; i < GREETINGS && !isThere && socket.isOpen() && !follower.isReleased(); i++) {
            ping();
            isThere = answered.await(GREETING_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private SubscriptionEnd follow() throws InterruptedException, IOException {
        boolean begun = false;
        Position position = subscription.start().position();
        while (!follower.isReleased()) {
            if (!socket.isOpen()) {
                return SubscriptionEnd.Kind.DISCONNECTED.end();
            }
            if (delivered.isOther(subscription.logId())) {
                return SubscriptionEnd.Kind.OTHER_LOG.end("this learner delivers log " + delivered.logId());
            }
            try {
                position = begun
                        ? delivered.read(position, VALUES_A_READ, BYTES_A_READ, this)
                        : subscription.start().read(delivered, VALUES_A_READ, BYTES_A_READ, this);
                begun = true;
            } catch (PositionGoneException e) {
                frames.flush();
                return SubscriptionEnd.Kind.GONE.end(e.advice());
            } catch (RecordDamagedException e) {
                frames.flush();
                return SubscriptionEnd.Kind.DAMAGED
                        .end("instance " + e.instance() + " is damaged here; another learner has it");
            }
            instance = position.instance();
            values = sent;
            if (!keepAlive()) {
                return SubscriptionEnd.Kind.SILENT.end();
            }
            if (instance <= delivered.last()) {
                // Others have their turn between two reads of one that has a long way to go.
                LogWatch.letOthersRead();
                continue;
            }
            frames.flush();
            String why = delivered.stopped();
            if (why != null) {
                return SubscriptionEnd.Kind.LEARNER_STOPPED.end(why);
            }
            instance = NOT_BEHIND;
            Position next = follower.await(position, PING_NANOS);
            position = next == null ? position : next;
            instance = position.instance();
        }
        return stopped.end();
    }

    /** Pings now and then; returns false if the client was silent for too long. */
    private boolean keepAlive() throws IOException {
        long now = System.nanoTime();
        if (now - heardNanos > silenceNanosMax) {
            return false;
        }
        if (now - pingedNanos >= PING_NANOS) {
            pingedNanos = now;
            ping();
        }
        return true;
    }

    /** Sends a ping now: where frames are batched it would stay with them, and the answer would be waited for in vain. */
    private void ping() throws IOException {
        frames.flush();
        remote.sendPing(ByteBuffer.allocate(0));
        remote.flushBatch();
    }

    @Override
    public void accept(long valueInstance, int index, SessionId session, long number, Bytes value) {
        if (subscription.client() == null || subscription.client().equals(session)) {
            frames.accept(valueInstance, index, session, number, value);
            sent++;
        }
    }

    private void close(CloseStatus status) {
        try {
            socket.close(status);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("Subscriber {} is gone: {}", socket.getId(), e.toString());
        }
    }
}
