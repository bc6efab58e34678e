package io.synod.client.cli;

import io.synod.udp.PeerAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The values that a learner-service delivers, over its WebSocket in the form {@code synod.binary.v1}. A connection that is
 * lost is made again where it ended, so each value is told once, until the feed is closed or can go on no more. So is one on
 * which nothing comes, not even a ping: the other host may be gone without a word, and the JDK's client (25.0.3) may wait for the
 * rest of a frame that it lost while it completed the handshake, if it took longer for that than the learner waits for it.
 */
final class ValueFeed implements AutoCloseable {

    private static final String PROTOCOL = "synod.binary.v1";
    private static final byte VALUES = 1;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final long RETRY_MILLIS = 300;
    /** Three times what lies between two pings of a learner. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(45);
    private static final int GONE = 4_410;
    private static final int OTHER_LOG = 4_409;
    private static final int LEARNER_STOPPED = 4_503;

    /** Takes what comes, on one thread at a time. */
    interface Sink {

        /** A value; the buffer is over its bytes and valid during the call only. */
        void onValue(long instance, int index, ByteBuffer value);

        /** Values of one message were told. */
        void onBatch();

        /** The feed can go on no more, for this reason. It is not called when the feed is closed. */
        void onEnd(CommandFailure why);
    }

    private final PeerAddress learner;
    private final Access access;
    private final @Nullable String client;
    private final Sink sink;
    private final long silenceNanosMax;
    private final Thread thread;
    private volatile boolean closed;
    private volatile String from;
    private volatile @Nullable String logId;
    private volatile boolean connectedOnce;

    /**
     * Begins to read.
     *
     * @param learner where the learner answers over HTTP
     * @param access how it is called
     * @param from where to begin, as the learner understands it
     * @param client the session whose values alone are wanted; null for all
     */
    ValueFeed(PeerAddress learner, Access access, String from, @Nullable String client, Sink sink) {
        this(learner, access, from, client, sink, SILENCE_MAX);
    }

    /** @param silenceMax a connection on which nothing comes for so long is made again */
    ValueFeed(PeerAddress learner, Access access, String from, @Nullable String client, Sink sink,
            Duration silenceMax) {
        this.silenceNanosMax = silenceMax.toNanos();
        this.learner = learner;
        this.access = access;
        this.from = from;
        this.client = client;
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("feed of " + learner).start(this::run);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                follow();
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        } catch (InterruptedException _) {
            // It is closed.
        } catch (CommandFailure e) {
            sink.onEnd(e);
        }
    }

    /** Reads over one connection until it ends. */
    private void follow() throws InterruptedException {
        Connection connection = new Connection();
        WebSocket socket = null;
        try {
            WebSocket.Builder builder =
                    access.client().newWebSocketBuilder().subprotocols(PROTOCOL).connectTimeout(CONNECT_MAX);
            String authorization = access.authorization();
            if (authorization != null) {
                builder.header("Authorization", authorization);
            }
            socket = builder
                    .buildAsync(URI.create(access.socketScheme() + "://" + learner + "/ws/values?" + query()),
                            connection)
                    .join();
            connectedOnce = true;
            requireMendable(connection.awaitEnd());
        } catch (CompletionException e) {
            refuse(e.getCause() == null ? e : e.getCause());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a connection's end is told, never thrown", e);
        } finally {
            if (socket != null) {
                socket.abort();
            }
        }
    }

    private String query() {
        String log = logId;
        return "from=" + URLEncoder.encode(from, StandardCharsets.UTF_8)
                + (client == null ? "" : "&client=" + URLEncoder.encode(client, StandardCharsets.UTF_8))
                + (log == null ? "" : "&log=" + log);
    }

    /** A learner that was never reached, or refuses, is not asked again. */
    private void refuse(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            throw new CommandFailure(status == 400 ? ExitStatus.USAGE : ExitStatus.FAILED,
                    "the learner at " + learner + " refuses to be read from " + from + ": HTTP status " + status
                            + Access.hint(status),
                    cause);
        }
        if (!connectedOnce) {
            throw new CommandFailure(ExitStatus.UNREACHABLE, "no learner answers at " + learner, cause);
        }
    }

    private void requireMendable(Close close) {
        switch (close.code()) {
            case GONE -> throw new CommandFailure(ExitStatus.GONE,
                    "what was delivered at " + from + " is not retained any more: " + close.reason());
            case OTHER_LOG, LEARNER_STOPPED -> throw new CommandFailure(ExitStatus.FAILED,
                    "the learner at " + learner + " ends: " + close.reason());
            default -> {}
        }
    }

    /** How a connection ended; a code of its own for one that broke. */
    private record Close(int code, String reason) {}

    private final class Connection implements WebSocket.Listener {

        private static final int BROKEN = 1_006;

        private final CompletableFuture<Close> ended = new CompletableFuture<>();
        private ByteBuffer message = ByteBuffer.allocate(64 << 10);
        private volatile long heardNanos = System.nanoTime();
        private volatile boolean taking;

        /** Waits until the connection has ended, or nothing came for too long. */
        Close awaitEnd() throws InterruptedException, ExecutionException {
            while (true) {
                long left = taking ? silenceNanosMax : silenceNanosMax - (System.nanoTime() - heardNanos);
                if (left <= 0) {
                    return new Close(BROKEN, "silent");
                }
                try {
                    return ended.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException _) {
                    // Something may have come meanwhile.
                }
            }
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
            heardNanos = System.nanoTime();
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            taking = true;
            take(data, last);
            heardNanos = System.nanoTime();
            taking = false;
            socket.request(1);
            return null;
        }

        private void take(ByteBuffer data, boolean last) {
            if (message.remaining() < data.remaining()) {
                int needed = message.position() + data.remaining();
                message = ByteBuffer.allocate(Math.max(needed, 2 * message.capacity())).put(message.flip());
            }
            message.put(data);
            if (last) {
                read(message.flip());
                message.clear();
            }
        }

        private void read(ByteBuffer frame) {
            if (frame.get() != VALUES) {
                return;
            }
            logId = String.format("%016x", frame.getLong());
            while (frame.hasRemaining() && !closed) {
                readRun(frame);
            }
            sink.onBatch();
        }

        private void readRun(ByteBuffer frame) {
            long instance = frame.getLong();
            int firstIndex = frame.getInt();
            // Session and number are the client's own, or of no interest.
            frame.position(frame.position() + 2 * Long.BYTES + Integer.BYTES);
            int count = frame.getInt();
            for (int i = 0; i < count; i++) {
                int length = frame.getInt();
                sink.onValue(instance, firstIndex + i, frame.slice(frame.position(), length));
                frame.position(frame.position() + length);
            }
            from = instance + ":" + (firstIndex + count);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended.complete(new Close(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.complete(new Close(BROKEN, String.valueOf(error.getMessage())));
        }
    }
}
