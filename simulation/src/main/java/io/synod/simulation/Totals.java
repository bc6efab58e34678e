package io.synod.simulation;

import io.synod.simulation.world.FaultCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What came of many runs. Not thread-safe. */
public final class Totals {

    private final FaultCounts faults = new FaultCounts();
    private final List<Result> failures = new ArrayList<>();
    private long seeds;
    private long halted;
    private long simulatedNanos;
    private long events;
    private long checks;
    private long decided;
    private long delivered;

    void add(Result result) {
        seeds++;
        halted += result.progressDemanded() ? 0 : 1;
        simulatedNanos += result.simulatedNanos();
        events += result.events();
        checks += result.checks();
        decided += result.decided();
        delivered += result.delivered();
        faults.add(result.faults());
        if (result.failure() != null) {
            failures.add(result);
            failures.sort(Comparator.comparingLong(failed -> failed.options().seed()));
        }
    }

    /** How many seeds were run. */
    public long seeds() {
        return seeds;
    }

    /** In how many runs so many acceptors forgot what they knew that the cluster had to halt. */
    public long halted() {
        return halted;
    }

    public long simulatedNanos() {
        return simulatedNanos;
    }

    public long checks() {
        return checks;
    }

    /** How many instances were decided. */
    public long decided() {
        return decided;
    }

    /** How many values were delivered. */
    public long delivered() {
        return delivered;
    }

    public FaultCounts faults() {
        return faults;
    }

    /** The runs that failed, by seed. */
    public List<Result> failures() {
        return failures;
    }

    /** Returns lines for people. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                """
                seeds:           %,d, of which %,d had to halt
                simulated time:  %,.1f hours
                events:          %,d
                decided:         %,d instances, %,d values
                faults injected: %,d (%s)
                checks made:     %,d""",
                seeds,
                halted,
                simulatedNanos / 3.6e12,
                events,
                decided,
                delivered,
                faults.total(),
                faults,
                checks);
    }
}
