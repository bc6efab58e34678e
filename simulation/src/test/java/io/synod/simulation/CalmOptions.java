package io.synod.simulation;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionLimits;
import io.synod.simulation.option.ClusterOptions;
import io.synod.simulation.option.DiskOptions;
import io.synod.simulation.option.FaultOptions;
import io.synod.simulation.option.LoadOptions;
import io.synod.simulation.option.Mix;
import io.synod.simulation.option.NetworkOptions;
import io.synod.simulation.option.Options;

/** Clusters in which nothing goes wrong by chance. */
final class CalmOptions {

    private static final long MILLIS = 1_000_000L;

    /** Every datagram arrives, once and after 0.2 ms. */
    static final NetworkOptions NETWORK = new NetworkOptions(200_000, 0, 0, 0, 0, MILLIS, 0, 0);

    private CalmOptions() {}

    /**
     * Returns options of a cluster with one client, of whom nobody submits by himself.
     *
     * @param memory whether acceptors have no disk
     */
    static Options of(ClusterLayout layout, boolean memory, NetworkOptions network) {
        ClusterOptions cluster = new ClusterOptions(
                layout,
                Quorums.majority(layout.acceptors()),
                1,
                memory,
                1_472,
                1_024,
                50 * MILLIS,
                SessionLimits.FLOOR,
                SessionLimits.DEFAULT,
                1,
                100,
                1_000,
                100,
                1 << 20,
                1_024,
                layout.learners(),
                0,
                0,
                false,
                memory,
                0,
                1 << 20,
                false);
        return new Options(
                1,
                Mix.BROAD,
                0,
                cluster,
                network,
                new DiskOptions(MILLIS, 0, 0, MILLIS, 0),
                new FaultOptions(0, 0, 0, MILLIS, 0, layout.acceptors(), 0, 0, 0, 0, 0, 0, false, 0, 0, 0, 0),
                new LoadOptions(LoadOptions.Pattern.STEADY, 1_000_000 * MILLIS, 1, 100, 5_000 * MILLIS,
                        Long.MAX_VALUE, 0));
    }
}
