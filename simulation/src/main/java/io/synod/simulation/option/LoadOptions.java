package io.synod.simulation.option;

import io.synod.simulation.world.SeededRandom;

/**
 * What the clients' users do.
 *
 * @param pattern when values are submitted
 * @param intervalNanosMean the mean time between a client's submissions, or bursts of them
 * @param burstMax how many values a burst has at most
 * @param valueBytesMax values are up to this large, in bytes; small ones are as likely as large ones
 * @param deadlineNanos how long a user waits for an outcome
 * @param idleNanos after how long without a value a client leaves
 * @param keyedShare how often, of 1, a user submits a value with an idempotency key instead, new or again
 */
public record LoadOptions(
        Pattern pattern, long intervalNanosMean, int burstMax, int valueBytesMax, long deadlineNanos,
        long idleNanos, double keyedShare) {

    /** When values are submitted. */
    public enum Pattern {
        /** One at a time, at random. */
        STEADY,
        /** Many at once, then silence. */
        BURSTS,
        /** The next as soon as one is done. */
        CLOSED_LOOP
    }

    /** The fewest bytes of a value: it begins with what tells it from all others. */
    public static final int VALUE_BYTES_MIN = 16;

    static LoadOptions draw(SeededRandom random, Mix mix, ClusterOptions cluster) {
        Pattern pattern = random.pick(Pattern.values());
        boolean few = mix == Mix.CRASHES || mix == Mix.FORMING;
        return new LoadOptions(
                pattern,
                switch (mix) {
                    case DUELS, LEFTOVERS, REJOINS -> random.logBetween(5_000_000, 50_000_000);
                    case SESSIONS -> random.logBetween(20_000_000, 200_000_000);
                    default -> random.logBetween(few ? 150_000_000 : 40_000_000, 2_000_000_000)
                            * (pattern == Pattern.BURSTS ? 8 : 1);
                },
                (int) random.logBetween(4, 200),
                random.chance(0.7) ? 200 : cluster.valueBytesMax(),
                random.between(5, 60) * 1_000_000_000L,
                random.chance(0.5) ? Long.MAX_VALUE : random.logBetween(20_000_000, 5_000_000_000L),
                random.chance(0.4) ? random.pick(0.1, 0.5, 0.9) : 0);
    }
}
