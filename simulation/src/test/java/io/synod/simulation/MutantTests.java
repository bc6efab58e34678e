package io.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.acceptor.AcceptorMutants;
import io.synod.client.ClientMutants;
import io.synod.learner.LearnerMutants;
import io.synod.proposer.ProposerMutants;
import io.synod.simulation.check.Failure;
import io.synod.simulation.option.Mix;
import io.synod.simulation.option.Options;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The checkers can see: each way of breaking a rule is caught within a stated number of seeds. */
class MutantTests {

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant("promises an equal ballot to another incarnation", Mix.DUELS, 200,
                        AcceptorMutants.promisesAnEqualBallotToAnotherIncarnation(ProposerMutants.drawsLowRounds())),
                mutant("promises a lower ballot", Mix.DUELS, 50, AcceptorMutants.promisesALowerBallot()),
                mutant("accepts below its promise", Mix.ELECTIONS, 50, AcceptorMutants.acceptsBelowItsPromise()),
                mutant("forgets its promise on restart", Mix.DUELS, 50, AcceptorMutants.forgetsItsPromiseOnRestart()),
                mutant("forgets its last accept on restart", Mix.DUELS, 50,
                        AcceptorMutants.forgetsItsLastAcceptOnRestart()),
                mutant("claims that a page is the last", Mix.ELECTIONS, 50, AcceptorMutants.claimsThatAPageIsTheLast()),
                mutant("forms the log by a majority", Mix.FORMING, 50, AcceptorMutants.formsTheLogByAMajority()),
                mutant("trims without the quorum", Mix.TRIMMING, 50, AcceptorMutants.trimsWithoutTheQuorum()),
                mutant("excludes a learner that is alive", Mix.TRIMMING, 50,
                        AcceptorMutants.excludesALearnerThatIsAlive()),
                mutant("rejoins on one answer", Mix.REJOINS, 50, AcceptorMutants.rejoinsOnOneAnswer()),
                mutant("rejoins without a quorum read", Mix.REJOINS, 50, AcceptorMutants.rejoinsWithoutAQuorumRead()),
                mutant("ignores what the others promised", Mix.REJOINS, 50,
                        AcceptorMutants.ignoresWhatTheOthersPromised()),
                mutant("comes in before accepting", Mix.REJOINS, 50, AcceptorMutants.comesInBeforeAccepting()),
                mutant("copies the others' votes at their ballots", Mix.REJOINS, 50,
                        AcceptorMutants.copiesTheOthersVotesAtTheirBallots()),
                mutant("answers a repeat before the commit", Mix.CRASHES, 50,
                        AcceptorMutants.answersARepeatBeforeTheCommit()),
                mutant("answers a co-located role before the commit", Mix.BROAD, 50,
                        AcceptorMutants.answersACoLocatedRoleBeforeTheCommit()),
                mutant("takes a lower reported value", Mix.LEFTOVERS, 50, ProposerMutants.takesALowerReportedValue()),
                mutant("takes an instance as free on partial pages", Mix.DUELS, 50,
                        ProposerMutants.takesAnInstanceAsFreeOnPartialPages()),
                mutant("takes trimmed as empty", Mix.TRIMMING, 200, ProposerMutants.takesTrimmedAsEmpty()),
                mutant("counts one acceptor twice (proposer)", Mix.BROAD, 50, ProposerMutants.countsOneAcceptorTwice()),
                mutant("counts one acceptor twice (learner)", Mix.BROAD, 50, LearnerMutants.countsOneAcceptorTwice()),
                mutant("counts votes of any ballot", Mix.DUELS, 50, LearnerMutants.countsVotesOfAnyBallot()),
                mutant("takes value bytes of a lower ballot", Mix.LEFTOVERS, 100,
                        LearnerMutants.takesValueBytesOfALowerBallot()),
                mutant("skips de-duplication", Mix.SESSIONS, 50, LearnerMutants.skipsDeduplication()),
                mutant("delivers out of session order", Mix.SESSIONS, 50, LearnerMutants.deliversOutOfSessionOrder()),
                mutant("takes session limits from its own configuration", Mix.SESSIONS, 50,
                        LearnerMutants.takesSessionLimitsFromItsOwnConfiguration()),
                mutant("reports what it does not hold", Mix.TRIMMING, 50, LearnerMutants.reportsWhatItDoesNotHold()),
                mutant("reports before it is durable", Mix.TRIMMING, 50, LearnerMutants.reportsBeforeItIsDurable()),
                mutant("reports what is damaged", Mix.TRIMMING, 50, LearnerMutants.reportsWhatIsDamaged()),
                mutant("forgets the session table of a snapshot", Mix.SESSIONS, 50,
                        LearnerMutants.forgetsTheSessionTableOfASnapshot()),
                mutant("forgets the keys of a snapshot", Mix.SESSIONS, 100, LearnerMutants.forgetsTheKeysOfASnapshot()),
                mutant("ignores keys", Mix.SESSIONS, 50, LearnerMutants.ignoresKeys()),
                mutant("takes the turn of a key for its place", Mix.SESSIONS, 50,
                        ClientMutants.takesTheTurnOfAKeyForItsPlace()),
                mutant("calls the unknown refused", Mix.DUELS, 50, ClientMutants.callsTheUnknownRefused()));
    }

    private static Arguments mutant(String name, Mix mix, int seedsMax, Roles roles) {
        return Arguments.of(name, mix, seedsMax, roles);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void aMutantIsCaughtWithinTheStatedNumberOfSeeds(String name, Mix mix, int seedsMax, Roles mutant) {
        Failure caught = null;
        long seed = 0;
        while (caught == null && seed < seedsMax) {
            seed++;
            caught = Simulation.run(Options.draw(seed, mix), mutant, null, false).failure();
        }

        System.out.printf("mutant %-50s seed %3d  %s%n", name, seed,
                caught == null ? "not caught" : caught.getMessage());
        assertThat(caught).as(name).isNotNull();
    }
}
