package io.synod.client.cli;

import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asks a learner for a trim every so many instances, one at a time, without holding up who reads. */
final class TrimEvery implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final long every;
    private final Rest rest;
    private final PrintWriter err;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    /** The instance asked for last; below 0 before the first look. One thread looks. */
    private long asked = -1;

    /**
     * Makes one that has not asked yet.
     *
     * @param every after how many instances; 0 for never
     * @param access how the learner is called
     * @param err where outcomes are told
     */
    TrimEvery(long every, PeerAddress learner, Access access, PrintWriter err) {
        this.every = every;
        this.rest = new Rest("the learner", learner, access);
        this.err = err;
    }

    /** Says up to which instance all was received. */
    void delivered(long instance) {
        if (every == 0 || instance == 0) {
            return;
        }
        if (asked < 0) {
            asked = instance;
        } else if (instance - asked >= every) {
            asked = instance;
            asking.execute(() -> ask(instance));
        }
    }

    private void ask(long instance) {
        String outcome;
        try {
            Rest.Answer answer = rest.post("/actuator/trim", "{\"instance\":" + instance + "}", ANSWER_MAX);
            outcome = answer.isOk() ? "done" : answer.problem();
        } catch (IOException e) {
            outcome = String.valueOf(rest.unreachable(e).getMessage());
        } catch (InterruptedException e) {
            return;
        }
        err.println("trim up to instance " + instance + ": " + outcome);
        err.flush();
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
