package io.synod.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to a running learner many times at once and counts what comes, while another program puts the cluster under
 * load: {@code PORT COUNT json|binary QUERY SECONDS}, such as {@code 8800 100 binary from=latest 10}. It prints a line a
 * second, and at the end the rate of the slowest and of the quickest subscriber.
 */
public final class SubscriberLoad {

    private static final String BINARY = "synod.binary.v1";
    private static final int HEADER_BYTES = 9;
    private static final int COUNT_AT = 32;
    private static final int RUN_BYTES = 36;

    private final List<Subscriber> subscribers = new ArrayList<>();
    private final LongAdder closed = new LongAdder();

    private SubscriberLoad() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 5) {
            throw new IllegalArgumentException(
                    "PORT COUNT json|binary QUERY SECONDS, such as 8800 1 binary from=latest 10");
        }
        SubscriberLoad load = new SubscriberLoad();
        load.connect(Integer.parseInt(args[0]), Integer.parseInt(args[1]), args[2].equals("binary"), args[3]);
        load.run(Integer.parseInt(args[4]));
    }

    private void connect(int port, int count, boolean binary, String query) {
        HttpClient http = HttpClient.newHttpClient();
        URI uri = URI.create("ws://127.0.0.1:" + port + "/ws/values?" + query);
        for (int i = 0; i < count; i++) {
            Subscriber subscriber = new Subscriber();
            WebSocket.Builder builder = http.newWebSocketBuilder();
            subscriber.socket = (binary ? builder.subprotocols(BINARY) : builder).buildAsync(uri, subscriber).join();
            subscribers.add(subscriber);
        }
    }

    private void run(int seconds) throws InterruptedException {
        long start = System.nanoTime();
        long[] first = counts();
        long before = sum(first);
        for (int second = 1; second <= seconds; second++) {
            TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
            long now = sum(counts());
            System.out.printf(Locale.ROOT, "%4d s  %,12d values/s  %d closed%n", second, now - before, closed.sum());
            before = now;
        }
        double took = (System.nanoTime() - start) / 1e9;
        long[] last = counts();
        long slowest = Long.MAX_VALUE;
        long quickest = 0;
        for (int i = 0; i < last.length; i++) {
            slowest = Math.min(slowest, last[i] - first[i]);
            quickest = Math.max(quickest, last[i] - first[i]);
        }
        System.out.printf(Locale.ROOT, "%d subscribers: %,.0f values/s together, each %,.0f to %,.0f%n", last.length,
                (sum(last) - sum(first)) / took, slowest / took, quickest / took);
        subscribers.forEach(Subscriber::abort);
    }

    private long[] counts() {
        return subscribers.stream().mapToLong(subscriber -> subscriber.values).toArray();
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Counts the values of one connection; its own thread writes. */
    private final class Subscriber implements WebSocket.Listener {

        private @Nullable WebSocket socket;
        private ByteBuffer message = ByteBuffer.allocate(1 << 10);
        private long counted;
        private volatile long values;

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            if (last) {
                values = ++counted;
            }
            from.request(1);
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
            from.request(1);
            return null;
        }

        private void count(ByteBuffer frame) {
            int at = HEADER_BYTES;
            while (at < frame.limit()) {
                int count = frame.getInt(at + COUNT_AT);
                at += RUN_BYTES;
                for (int i = 0; i < count; i++) {
                    at += Integer.BYTES + frame.getInt(at);
                }
                counted += count;
            }
            values = counted;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            System.out.println("closed: " + code + " " + reason);
            closed.increment();
            return null;
        }

        void abort() {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }
    }
}
