package io.synod.benchmarks;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One subscriber of a learner stops reading for a time and then goes on, while others read: {@code PORT PID SECONDS
 * json|binary}, such as {@code 8800 4711 60 json}, where PID is the learner's process. Another program puts the cluster under
 * load, begun after this one, so that all subscribers begin at the same instance. Prints a line each five seconds until the
 * load has ended and all is read, and then whether all received the same.
 */
public final class StalledSubscriber {

    private static final int NEIGHBOURS = 3;
    private static final String FROM = "from=latest";
    private static final int STEP_SECONDS = 5;
    private static final int WARM_STEPS = 4;
    private static final int STEPS_MAX = 60;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

    private final long pid;
    private final Subscriber stalled;
    private final List<Subscriber> neighbours;
    private long read;
    private int step;

    private StalledSubscriber(int port, long pid, boolean binary) {
        this.pid = pid;
        HttpClient http = HttpClient.newHttpClient();
        this.stalled = Subscriber.connect(http, port, binary, FROM);
        this.neighbours = IntStream.range(0, NEIGHBOURS)
                .mapToObj(i -> Subscriber.connect(http, port, binary, FROM))
                .toList();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            throw new IllegalArgumentException("PORT PID SECONDS json|binary, such as 8800 4711 60 json");
        }
        new StalledSubscriber(Integer.parseInt(args[0]), Long.parseLong(args[1]), args[3].equals("binary"))
                .run(Integer.parseInt(args[2]));
    }

    private void run(int seconds) throws IOException, InterruptedException {
        System.out.println("   time      others' values/s each   the one is behind by    learner's resident MB");
        for (int i = 0; i < WARM_STEPS; i++) {
            step("reads");
        }
        stalled.halt();
        for (int i = 0; i < seconds / STEP_SECONDS; i++) {
            step("is halted");
        }
        stalled.goOn();
        long before;
        do {
            before = read;
            step("goes on");
        } while ((behind() > 0 || read > before) && step < STEPS_MAX);
        boolean same = neighbours.stream().allMatch(other -> other.values() == stalled.values()
                && other.checksum() == stalled.checksum());
        System.out.printf(Locale.ROOT, "the one received %,d values, %s%n", stalled.values(),
                same ? "the same as each other one, in the same order" : "other ones something else");
        neighbours.forEach(Subscriber::abort);
        stalled.abort();
    }

    private void step(String state) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(STEP_SECONDS);
        long now = neighbours.stream().mapToLong(Subscriber::values).sum() / NEIGHBOURS;
        step++;
        System.out.printf(Locale.ROOT, "%,6d s %,20d %,20d %,20d   it %s%s%n", step * STEP_SECONDS,
                (now - read) / STEP_SECONDS,
                behind(), residentMegabytes(), state, stalled.closed() == null ? "" : ", closed: " + stalled.closed());
        read = now;
    }

    private long behind() {
        return neighbours.getFirst().values() - stalled.values();
    }

    private long residentMegabytes() throws IOException {
        Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
        return resident.find() ? Long.parseLong(resident.group(1)) >> 10 : 0;
    }
}
