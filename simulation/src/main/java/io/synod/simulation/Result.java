package io.synod.simulation;

import io.synod.simulation.check.Failure;
import io.synod.simulation.option.Options;
import io.synod.simulation.world.FaultCounts;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param options the options it was run with
 * @param failure what it has shown to be wrong, or null
 * @param progressDemanded whether enough acceptors were left that progress had to be made after the heal
 * @param simulatedNanos how much time passed in the simulation
 * @param events how many events happened
 * @param checks how many checks were made
 * @param decided how many instances were decided, up to the first gap
 * @param delivered how many values were delivered
 * @param faults how often each fault was injected
 * @param traceHash a hash over everything that happened; the same for the same seed
 */
public record Result(
        Options options,
        @Nullable Failure failure,
        boolean progressDemanded,
        long simulatedNanos,
        long events,
        long checks,
        long decided,
        long delivered,
        FaultCounts faults,
        long traceHash) {}
