package io.synod.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One connection to a learner's WebSocket, which counts the values and sums up what came in which order. */
final class Subscriber implements WebSocket.Listener {

    private static final String BINARY = "synod.binary.v1";
    private static final int HEADER_BYTES = 9;
    private static final int COUNT_AT = 32;
    private static final int RUN_BYTES = 36;

    private final CRC32C all = new CRC32C();
    private @Nullable WebSocket socket;
    private ByteBuffer message = ByteBuffer.allocate(1 << 10);
    private long counted;
    private volatile long values;
    private volatile long checksum;
    private volatile boolean halted;
    private volatile @Nullable String closed;

    private Subscriber() {}

    /** @param query such as {@code from=latest} */
    static Subscriber connect(HttpClient http, int port, boolean binary, String query) {
        Subscriber subscriber = new Subscriber();
        URI uri = URI.create("ws://127.0.0.1:" + port + "/ws/values?" + query);
        WebSocket.Builder builder = http.newWebSocketBuilder();
        subscriber.socket = (binary ? builder.subprotocols(BINARY) : builder).buildAsync(uri, subscriber).join();
        return subscriber;
    }

    /** How many values came. */
    long values() {
        return values;
    }

    /** Sums up all that came, in its order, however it was cut into binary messages' runs. */
    long checksum() {
        return checksum;
    }

    /** Returns why the learner closed the connection; null while it is open. */
    @Nullable
    String closed() {
        return closed;
    }

    /** Reads no more until {@link #goOn}. */
    void halt() {
        halted = true;
    }

    void goOn() {
        halted = false;
        open().request(1);
    }

    void abort() {
        open().abort();
    }

    private WebSocket open() {
        WebSocket open = socket;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        all.update(data.toString().getBytes(StandardCharsets.UTF_8));
        if (last) {
            counted++;
            tell();
        }
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (message.remaining() < data.remaining()) {
            message = ByteBuffer.allocate(2 * (message.position() + data.remaining())).put(message.flip());
        }
        message.put(data);
        if (last) {
            count(message.flip());
            message.clear();
        }
        readOn(from);
        return null;
    }

    /** What was asked for comes yet, so a halt begins one message later. */
    private void readOn(WebSocket from) {
        if (!halted) {
            from.request(1);
        }
    }

    private void count(ByteBuffer frame) {
        int at = HEADER_BYTES;
        while (at < frame.limit()) {
            int count = frame.getInt(at + COUNT_AT);
            at += RUN_BYTES;
            for (int i = 0; i < count; i++) {
                int end = at + Integer.BYTES + frame.getInt(at);
                all.update(frame.slice(at, end - at));
                at = end;
            }
            counted += count;
        }
        tell();
    }

    private void tell() {
        checksum = all.getValue();
        values = counted;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed = code + " " + reason;
        return null;
    }
}
