package io.synod.system;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application that reads a learner's WebSocket, written from {@code docs/applications.md} alone: it keeps the position
 * after the last value, and the log's id, and goes on there whenever its connection is lost.
 */
final class AttachedClient {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long FRAME_SECONDS_MAX = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final List<String> values = new ArrayList<>();
    private String position = "1";
    private String log = "";

    AttachedClient(int port) {
        this.port = port;
    }

    /** All values so far. */
    List<String> values() {
        return values;
    }

    /** Connects, reads until it has so many values in all, and breaks the connection off. */
    void readUntil(int count) {
        Frames frames = new Frames();
        WebSocket socket = connect(frames);
        while (values.size() < count) {
            take(frames.next());
        }
        socket.abort();
    }

    /** Connects and reads until the server closes; returns the close code. */
    int readUntilClosed() {
        Frames frames = new Frames();
        connect(frames);
        String frame = frames.next();
        while (!frame.startsWith("close ")) {
            take(frame);
            frame = frames.next();
        }
        return Integer.parseInt(frame.substring("close ".length()));
    }

    private WebSocket connect(Frames frames) {
        String query = "from=" + position + (log.isEmpty() ? "" : "&log=" + log);
        return http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/values?" + query), frames).join();
    }

    private void take(String frame) {
        if (frame.startsWith("close ")) {
            throw new AssertionError("the learner ended the connection: " + frame);
        }
        JsonNode value = JSON.readTree(frame);
        values.add(value.path("value").asString());
        position = value.path("instance").asLong() + ":" + (value.path("index").asInt() + 1);
        log = value.path("logId").asString();
    }

    private static final class Frames implements WebSocket.Listener {

        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                queue.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            queue.add("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            queue.add("close 1006");
        }

        String next() {
            try {
                String frame = queue.poll(FRAME_SECONDS_MAX, TimeUnit.SECONDS);
                return frame == null ? "close 0" : frame;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
