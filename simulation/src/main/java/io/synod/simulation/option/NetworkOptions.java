package io.synod.simulation.option;

import io.synod.simulation.world.SeededRandom;

/**
 * The network while faults are on. After the heal nothing is lost, held or garbled any more, but datagrams are still
 * delayed, doubled and replayed.
 *
 * @param latencyNanosMin every datagram takes at least this long
 * @param latencyNanosMean what is added to it on average
 * @param loss how likely a datagram is lost
 * @param duplication how likely it arrives twice
 * @param replay how likely a copy arrives much later
 * @param replayNanosMax how much later at most
 * @param straggle how likely it is overtaken by those of the next few hundred milliseconds
 * @param corruption how likely some of its bytes change
 */
public record NetworkOptions(
        long latencyNanosMin,
        long latencyNanosMean,
        double loss,
        double duplication,
        double replay,
        long replayNanosMax,
        double straggle,
        double corruption) {

    static NetworkOptions draw(SeededRandom random, Mix mix, long simulatedNanos) {
        boolean duels = mix == Mix.DUELS || mix == Mix.LEFTOVERS || mix == Mix.REJOINS;
        boolean calm = mix == Mix.BROAD && random.chance(0.15);
        return new NetworkOptions(
                random.logBetween(10_000, 500_000),
                mix == Mix.LEFTOVERS ? random.logBetween(2_000_000, 20_000_000) : random.logBetween(20_000, 5_000_000),
                duels ? random.pick(0.1, 0.3) : calm ? 0 : random.pick(0.0, 0.01, 0.05, 0.1, 0.1, 0.3),
                calm ? 0 : random.pick(0.0, 0.02, 0.1, 0.4),
                calm ? 0 : random.pick(0.0, 0.001, 0.01),
                simulatedNanos,
                duels ? 0.15 : calm ? 0 : random.pick(0.0, 0.01, 0.05),
                calm ? 0 : random.pick(0.0, 0.001, 0.01));
    }
}
