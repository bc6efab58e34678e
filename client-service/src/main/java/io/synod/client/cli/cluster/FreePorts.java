package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.security.SecureRandom;
import java.util.function.IntFunction;

/** Finds ports for clusters that a command starts for itself. */
final class FreePorts {

    /** Below the ports that systems give to sockets that ask for any. */
    private static final int OFFSET_MIN = 2_000;
    private static final int OFFSET_MAX = 23_000;
    private static final int TRIES = 50;

    private FreePorts() {}

    /**
     * Returns a plan at an offset where all its ports are free.
     *
     * @param planAt makes the plan of an offset
     */
    static ClusterPlan plan(IntFunction<ClusterPlan> planAt) {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < TRIES; i++) {
            ClusterPlan plan = planAt.apply(random.nextInt(OFFSET_MIN, OFFSET_MAX));
            if (PortOwners.taken(plan, plan.services()).isEmpty()) {
                return plan;
            }
        }
        throw new CommandFailure(ExitStatus.FAILED, "found no free ports in " + TRIES + " tries");
    }
}
