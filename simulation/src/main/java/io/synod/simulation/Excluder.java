package io.synod.simulation;

import io.synod.learner.Learner;
import io.synod.protocol.NodeType;
import io.synod.simulation.option.ClusterOptions;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.SeededRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the learner that trims not to wait for others: for some that were taken down for long just before, and for some that
 * are well, which acceptors must not heed.
 */
final class Excluder {

    private static final long NANOS_MEAN = 1_500_000_000L;
    private static final long DOWN_NANOS_MIN = 1_000_000_000L;
    private static final long DOWN_NANOS_MAX = 10_000_000_000L;
    private static final double TAKEN_DOWN = 0.2;

    private final EventQueue events;
    private final SeededRandom random;
    private final ClusterOptions settings;
    private final List<Inhabitants> inhabitants;
    private final Nemesis.Victim victim;
    private boolean resting;

    /** @param inhabitants the roles on each host, by its index */
    Excluder(EventQueue events, SeededRandom random, ClusterOptions settings, List<Inhabitants> inhabitants,
            Nemesis.Victim victim) {
        this.events = events;
        this.random = random;
        this.settings = settings;
        this.inhabitants = inhabitants;
        this.victim = victim;
    }

    void start() {
        if (settings.excludeNanos() > 0 && settings.trimEvery() > 0 && settings.layout().learners() > 1) {
            events.after(1 + random.exponential(NANOS_MEAN), () -> {
                if (!resting) {
                    exclude(random.between(1, settings.layout().learners() - 1));
                    start();
                }
            });
        }
    }

    void rest() {
        resting = true;
    }

    private void exclude(int gone) {
        Host other = hostOf(gone);
        if (random.chance(TAKEN_DOWN) && other != null && other.type() == NodeType.LEARNER) {
            victim.stop(other, random.between(DOWN_NANOS_MIN, DOWN_NANOS_MAX));
        }
        Host trimmer = hostOf(0);
        Learner learner = trimmer == null ? null : inhabitants.get(trimmer.index()).learner();
        if (trimmer != null && learner != null) {
            trimmer.execute((nowNanos, effects) -> learner.requestTrim(0,
                    Math.max(1, learner.delivered() - settings.trimSlack()), List.of(gone), nowNanos, effects));
        }
    }

    /** The host of a learner, if it is up. */
    private @Nullable Host hostOf(int id) {
        for (Host host : victim.hosts()) {
            Learner learner = inhabitants.get(host.index()).learner();
            if (host.isUp() && learner != null && learner.id() == id) {
                return host;
            }
        }
        return null;
    }
}
