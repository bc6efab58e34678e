package io.synod.simulation.option;

import io.synod.simulation.world.SeededRandom;

/**
 * The disks of acceptors that do not live in memory alone.
 *
 * @param commitNanosMin a group commit takes at least this long
 * @param commitNanosMean what is added to it on average
 * @param slowIntervalNanosMean how long a disk works well on average before it is slow for a while; 0 for always
 * @param slowCommitNanosMax how long a commit takes at most while the disk is slow
 * @param failure how likely a commit fails
 */
public record DiskOptions(
        long commitNanosMin,
        long commitNanosMean,
        long slowIntervalNanosMean,
        long slowCommitNanosMax,
        double failure) {

    static DiskOptions draw(SeededRandom random) {
        return new DiskOptions(
                random.logBetween(50_000, 1_000_000),
                random.logBetween(100_000, 10_000_000),
                random.chance(0.4) ? random.between(5, 20) * 1_000_000_000L : 0,
                2_000_000_000L,
                random.chance(0.1) ? 0.001 : 0);
    }
}
