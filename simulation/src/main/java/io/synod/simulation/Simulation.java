package io.synod.simulation;

import io.synod.protocol.Mixing;
import io.synod.simulation.check.Checks;
import io.synod.simulation.check.Failure;
import io.synod.simulation.option.Options;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.FaultCounts;
import io.synod.simulation.world.SeededRandom;
import io.synod.simulation.world.Trace;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run: a cluster under faults for a while, then the heal, and then the demand that it makes progress. Everything that
 * happens follows from the options, which follow from the seed. Single-threaded; runs do not disturb each other.
 */
public final class Simulation {

    private static final long SECOND = 1_000_000_000L;
    private static final long LOOK_NANOS = SECOND / 4;
    /** Users go on for this long after the heal. */
    private static final long HEALTHY_LOAD_NANOS = 3 * SECOND;
    /** Then all that is open must get its outcome in this time, and so must what is submitted after that. */
    private static final long PATIENCE_NANOS = 30 * SECOND;
    private static final int EVENTS_MAX = 20_000_000;

    private final Options options;
    private final EventQueue events = new EventQueue();
    private final FaultCounts faults = new FaultCounts();
    private final Checks checks = new Checks();
    private final Trace trace;
    private final Cluster cluster;

    private Simulation(Options options, Roles roles, @Nullable Consumer<String> lines, boolean talkative) {
        this.options = options;
        this.trace = new Trace(events, lines, talkative);
        SeededRandom random = new SeededRandom(Mixing.mix(options.seed())).fork(options.mix().name());
        this.cluster = new Cluster(options, roles, events, random, faults, checks, trace);
    }

    /** Runs a cluster and returns what came of it. */
    public static Result run(Options options) {
        return run(options, Roles.GENUINE, null, false);
    }

    /**
     * Runs a cluster of given roles and returns what came of it.
     *
     * @param lines takes a line for each thing of note, or null for none
     * @param talkative whether each message is of note
     */
    public static Result run(
            Options options, Roles roles, @Nullable Consumer<String> lines, boolean talkative) {
        return new Simulation(options, roles, lines, talkative).run();
    }

    private Result run() {
        @Nullable Failure failure = null;
        try {
            cluster.start();
            pass(options.faultyNanos());
            trace.tell("heal");
            cluster.heal();
            pass(HEALTHY_LOAD_NANOS);
            cluster.restUsers();
            await("an outcome for each value", cluster::openIsSettled);
            cluster.submit(1);
            await("the probes' outcomes, one leader, and level learners", cluster::isSettled);
            cluster.checkEnd();
        } catch (Failure shown) {
            failure = shown;
            trace.tell(String.valueOf(shown.getMessage()));
        } catch (RuntimeException bug) {
            failure = Failure.crash("the simulation", bug);
            trace.tell(String.valueOf(failure.getMessage()));
        }
        return new Result(
                options,
                failure,
                cluster.isProgressDemanded(),
                events.nowNanos(),
                events.executed(),
                checks.made(),
                cluster.decided(),
                cluster.delivered(),
                faults,
                trace.hash());
    }

    private void pass(long nanos) {
        long untilNanos = events.nowNanos() + nanos;
        while (events.step(untilNanos)) {
            if (events.executed() > EVENTS_MAX) {
                throw Failure.liveness("more than %d events: the cluster talks without end", EVENTS_MAX);
            }
        }
    }

    /** Waits until nothing stands in the way any more; as long as values are delivered, patience lasts. */
    private void await(String what, Supplier<@Nullable String> obstacle) {
        long untilNanos = events.nowNanos() + PATIENCE_NANOS;
        long delivered = cluster.delivered();
        String last = obstacle.get();
        while (last != null) {
            if (events.nowNanos() >= untilNanos) {
                if (cluster.isProgressDemanded()) {
                    throw Failure.liveness("waited %d s for %s: %s", PATIENCE_NANOS / SECOND, what, last);
                }
                return;
            }
            pass(LOOK_NANOS);
            last = obstacle.get();
            if (cluster.delivered() > delivered) {
                delivered = cluster.delivered();
                untilNanos = events.nowNanos() + PATIENCE_NANOS;
            }
        }
    }
}
