package io.synod.simulation.option;

import io.synod.simulation.world.SeededRandom;

/**
 * What goes wrong with nodes and links, each at random moments; a mean interval of 0 means never.
 *
 * @param acceptorCrashNanosMean between crashes of some acceptor
 * @param proposerCrashNanosMean between crashes of some proposer
 * @param otherCrashNanosMean between crashes of some learner or client
 * @param restartNanosMax how long a crashed node stays down at most
 * @param crashInCommit how likely an acceptor crashes while a commit is under way
 * @param forgetfulMax how many acceptors may have lost what they knew at a time
 * @param wipe how likely a crash takes the acceptor's store along
 * @param rejoinNanosMean how long after an acceptor came to stay out an operator tells it to rejoin, on average
 * @param partitionNanosMean between partitions
 * @param clogNanosMean between clogged links
 * @param pauseNanosMean between pauses of some node
 * @param roundNanosMean how long after there was a reason for a round a node begins it, on average
 * @param slowNodes whether some nodes take long over everything
 * @param clockDrift how much faster or slower a node's clock may go
 * @param garbageNanosMean between datagrams that no node sent
 * @param moveNanosMean between changes of some client's address
 * @param learnerDamageNanosMean between instances that some learner finds damaged in its store
 */
public record FaultOptions(
        long acceptorCrashNanosMean,
        long proposerCrashNanosMean,
        long otherCrashNanosMean,
        long restartNanosMax,
        double crashInCommit,
        int forgetfulMax,
        double wipe,
        long rejoinNanosMean,
        long partitionNanosMean,
        long clogNanosMean,
        long pauseNanosMean,
        long roundNanosMean,
        boolean slowNodes,
        double clockDrift,
        long garbageNanosMean,
        long moveNanosMean,
        long learnerDamageNanosMean) {

    private static final long SECOND = 1_000_000_000L;

    static FaultOptions draw(SeededRandom random, Mix mix, ClusterOptions cluster) {
        boolean calm = mix == Mix.BROAD && random.chance(0.15);
        boolean crashes = mix == Mix.CRASHES || mix == Mix.FORMING;
        boolean duels = mix == Mix.DUELS || mix == Mix.LEFTOVERS || mix == Mix.REJOINS;
        int quorum = Math.max(cluster.quorums().phase1(), cluster.quorums().phase2());
        int spare = cluster.quorums().acceptors() - quorum;
        boolean halting = mix == Mix.FORMING || (mix == Mix.BROAD && random.chance(0.25));
        return new FaultOptions(
                duels
                        ? mix == Mix.REJOINS
                                ? random.between(SECOND / 4, SECOND)
                                : random.between(SECOND / 2, 3 * SECOND)
                        : crashes ? random.between(1, 4) * SECOND : sometimes(random, calm, 0.6, 15),
                switch (mix) {
                    case DUELS, REJOINS -> random.between(SECOND / 4, SECOND);
                    case LEFTOVERS -> random.between(SECOND / 8, SECOND / 2);
                    case ELECTIONS -> random.between(1, 4) * SECOND;
                    default -> sometimes(random, calm, 0.6, 15);
                },
                sometimes(random, calm || duels, 0.7, 12),
                mix == Mix.REJOINS
                        ? random.logBetween(SECOND / 500, SECOND / 10)
                        : random.logBetween(SECOND / 100, duels ? SECOND / 4 : 5 * SECOND),
                crashes ? 0.02 : random.pick(0.0, 0.0, 0.001, 0.005),
                halting ? cluster.quorums().acceptors() : spare,
                mix == Mix.REJOINS ? 0.5 : 0.1,
                rejoin(random.fork("rejoin"), mix),
                duels || mix == Mix.ELECTIONS
                        ? random.between(SECOND / 2, 4 * SECOND)
                        : sometimes(random, calm, 0.6, 8),
                sometimes(random, calm, 0.4, 8),
                switch (mix) {
                    case SESSIONS -> random.between(SECOND / 4, SECOND);
                    case TRIMMING -> random.between(1, 4) * SECOND;
                    default -> sometimes(random, calm, 0.4, 8);
                },
                random.chance(0.5) ? 0 : random.logBetween(1_000, 2_000_000),
                !calm && random.chance(0.2),
                random.pick(0.0, 0.0, 0.001, 0.05),
                sometimes(random, calm, 0.5, 5),
                sometimes(random, calm, 0.3, 10),
                learnerDamage(random.fork("learner damage"), calm, mix, cluster.layout().learners()));
    }

    private static long rejoin(SeededRandom random, Mix mix) {
        if (mix == Mix.REJOINS) {
            return random.logBetween(SECOND / 1_000, SECOND / 10);
        }
        return random.chance(0.5) ? random.logBetween(SECOND / 100, 5 * SECOND) : 0;
    }

    private static long learnerDamage(SeededRandom random, boolean calm, Mix mix, int learners) {
        if (learners == 1 && !random.chance(0.2)) {
            return 0; // nobody gives it what it lost
        }
        return mix == Mix.TRIMMING ? random.between(SECOND, 10 * SECOND) : sometimes(random, calm, 0.3, 10);
    }

    private static long sometimes(SeededRandom random, boolean calm, double probability, int secondsMean) {
        boolean on = random.chance(probability);
        long mean = random.between(secondsMean * SECOND / 3, secondsMean * SECOND * 3);
        return on && !calm ? mean : 0;
    }
}
