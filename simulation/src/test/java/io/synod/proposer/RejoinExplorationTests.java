package io.synod.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.acceptor.AcceptorMutants;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.role.Invariant;
import io.synod.simulation.Roles;
import io.synod.simulation.check.Failure;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rule S10: no schedule makes acceptors that rejoin forget a decision, and leaving out any part of the protocol lets some
 * schedule decide two values. Where {@code MutantTests} may be content that a check of a step fails, here the log itself forks.
 */
class RejoinExplorationTests {

    private static final int SCHEDULES = 40_000;

    @Test
    void noScheduleForksTheLog() {
        int rejoined = 0;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            try {
                rejoined += new RejoinExploration(seed, Roles.GENUINE, phaseOnes(true)).run();
            } catch (Failure | Invariant.Violation broken) {
                throw new AssertionError("schedule " + seed, broken);
            }
        }
        assertThat(rejoined).as("acceptors that came back").isGreaterThan(SCHEDULES / 4);
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant("rejoins on one answer", 60_000, AcceptorMutants.rejoinsOnOneAnswer(), true),
                mutant("rejoins without a quorum read", 20_000, AcceptorMutants.rejoinsWithoutAQuorumRead(), true),
                mutant("ignores what the others promised", 20_000, AcceptorMutants.ignoresWhatTheOthersPromised(),
                        true),
                mutant("comes in before accepting", 20_000, AcceptorMutants.comesInBeforeAccepting(), true),
                mutant("copies the others' votes at their ballots", 20_000,
                        AcceptorMutants.copiesTheOthersVotesAtTheirBallots(), true),
                mutant("counts promises of former lives", 60_000, Roles.GENUINE, false));
    }

    private static Arguments mutant(String name, int schedulesMax, Roles roles, boolean checksIds) {
        return Arguments.of(name, schedulesMax, roles, checksIds);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void aMutantForksTheLogWithinTheStatedNumberOfSchedules(
            String name, int schedulesMax, Roles roles, boolean checksIds) {
        Failure fork = null;
        long seed = 0;
        while (fork == null && seed < schedulesMax) {
            seed++;
            try {
                new RejoinExploration(seed, roles, phaseOnes(checksIds)).run();
            } catch (Failure failure) {
                fork = failure;
            }
        }
        System.out.printf("mutant %-50s schedule %5d  %s%n", name, seed, fork == null ? "no fork" : fork.getMessage());
        assertThat(fork).as(name).isNotNull();
    }

    private static Function<Quorums, PhaseOne.Factory> phaseOnes(boolean checksIds) {
        return quorums -> (ballot, logId, from, last, nowNanos) -> new PhaseOne(
                ballot, logId, quorums, from, last, 250_000_000, nowNanos) {
            @Override
            boolean contradicts(StorageId named, StorageId own) {
                return checksIds && super.contradicts(named, own);
            }
        };
    }
}
