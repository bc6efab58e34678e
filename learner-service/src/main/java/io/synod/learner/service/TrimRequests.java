package io.synod.learner.service;

import io.synod.learner.Learner;
import io.synod.learner.TrimOutcome;
import io.synod.runtime.EventLoop;
import io.synod.runtime.LoopUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Takes requests to trim from other threads to the learner, and its outcomes back. */
final class TrimRequests {

    /** The learner tells an outcome after a second and a half at the latest. */
    private static final long OUTCOME_MILLIS_MAX = 5_000;

    private final Learner learner;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentHashMap<Long, CompletableFuture<TrimOutcome>> waiting = new ConcurrentHashMap<>();

    TrimRequests(Learner learner) {
        this.learner = learner;
    }

    /**
     * Asks to trim and waits for the outcome.
     *
     * @throws LoopUnavailableException if the loop does not take the request, or tells no outcome
     */
    TrimOutcome trim(EventLoop loop, long instance, List<Integer> excluded) throws InterruptedException {
        long number = numbers.incrementAndGet();
        CompletableFuture<TrimOutcome> outcome = new CompletableFuture<>();
        waiting.put(number, outcome);
        try {
            if (!loop.execute((nowNanos, effects) -> learner.requestTrim(number, instance, excluded, nowNanos,
                    effects))) {
                throw new LoopUnavailableException("the loop takes no request to trim: it is full, or has ended");
            }
            return outcome.get(OUTCOME_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LoopUnavailableException("the learner told no outcome", e);
        } finally {
            waiting.remove(number);
        }
    }

    /** Called on the loop's thread. */
    void onOutcome(TrimOutcome outcome) {
        CompletableFuture<TrimOutcome> asked = waiting.get(outcome.request());
        if (asked != null) {
            asked.complete(outcome);
        }
    }
}
