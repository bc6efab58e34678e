package io.synod.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.config.EnableIntegration;

/**
 * Datagrams a second from an outbound to an inbound adapter, those of spring-integration-ip against Synod's, in one JVM
 * over the loopback. A bounded number of datagrams is under way, so that what is measured is the adapters and not how fast a
 * socket can drop. The two take turns, and the medians of the turns are compared.
 *
 * <pre>
 *   java -cp 'target/synod-benchmarks-VERSION.jar:target/lib/*' io.synod.benchmarks.AdapterThroughput [SECONDS] [TURNS]
 * </pre>
 */
public final class AdapterThroughput {

    private static final int[] PAYLOAD_BYTES = {64, 1_024, 8_192};
    private static final int[] UNDER_WAY = {1, 256};
    private static final int BUFFER_BYTES = 4 << 20;
    private static final long LOST_AFTER_MILLIS = 200;

    /** Counts what comes out of a link, and gives the sender leave to go on. */
    private static final class Arrivals implements AdapterLink.Receiver {
        private final LongAdder received = new LongAdder();
        private final LongAdder reordered = new LongAdder();
        private final AtomicLong highest = new AtomicLong(-1);
        private final Semaphore leave;

        Arrivals(int underWay) {
            leave = new Semaphore(underWay);
        }

        @Override
        public void received(long sequence) {
            received.increment();
            if (highest.getAndAccumulate(sequence, Math::max) > sequence) {
                reordered.increment();
            }
            leave.release();
        }
    }

    /**
     * What one turn of one link showed.
     *
     * @param perSecond datagrams received a second
     * @param reordered datagrams that came out after a later one
     * @param lost datagrams that never came
     */
    private record Turn(double perSecond, long reordered, long lost) {}

    @EnableIntegration
    static class Infrastructure {}

    private AdapterThroughput() {}

    /** Runs the comparison and prints a table. */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int turns = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
                Infrastructure.class)) {
            System.out.println(
                    "| payload | under way | stock | Synod | ratio | stock reordered | Synod reordered | stock lost | Synod lost |");
            System.out.println("|---|---|---|---|---|---|---|---|---|");
            for (int payloadBytes : PAYLOAD_BYTES) {
                for (int underWay : UNDER_WAY) {
                    System.out.println(row(context, payloadBytes, underWay, seconds, turns));
                }
            }
        }
    }

    private static String row(AnnotationConfigApplicationContext context, int payloadBytes, int underWay, int seconds,
            int turns) throws Exception {
        Map<String, List<Turn>> results = new LinkedHashMap<>();
        // The first turn of each warms up and does not count.
        for (int turn = 0; turn <= turns; turn++) {
            for (boolean stock : new boolean[] {true, false}) {
                Arrivals arrivals = new Arrivals(underWay);
                try (AdapterLink link = open(context, stock, payloadBytes, arrivals)) {
                    Turn result = run(link, arrivals, underWay, seconds);
                    if (turn > 0) {
                        results.computeIfAbsent(link.name(), _ -> new ArrayList<>()).add(result);
                    }
                }
            }
        }
        List<Turn> stock = results.getOrDefault("stock", List.of());
        List<Turn> synod = results.getOrDefault("synod", List.of());
        return String.format("| %,d B | %d | %,.0f/s | %,.0f/s | %.1f | %,d | %,d | %,d | %,d |", payloadBytes,
                underWay,
                median(stock), median(synod), median(synod) / median(stock), sum(stock, true), sum(synod, true),
                sum(stock, false), sum(synod, false));
    }

    private static AdapterLink open(AnnotationConfigApplicationContext context, boolean stock, int payloadBytes,
            Arrivals arrivals) throws IOException {
        return stock
                ? new StockLink(context.getBeanFactory(), context, payloadBytes, BUFFER_BYTES, arrivals)
                : new BatchLink(context.getBeanFactory(), payloadBytes, BUFFER_BYTES, arrivals);
    }

    private static Turn run(AdapterLink link, Arrivals arrivals, int underWay, int seconds)
            throws InterruptedException {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long sequence = 0;
        long lost = 0;
        while (System.nanoTime() < end) {
            if (!arrivals.leave.tryAcquire(LOST_AFTER_MILLIS, TimeUnit.MILLISECONDS)) {
                lost += underWay;
                arrivals.leave.release(underWay);
                continue;
            }
            int count = 1 + arrivals.leave.drainPermits();
            link.send(sequence, count);
            sequence += count;
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        return new Turn(arrivals.received.sum() / elapsed, arrivals.reordered.sum(), lost);
    }

    private static double median(List<Turn> turns) {
        double[] sorted = turns.stream().mapToDouble(Turn::perSecond).sorted().toArray();
        return sorted.length == 0 ? Double.NaN
                : Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
    }

    private static long sum(List<Turn> turns, boolean reordered) {
        return turns.stream().mapToLong(turn -> reordered ? turn.reordered() : turn.lost()).sum();
    }
}
