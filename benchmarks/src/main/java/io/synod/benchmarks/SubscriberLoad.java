package io.synod.benchmarks;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Subscribes to a running learner many times at once and counts what comes, while another program puts the cluster under
 * load: {@code PORT COUNT json|binary QUERY SECONDS}, such as {@code 8800 100 binary from=latest 10}. It prints a line a
 * second, and at the end the rate of the slowest and of the quickest subscriber.
 */
public final class SubscriberLoad {

    private final List<Subscriber> subscribers = new ArrayList<>();

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
        for (int i = 0; i < count; i++) {
            subscribers.add(Subscriber.connect(http, port, binary, query));
        }
    }

    private void run(int seconds) throws InterruptedException {
        long start = System.nanoTime();
        long[] first = counts();
        long before = sum(first);
        for (int second = 1; second <= seconds; second++) {
            TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
            long now = sum(counts());
            System.out.printf(Locale.ROOT, "%4d s  %,12d values/s  %d closed%n", second, now - before,
                    subscribers.stream().filter(subscriber -> subscriber.closed() != null).count());
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
        subscribers.stream().map(Subscriber::closed).filter(Objects::nonNull).distinct().forEach(System.out::println);
        subscribers.forEach(Subscriber::abort);
    }

    private long[] counts() {
        return subscribers.stream().mapToLong(Subscriber::values).toArray();
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
