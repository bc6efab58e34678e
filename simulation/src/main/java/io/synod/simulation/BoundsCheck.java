package io.synod.simulation;

import io.synod.acceptor.AcceptorSettings;
import io.synod.acceptor.AcceptorView;
import io.synod.client.ClientView;
import io.synod.learner.LearnerView;
import io.synod.proposer.ProposerSettings;
import io.synod.proposer.ProposerView;
import io.synod.protocol.ProtocolLimits;
import io.synod.runtime.NodeCounters;
import io.synod.runtime.NodeSettings;
import io.synod.simulation.check.Checks;
import io.synod.simulation.world.Host;

/** Whether everything that is bounded stays within its bounds (rule L2), and whether a node spins. */
final class BoundsCheck {

    /** More rounds in a second of simulated time, beyond those that datagrams cause, are polling. */
    private static final int IDLE_ROUNDS_A_SECOND_MAX = 5_000;

    private final Household household;
    private final Checks checks;
    private final long[] roundsBefore;
    private final long[] livesBefore;

    BoundsCheck(Household household, Checks checks, int hosts) {
        this.household = household;
        this.checks = checks;
        this.roundsBefore = new long[hosts];
        this.livesBefore = new long[hosts];
    }

    /** A round of a host has ended: looks at what its node holds. */
    void roundEnded(Host host) {
        NodeSettings.Bounds bounds = host.node().settings().bounds();
        NodeCounters counters = host.node().counters();
        bound(host, "messages waiting for a commit", counters.waitingMessages(), bounds.waitingMessagesMax());
        bound(
                host,
                "bytes waiting for a commit",
                counters.waitingBytes(),
                bounds.waitingBytesMax() + ProtocolLimits.MESSAGE_BYTES_MAX);
    }

    /**
     * A second of simulated time has passed: looks at what the roles of a host hold, which takes them some work to tell, and
     * whether it was busy without a cause.
     */
    void secondPassed(Host host, Inhabitants home) {
        roles(host, home);
        int at = host.index();
        if (host.isUp() && livesBefore[at] == host.life()) {
            bound(host, "rounds without a cause", host.idleRounds() - roundsBefore[at], IDLE_ROUNDS_A_SECOND_MAX);
        }
        livesBefore[at] = host.life();
        roundsBefore[at] = host.idleRounds();
    }

    private void roles(Host host, Inhabitants home) {
        if (home.acceptor() != null) {
            AcceptorView view = home.acceptor().view(0);
            AcceptorSettings settings = household.acceptor(host.id());
            bound(host, "stored instances", view.storedInstances(), settings.storedInstancesMax());
            // A quarter more is kept for what must be accepted anew below the highest instance.
            bound(host, "stored bytes", view.storedBytes(), settings.storedBytesMax() / 4 * 5);
        }
        if (home.proposer() != null) {
            ProposerView view = home.proposer().view(host.localNanos());
            ProposerSettings settings = household.proposer(host.id());
            bound(host, "queued entries", view.queuedEntries(), settings.queue().entriesMax());
            bound(host, "queued bytes", view.queuedBytes(), settings.queue().bytesMax());
            bound(host, "instances in flight", view.inFlightInstances(), settings.window().instancesMax());
        }
        if (home.learner() != null) {
            LearnerView view = home.learner().view(host.localNanos());
            bound(host, "bytes in the window", view.windowBytes(), household.learnerWindowBytesMax());
        }
        if (home.client() != null) {
            for (ClientView.LaneView lane : home.client().view(host.localNanos()).lanes()) {
                bound(host, "values waiting in a lane", lane.waiting(), household.clientQueueMax());
            }
        }
    }

    private void bound(Host host, String what, long is, long most) {
        checks.that(is <= most, "L2", "%s has %d %s; allowed are %d", host, is, what, most);
    }
}
