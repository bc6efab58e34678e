package io.synod.learner.service;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes what a WebSocket of values sends, in either form, as one would who has read the documents alone. */
final class ReceivedValues implements WebSocket.Listener {

    /** A value, or the end of the connection: then the instance is 0. */
    record Value(long instance, int index, String text) {
        boolean isEnd() {
            return instance == 0;
        }
    }

    private static final JsonMapper JSON = new JsonMapper();

    private final BlockingQueue<Value> queue = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private ByteBuffer binary = ByteBuffer.allocate(0);
    private volatile boolean reading = true;

    /** Reads nothing more until {@link #goOn}. */
    void pause() {
        reading = false;
    }

    void goOn(WebSocket socket) {
        reading = true;
        socket.request(1);
    }

    Value next() throws InterruptedException {
        Value value = queue.poll(20, TimeUnit.SECONDS);
        return value == null ? new Value(0, 0, "nothing came") : value;
    }

    int waiting() {
        return queue.size();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            JsonNode value = JSON.readTree(text.toString());
            queue.add(new Value(value.path("instance").asLong(), value.path("index").asInt(),
                    value.path("value").asString()));
            text.setLength(0);
        }
        more(socket);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        binary = ByteBuffer.allocate(binary.remaining() + data.remaining()).put(binary).put(data).flip();
        if (last) {
            byte kind = binary.get();
            long log = binary.getLong();
            while (binary.hasRemaining()) {
                readRun(kind, log);
            }
        }
        more(socket);
        return null;
    }

    private void readRun(byte kind, long log) {
        long instance = binary.getLong();
        int index = binary.getInt();
        binary.position(binary.position() + 20);
        int count = binary.getInt();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[binary.getInt()];
            binary.get(bytes);
            String value = new String(bytes, StandardCharsets.UTF_8);
            queue.add(kind == 1 && log != 0 ? new Value(instance, index + i, value) : new Value(0, 0, "a bad frame"));
        }
    }

    private void more(WebSocket socket) {
        if (reading) {
            socket.request(1);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        queue.add(new Value(0, 0, code + " " + reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        queue.add(new Value(0, 0, error.toString()));
    }
}
