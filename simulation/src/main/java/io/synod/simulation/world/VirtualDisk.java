package io.synod.simulation.world;

import io.synod.simulation.option.DiskOptions;
import java.util.List;

/**
 * When a host's group commits become durable, and what is left of one that a crash cuts short. A crash leaves a prefix of
 * the writes of the commit under way: the disk got that far, and recovery cuts the torn rest.
 */
public final class VirtualDisk {

    private static final long SLOW_NANOS_MAX = 10_000_000_000L;

    private final EventQueue events;
    private final DiskOptions options;
    private final SeededRandom random;
    private final FaultCounts counts;
    private final boolean memory;
    private long slowFromNanos = Long.MAX_VALUE;
    private long slowUntilNanos;
    private boolean healed;

    public VirtualDisk(
            EventQueue events, DiskOptions options, SeededRandom random, FaultCounts counts, boolean memory) {
        this.events = events;
        this.options = options;
        this.random = random;
        this.counts = counts;
        this.memory = memory;
        if (options.slowIntervalNanosMean() > 0) {
            slowFromNanos = random.exponential(options.slowIntervalNanosMean());
        }
    }

    /** Whether everything is durable at once, and lost in a crash. */
    public boolean isMemory() {
        return memory;
    }

    /** How long the next commit takes. */
    public long commitNanos() {
        long now = events.nowNanos();
        if (!healed && now >= slowFromNanos) {
            counts.slowDisks++;
            slowUntilNanos = now + random.between(0, SLOW_NANOS_MAX);
            slowFromNanos = slowUntilNanos + random.exponential(options.slowIntervalNanosMean());
        }
        if (!healed && now < slowUntilNanos) {
            return random.between(options.commitNanosMin(), options.slowCommitNanosMax());
        }
        return options.commitNanosMin() + random.exponential(options.commitNanosMean());
    }

    /** Whether the next commit fails. */
    boolean fails() {
        boolean fails = !healed && random.chance(options.failure());
        if (fails) {
            counts.failedCommits++;
        }
        return fails;
    }

    /** What is left of writes whose commit did not end. */
    public <T> List<T> torn(List<T> writes) {
        return random.chance(0.5) ? List.of() : writes.subList(0, random.between(0, writes.size()));
    }

    /** From now on it is neither slow nor failing. */
    public void heal() {
        healed = true;
    }
}
