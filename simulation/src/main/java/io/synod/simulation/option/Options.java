package io.synod.simulation.option;

import io.synod.simulation.world.SeededRandom;

/**
 * All options of a run.
 *
 * @param seed what they were drawn from
 * @param mix which part of the space of options they were drawn from
 * @param faultyNanos how long faults go on, in simulated time; then everything heals, and progress is demanded
 * @param cluster the cluster and its configuration
 * @param network the network
 * @param disk the disks
 * @param faults what goes wrong with nodes and links
 * @param load what the users do
 */
public record Options(
        long seed,
        Mix mix,
        long faultyNanos,
        ClusterOptions cluster,
        NetworkOptions network,
        DiskOptions disk,
        FaultOptions faults,
        LoadOptions load) {

    private static final long SECOND = 1_000_000_000L;

    /** Draws all options from a seed. */
    public static Options draw(long seed, Mix mix) {
        SeededRandom random = new SeededRandom(seed).fork("options").fork(mix.name());
        // Now and then minutes, so that what was held back long comes into a cluster that has gone on.
        long faultyNanos = mix == Mix.BROAD && random.chance(0.03) ? 240 * SECOND : random.between(25, 45) * SECOND;
        ClusterOptions cluster = ClusterOptions.draw(random.fork("cluster"), mix);
        return new Options(
                seed,
                mix,
                faultyNanos,
                cluster,
                NetworkOptions.draw(random.fork("network"), mix, faultyNanos),
                DiskOptions.draw(random.fork("disk")),
                FaultOptions.draw(random.fork("faults"), mix, cluster),
                LoadOptions.draw(random.fork("load"), mix, cluster));
    }

    /** Returns the options as lines for people. */
    public String describe() {
        return String.join("\n", cluster.toString(), network.toString(), disk.toString(), faults.toString(),
                load.toString());
    }
}
