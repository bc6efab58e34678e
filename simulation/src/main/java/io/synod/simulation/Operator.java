package io.synod.simulation;

import io.synod.acceptor.Acceptor;
import io.synod.protocol.message.AcceptorState;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.SeededRandom;
import java.util.List;
import java.util.Objects;

/** Sees which acceptors stay out, and tells them to rejoin; a store that failed is emptied first. Goes on after the heal. */
final class Operator {

    private final EventQueue events;
    private final SeededRandom random;
    private final long nanosMean;
    private final List<Inhabitants> inhabitants;
    private final Nemesis.Victim victim;

    /**
     * @param nanosMean the mean time between two looks; 0 for an operator who never comes
     * @param inhabitants the roles on each host, by its index
     */
    Operator(EventQueue events, SeededRandom random, long nanosMean, List<Inhabitants> inhabitants,
            Nemesis.Victim victim) {
        this.events = events;
        this.random = random;
        this.nanosMean = nanosMean;
        this.inhabitants = inhabitants;
        this.victim = victim;
    }

    /** Whether acceptors are told to rejoin at all. */
    boolean comes() {
        return nanosMean > 0;
    }

    void start() {
        if (comes()) {
            events.after(1 + random.exponential(nanosMean), () -> {
                victim.hosts().forEach(this::look);
                start();
            });
        }
    }

    private void look(Host host) {
        Acceptor acceptor = inhabitants.get(host.index()).acceptor();
        if (!host.isUp() || acceptor == null) {
            return;
        }
        if (host.hasCommitFailed()) {
            victim.crash(host, true, nanosMean);
        } else if (acceptor.view(host.localNanos()).status() == AcceptorState.Status.OUT) {
            tell(host);
        }
    }

    /** Tells the acceptor on a host, which must be up, to rejoin. */
    void tell(Host host) {
        Acceptor acceptor = Objects.requireNonNull(inhabitants.get(host.index()).acceptor());
        host.execute((nowNanos, effects) -> acceptor.rejoin(nowNanos, effects));
    }
}
