package io.synod.simulation;

import io.synod.simulation.option.Mix;
import io.synod.simulation.option.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Runs many seeds, several at a time; each run is single-threaded and does not know of the others. */
public final class SeedRunner {

    private final Mix mix;
    private final Roles roles;
    private final int threads;
    private final boolean keepGoing;

    /**
     * Creates a runner.
     *
     * @param threads how many seeds run at a time
     * @param keepGoing whether further seeds are begun after one has failed
     */
    public SeedRunner(Mix mix, Roles roles, int threads, boolean keepGoing) {
        this.mix = mix;
        this.roles = roles;
        this.threads = threads;
        this.keepGoing = keepGoing;
    }

    /** A runner of genuine roles over everything, on all processors. */
    public static SeedRunner broad() {
        return new SeedRunner(Mix.BROAD, Roles.GENUINE, Runtime.getRuntime().availableProcessors(), false);
    }

    /**
     * Runs {@code count} seeds from {@code firstSeed} on; after a failure none is begun, unless told to keep going.
     *
     * @param listener takes each result, one at a time, in no particular order
     * @return all results, those of seeds that were not run left out
     */
    public Totals run(long firstSeed, long count, Consumer<Result> listener) {
        Totals totals = new Totals();
        AtomicLong next = new AtomicLong();
        AtomicBoolean failed = new AtomicBoolean();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(executor.submit(() -> {
                    for (long at = next.getAndIncrement(); at < count && !failed.get(); at = next.getAndIncrement()) {
                        Result result = Simulation.run(Options.draw(firstSeed + at, mix), roles, null, false);
                        if (result.failure() != null) {
                            failed.set(!keepGoing);
                        }
                        synchronized (totals) {
                            totals.add(result);
                            listener.accept(result);
                        }
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while seeds ran", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run ended without a result", e.getCause());
        }
        return totals;
    }
}
