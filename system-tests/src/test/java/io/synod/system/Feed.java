package io.synod.system;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A {@code synod submit} under way, fed with lines {@code 1}, {@code 2}, {@code 3} and so on. */
final class Feed {

    private static final int CHUNK = 1_000;
    private static final Duration DELIVERED_MAX = Duration.ofSeconds(60);

    private final Synod.Running submit;
    private final OutputStream input;
    private int lines;

    private Feed(Synod.Running submit) {
        this.submit = submit;
        this.input = submit.process().getOutputStream();
    }

    static Feed start(Synod synod, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "submit";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return new Feed(synod.startWithPipe(arguments));
    }

    /** Writes the next lines; waits while the command takes no more. */
    void write(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(++lines).append('\n');
        }
        try {
            input.write(text.toString().getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("submit ended early: " + submit.err(), e);
        }
    }

    /** Writes lines until there are so many or a few more, and waits until a learner has delivered so many. */
    void writeUntilDelivered(ProcessCluster cluster, String learner, int count) {
        while (lines < count) {
            write(CHUNK);
        }
        Await.until(count + " lines are delivered", DELIVERED_MAX, () -> cluster.valuesDelivered(learner) >= count);
    }

    int lines() {
        return lines;
    }

    /** Says that there are no more lines, and waits until all outcomes are known. */
    Synod.Result end() {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return submit.await(Duration.ofSeconds(90));
    }
}
