package io.synod.learner.service;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * One WebSocket that reads the delivered log, on a virtual thread of its own and at its own position. A client that does
 * not read holds back its own thread alone: sending waits, nothing is queued.
 */
final class Subscriber implements Runnable {

    /** The position, or what follows it, is not retained any more; the reason names the first retained instance. */
    static final CloseStatus GONE = new CloseStatus(4_410, "gone");

    /** The learner delivers nothing more; the reason says why. */
    static final CloseStatus LEARNER_STOPPED = new CloseStatus(4_503, "learner stopped");

    /** The position is one of another log, which was not known before; the reason names the one that is delivered here. */
    static final CloseStatus OTHER_LOG = new CloseStatus(4_409, "other log");

    private static final Logger log = LoggerFactory.getLogger(Subscriber.class);
    private static final int VALUES_A_READ = 1_000;
    private static final long BYTES_A_READ = 1 << 20;
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int REASON_CHARS_MAX = 120;

    private final WebSocketSession socket;
    private final DeliveredLog delivered;
    private final ValueJson json;
    private final @Nullable SessionId only;
    private final @Nullable String logId;
    private final Thread thread;
    private volatile boolean stopping;
    private Position position;

    /**
     * @param only the session whose values are sent; null for all
     * @param logId names the log that the position is one of; null if the client did not say
     */
    Subscriber(
            WebSocketSession socket,
            DeliveredLog delivered,
            ValueJson json,
            Position position,
            @Nullable SessionId only,
            @Nullable String logId) {
        this.socket = socket;
        this.delivered = delivered;
        this.json = json;
        this.position = position;
        this.only = only;
        this.logId = logId;
        this.thread = Thread.ofVirtual().name("subscriber-" + socket.getId()).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Ends the subscription; may be called by any thread. */
    void stop() {
        stopping = true;
        thread.interrupt();
    }

    @Override
    public void run() {
        try {
            CloseStatus status = follow();
            socket.close(status);
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            log.debug("Subscriber {} is gone: {}", socket.getId(), e.toString());
        } catch (InterruptedException e) {
            closeQuietly();
        }
    }

    private CloseStatus follow() throws InterruptedException, IOException {
        while (!stopping && socket.isOpen()) {
            if (delivered.isOther(logId)) {
                return OTHER_LOG.withReason("this learner delivers log " + delivered.logId());
            }
            try {
                position = delivered.read(position, VALUES_A_READ, BYTES_A_READ, this::send);
            } catch (PositionGoneException e) {
                return GONE.withReason("first retained instance is " + e.firstInstance() + "; no checkpoint");
            }
            if (position.instance() <= delivered.last()) {
                continue;
            }
            String stopped = delivered.stopped();
            if (stopped != null) {
                return LEARNER_STOPPED.withReason(
                        stopped.length() > REASON_CHARS_MAX ? stopped.substring(0, REASON_CHARS_MAX) : stopped);
            }
            if (!delivered.await(position.instance(), PING_NANOS) && delivered.stopped() == null) {
                socket.sendMessage(new PingMessage());
            }
        }
        return CloseStatus.GOING_AWAY;
    }

    private void send(long instance, int index, SessionId session, long number, Bytes value) {
        if (only != null && !only.equals(session)) {
            return;
        }
        try {
            socket.sendMessage(new TextMessage(json.write(DeliveredValue.of(instance, index, session, number, value))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeQuietly() {
        try {
            socket.close(CloseStatus.GOING_AWAY);
        } catch (IOException e) {
            log.debug("Subscriber {} is gone: {}", socket.getId(), e.toString());
        }
    }
}
