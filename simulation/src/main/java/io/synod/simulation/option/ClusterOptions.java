package io.synod.simulation.option;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionLimits;
import io.synod.simulation.world.SeededRandom;

/**
 * The cluster and its configuration.
 *
 * @param layout the configured nodes
 * @param quorums the sizes of the quorums
 * @param clients how many clients there are
 * @param memory whether acceptors forget everything in a crash
 * @param datagramBytesMax the largest datagram
 * @param valueBytesMax the largest value
 * @param heartbeatNanos the interval of heartbeats and beacons; other times follow from it
 * @param sessionFloor the smallest bounds of the session table that are allowed, all that clients take for granted
 * @param sessionLimits the bounds of the session table that the log is formed with
 * @param lanes how many sessions each client holds
 * @param clientWindow how many values a client has outstanding at most
 * @param valuesPerInstanceMax how many values the leader puts into an instance
 * @param inFlightMax how many instances the leader has in flight
 * @param storedInstancesMax how many instances an acceptor stores
 * @param learnerWindow how many undelivered instances a learner keeps
 * @param trimQuorum how many learners must hold an instance before it is trimmed
 * @param trimEvery how often learner 0 asks for a trim, in instances; 0 for never
 * @param trimSlack how many of the newest instances it leaves
 * @param tight whether queues and tables are so small that they are often full
 * @param learnerMemory whether learners forget everything in a crash
 * @param excludeNanos how long a learner must have been silent to be left out of the trim quorum when an operator asks for it;
 *     0 if nobody does
 * @param snapshotInstances after how many instances a learner takes a snapshot
 * @param sealed whether datagrams are sealed, with keys that are rotated
 */
public record ClusterOptions(
        ClusterLayout layout,
        Quorums quorums,
        int clients,
        boolean memory,
        int datagramBytesMax,
        int valueBytesMax,
        long heartbeatNanos,
        SessionLimits sessionFloor,
        SessionLimits sessionLimits,
        int lanes,
        int clientWindow,
        int valuesPerInstanceMax,
        int inFlightMax,
        int storedInstancesMax,
        int learnerWindow,
        int trimQuorum,
        long trimEvery,
        long trimSlack,
        boolean tight,
        boolean learnerMemory,
        long excludeNanos,
        long snapshotInstances,
        boolean sealed) {

    static ClusterOptions draw(SeededRandom random, Mix mix) {
        boolean small = mix == Mix.CRASHES || mix == Mix.FORMING || mix == Mix.DUELS;
        boolean rejoins = mix == Mix.REJOINS;
        boolean restless = mix == Mix.DUELS || mix == Mix.LEFTOVERS || rejoins;
        boolean replicas = !small && mix != Mix.LEFTOVERS && !rejoins && random.chance(0.15);
        int acceptors = small ? random.between(2, 3) : random.pick(1, 2, 3, 3, 3, 3, 4, 5, 5);
        if (mix == Mix.ELECTIONS || mix == Mix.TRIMMING || mix == Mix.DUELS) {
            acceptors = 3;
        } else if (mix == Mix.LEFTOVERS) {
            acceptors = 5;
        } else if (rejoins) {
            acceptors = random.pick(3, 3, 4, 5);
        }
        if (replicas) {
            acceptors = Math.min(3, acceptors);
        }
        int proposers = switch (mix) {
            case ELECTIONS, TRIMMING -> random.between(2, 3);
            case FORMING -> 1;
            case LEFTOVERS -> 3;
            case CRASHES, DUELS -> 2;
            case REJOINS -> random.between(2, 3);
            case BROAD, SESSIONS, TIGHT -> random.pick(1, 2, 2, 3);
        };
        int learners = mix == Mix.FORMING ? 1 : random.between(1, 3);
        ClusterLayout layout = replicas
                ? new ClusterLayout(acceptors, acceptors, acceptors, true)
                : new ClusterLayout(acceptors, proposers, learners, false);
        SessionLimits floor = drawSessionFloor(random, mix);
        long trimEvery = random.chance(0.5) ? random.logBetween(10, 400) : 0;
        return new ClusterOptions(
                layout,
                drawQuorums(random, acceptors, mix),
                mix == Mix.SESSIONS ? random.between(2, 3) : random.between(1, 3),
                mix == Mix.FORMING || (mix != Mix.CRASHES && (rejoins || !restless) && random.chance(0.4)),
                random.pick(ProtocolLimits.DATAGRAM_BYTES_MIN, 1_472, 1_472, 8_972, ProtocolLimits.DATAGRAM_BYTES_MAX),
                random.pick(1_024, 20_000, 100_000),
                (restless ? 20 : random.pick(50, 100, 100, 200, 200)) * 1_000_000L,
                floor,
                new SessionLimits(
                        floor.sessionsMax() + random.pick(0, 1, 1_000),
                        floor.windowMax() + random.pick(0, 1, 100),
                        floor.expiryInstances() + random.pick(0, 1, 100),
                        random.fork("keys").pick(8, 64, 1_000, SessionLimits.KEYS_FLOOR)),
                random.pick(1, 1, 1, 2),
                (int) random.logBetween(1, 64),
                restless ? 1 : mix == Mix.SESSIONS ? random.pick(1, 1, 4) : random.pick(1, 4, 1_000, 1_000),
                restless ? 100 : random.pick(1, 8, 100, 100),
                random.chance(0.9) ? 1 << 20 : (int) random.logBetween(64, 1_000),
                random.pick(8, 64, 1_024, 8_192),
                random.chance(0.7) ? layout.learners() : random.between(1, layout.learners()),
                mix == Mix.TRIMMING ? random.between(5L, 50L) : trimEvery,
                random.between(0L, 50L),
                mix == Mix.TIGHT,
                random.chance(0.3),
                excludeNanos(random.fork("exclude")),
                random.logBetween(5L, 500L),
                random.fork("sealed").chance(0.2));
    }

    private static long excludeNanos(SeededRandom random) {
        return random.chance(0.5) ? random.logBetween(1_000_000L, 6_000_000_000L) : 0;
    }

    private static Quorums drawQuorums(SeededRandom random, int acceptors, Mix mix) {
        if (mix == Mix.LEFTOVERS) {
            return new Quorums(acceptors, 2, acceptors - 1);
        }
        if (random.chance(0.6) || mix == Mix.TRIMMING) {
            return Quorums.majority(acceptors);
        }
        if (mix == Mix.REJOINS) {
            // Otherwise nobody can rejoin.
            int phase1 = random.between(2, acceptors - 1);
            return new Quorums(acceptors, phase1, random.between(acceptors - phase1 + 1, acceptors));
        }
        int phase2 = random.between(1, acceptors);
        return new Quorums(acceptors, random.between(acceptors - phase2 + 1, acceptors), phase2);
    }

    private static SessionLimits drawSessionFloor(SeededRandom random, Mix mix) {
        if (mix != Mix.SESSIONS && random.chance(0.3)) {
            return SessionLimits.FLOOR;
        }
        return new SessionLimits(
                random.between(8, 20),
                (int) random.logBetween(2, 64),
                mix == Mix.SESSIONS ? random.logBetween(60, 300) : random.logBetween(200, 5_000),
                1);
    }
}
