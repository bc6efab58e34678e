package io.synod.learner;

import static io.synod.learner.LearnerHarness.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.role.Effects;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrimAskerTests {

    private static final Bytes KILOBYTE = Batches.of("x".repeat(1_000));

    private static final long GONE = 9_000 * MILLIS;

    private static LearnerSettings.Trim trimming(boolean allowed, long instances, long bytes, long slack) {
        return new LearnerSettings.Trim(allowed, instances, bytes, slack, GONE);
    }

    private static TrimRequest trim(long instance) {
        return new TrimRequest(instance, List.of(), GONE);
    }

    private LearnerHarness harness(LearnerSettings.Trim trim) {
        return new LearnerHarness(LearnerHarness.settings(3, 2).withTrim(trim)).start().register(0);
    }

    private static void deliver(LearnerHarness harness, int count, Bytes value) {
        for (int i = 0; i < count; i++) {
            harness.decide(harness.learner.delivered() + 1, value).round();
        }
    }

    private static TrimOutcome ask(LearnerHarness harness, long instance, TrimState... states) {
        Effects effects = new Effects();
        harness.learner.requestTrim(4, instance, List.of(), harness.now, effects);
        harness.outputs.addAll(effects.outputs());
        harness.round();
        for (int acceptor = 0; acceptor < states.length; acceptor++) {
            harness.say(acceptor, states[acceptor]);
        }
        harness.pass(2_000 * MILLIS);
        return harness.outputs(TrimOutcome.class).getLast();
    }

    @Test
    void itAsksAfterSoManyInstancesAndLeavesASlack() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 499, Bytes.EMPTY);
        assertThat(harness.sent(TrimRequest.class)).isEmpty();
        deliver(harness, 1, Bytes.EMPTY);
        assertThat(harness.sentToAcceptor(0, TrimRequest.class)).containsExactly(trim(384));
        deliver(harness, 500, Bytes.EMPTY);
        assertThat(harness.sentToAcceptor(2, TrimRequest.class))
                .containsExactly(trim(384), trim(896));
    }

    private static void beacon(LearnerHarness harness, long trimPoint, boolean nearlyFull) {
        harness.say(1, new AcceptorState(LearnerHarness.STORE, LearnerHarness.LOG, AcceptorState.Status.VOTING,
                Ballot.NONE, Ballot.NONE, Long.MAX_VALUE, trimPoint, 0, 0, nearlyFull)).pass(MILLIS);
    }

    /** An acceptor that fills up before the distance is reached would accept nothing, and the distance never be reached. */
    @Test
    void anAcceptorThatIsNearlyFullIsTrimmedBeforeItsTimeAndIntoTheSlackIfItMustBe() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 300, Bytes.EMPTY);
        beacon(harness, 0, false);
        assertThat(harness.sent(TrimRequest.class)).isEmpty();
        beacon(harness, 0, true);
        assertThat(harness.sentToAcceptor(1, TrimRequest.class)).containsExactly(trim(192));
        beacon(harness, 0, true);
        assertThat(harness.sentToAcceptor(1, TrimRequest.class)).hasSize(1);
        harness.pass(1_100 * MILLIS).forget();
        beacon(harness, 192, true);
        assertThat(harness.sentToAcceptor(1, TrimRequest.class)).containsExactly(trim(300));
    }

    @Test
    void itAsksAfterSoManyBytesAndTheSlackIsHeldToAnEighthOfThem() {
        LearnerHarness harness = harness(trimming(true, 1L << 30, 1_600_000, 100_000));
        deliver(harness, 1_600, KILOBYTE);
        List<TrimRequest> requests = harness.sentToAcceptor(0, TrimRequest.class);
        assertThat(requests).hasSize(1);
        assertThat(requests.getFirst().instance()).isBetween(1_200L, 1_450L);
    }

    @Test
    void aRequestThatAnAcceptorDidNotGetIsRepeated() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 500, Bytes.EMPTY);
        harness.say(0, new TrimState(384, 0, List.of(), List.of(500L, 0L))).say(2,
                new TrimState(384, 0, List.of(), List.of(500L, 0L)));
        harness.forget();
        harness.pass(3_000 * MILLIS);
        assertThat(harness.sentToAcceptor(0, TrimRequest.class)).isEmpty();
        assertThat(harness.sentToAcceptor(1, TrimRequest.class)).hasSize(3);
    }

    /** What was asked is in an acceptor's memory alone; without it a trim that waits for a learner would never go on. */
    @Test
    void anAcceptorThatRestartedIsAskedAgain() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 500, Bytes.EMPTY);
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            harness.say(acceptor, new TrimState(384, 0, List.of(), List.of(500L, 0L)));
        }
        harness.pass(2_000 * MILLIS).forget();
        harness.from(harness.settings.layout().acceptor(1), 999, LearnerHarness.beaconOf(LearnerHarness.LOG, 0, 0));
        harness.pass(MILLIS);
        assertThat(harness.sentToAcceptor(1, TrimRequest.class)).containsExactly(trim(384));
        assertThat(harness.sent(TrimRequest.class)).hasSize(1);
    }

    @Test
    void aLearnerThatMayNotTrimNeverAsks() {
        LearnerHarness harness = harness(trimming(false, 10, 1_000, 0));
        deliver(harness, 100, Bytes.EMPTY);
        TrimOutcome outcome = ask(harness, 5);
        assertThat(outcome.kind()).isEqualTo(TrimOutcome.Kind.NOT_ALLOWED);
        assertThat(harness.sent(TrimRequest.class)).isEmpty();
    }

    @Test
    void anExplicitRequestComesWithAFreshReportAndEndsWhenAllHaveTrimmed() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        deliver(harness, 50, Bytes.EMPTY);
        harness.forget();
        TrimState done = new TrimState(40, 40, List.of(), List.of(50L, 50L));
        TrimOutcome outcome = ask(harness, 40, done, done, done);
        assertThat(outcome)
                .isEqualTo(new TrimOutcome(
                        4, 40, TrimOutcome.Kind.TRIMMED, List.of(40L, 40L, 40L), List.of(50L, 50L), List.of(),
                        List.of(), List.of()));
        assertThat(harness.sentToAcceptor(0, Report.class)).extracting(Report::held).containsOnly(50L);
    }

    @Test
    void aLearnerInTheWayIsNamed() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        deliver(harness, 50, Bytes.EMPTY);
        TrimState blocked = new TrimState(40, 17, List.of(), List.of(50L, 17L));
        TrimOutcome outcome = ask(harness, 40, blocked, blocked);
        assertThat(outcome)
                .isEqualTo(new TrimOutcome(
                        4,
                        40,
                        TrimOutcome.Kind.BLOCKED,
                        List.of(17L, 17L, TrimOutcome.NOT_ANSWERED_YET),
                        List.of(50L, 17L),
                        List.of(1),
                        List.of(),
                        List.of()));
    }

    @Test
    void aLearnerThatLostWhatItHeldIsNamed() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        deliver(harness, 50, Bytes.EMPTY);
        TrimState before = new TrimState(10, 10, List.of(), List.of(50L, 50L));
        harness.say(0, before).say(1, before).say(2, before);
        TrimState restarted = new TrimState(40, 10, List.of(), List.of(50L, 0L));
        TrimOutcome outcome = ask(harness, 40, restarted, restarted);
        assertThat(outcome.kind()).isEqualTo(TrimOutcome.Kind.BLOCKED);
        assertThat(outcome.held()).containsExactly(50L, 0L);
        assertThat(outcome.blocking()).containsExactly(1);
    }

    @Test
    void anAcceptorThatWasNotToldAgainYetBlamesNobody() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        deliver(harness, 50, Bytes.EMPTY);
        TrimState fresh = new TrimState(40, 10, List.of(), List.of(0L, 0L));
        TrimState knows = new TrimState(40, 17, List.of(), List.of(50L, 17L));
        assertThat(ask(harness, 40, fresh, knows).blocking()).containsExactly(1);
    }

    @Test
    void whatThisLearnerDoesNotHoldItselfIsNotAskedOfAcceptors() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        deliver(harness, 50, Bytes.EMPTY);
        TrimState state = new TrimState(0, 0, List.of(), List.of(50L, 50L));
        TrimOutcome outcome = ask(harness, 51, state, state, state);
        assertThat(outcome.kind()).isEqualTo(TrimOutcome.Kind.BLOCKED);
        assertThat(outcome.blocking()).containsExactly(0, 1);
        assertThat(harness.sent(TrimRequest.class)).isNotEmpty().allMatch(request -> request.instance() == 0);
    }

    @Test
    void withoutAnswersThereIsAnOutcomeToo() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        TrimOutcome outcome = ask(harness, 40, new TrimState(40, 40, List.of(), List.of(50L, 50L)));
        assertThat(outcome.kind()).isEqualTo(TrimOutcome.Kind.NOT_ANSWERED);
    }

    /** Of a learner that is gone nothing is waited for, and it is not in the way, once acceptors say so. */
    @Test
    void aLearnerThatIsExcludedIsNamedToAcceptorsUntilItIsHeard() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 500, Bytes.EMPTY);
        harness.forget();
        Effects effects = new Effects();
        harness.learner.requestTrim(4, 400, List.of(1), harness.now, effects);
        harness.round();
        TrimRequest without = new TrimRequest(400, List.of(1), GONE);
        assertThat(harness.sentToAcceptor(2, TrimRequest.class)).containsExactly(without);
        TrimState refused = new TrimState(400, 17, List.of(), List.of(500L, 17L));
        TrimState heeded = new TrimState(400, 400, List.of(1), List.of(500L, 17L));
        harness.say(0, heeded).say(1, refused).pass(2_000 * MILLIS);
        TrimOutcome partly = harness.outputs(TrimOutcome.class).getLast();
        assertThat(partly.blocking()).as("one acceptor waits for it").containsExactly(1);
        assertThat(partly.excluded()).isEmpty();
        assertThat(partly.notExcluded()).containsExactly(new TrimOutcome.NotExcluded(1, List.of(1)));

        TrimOutcome done = ask(harness, 400, heeded, heeded, heeded);
        assertThat(done.kind()).isEqualTo(TrimOutcome.Kind.TRIMMED);
        assertThat(done.blocking()).isEmpty();
        assertThat(done.excluded()).containsExactly(1);

        harness.from(harness.settings.layout().learner(1), 77,
                new Report(LearnerHarness.STORE, LearnerHarness.LOG, 17, List.of()));
        harness.forget();
        ask(harness, 450);
        assertThat(harness.sentToAcceptor(2, TrimRequest.class)).isNotEmpty()
                .allMatch(request -> request.excluded().isEmpty());
    }

    /** L1: acceptors that restarted count the silence anew, so it takes them a while to leave the learner out again. */
    @Test
    void acceptorsThatRestartedAreAskedUntilTheyLeaveOutWhomTheyLeftOut() {
        LearnerHarness harness = harness(LearnerSettings.Trim.NEVER.withAllowed(true));
        deliver(harness, 50, Bytes.EMPTY);
        harness.service(effects -> harness.learner.requestTrim(4, 40, List.of(1), harness.now, effects));
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            harness.say(acceptor, new TrimState(40, 40, List.of(1), List.of(50L, 17L)));
        }
        harness.pass(2_000 * MILLIS).forget();
        harness.pass(5_000 * MILLIS);
        assertThat(harness.sent(TrimRequest.class)).as("all have left it out").isEmpty();

        harness.from(harness.settings.layout().acceptor(1), 999, LearnerHarness.beaconOf(LearnerHarness.LOG, 0, 0));
        for (int second = 0; second < 5; second++) {
            harness.pass(1_000 * MILLIS);
            harness.from(harness.settings.layout().acceptor(1), 999,
                    new TrimState(0, 40, List.of(), List.of(50L, 17L)));
        }
        assertThat(harness.sentToAcceptor(1, TrimRequest.class)).hasSizeBetween(4, 6)
                .allMatch(request -> request.excluded().equals(List.of(1)));
        assertThat(harness.sentToAcceptor(0, TrimRequest.class)).isEmpty();

        harness.from(harness.settings.layout().acceptor(1), 999,
                new TrimState(0, 40, List.of(1), List.of(50L, 17L)));
        harness.pass(1_000 * MILLIS).forget();
        harness.pass(5_000 * MILLIS);
        assertThat(harness.sent(TrimRequest.class)).isEmpty();
    }

    /** Who was told that it is refused does not find the learner excluded later, by a request that did not name it. */
    @Test
    void anExclusionThatEveryAcceptorRefusesIsSaidAndDoesNotStand() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 500, Bytes.EMPTY);
        TrimState refused = new TrimState(400, 17, List.of(), List.of(500L, 17L));
        harness.learner.requestTrim(4, 400, List.of(1), harness.now, new Effects());
        harness.round().say(0, refused).say(2, refused).pass(2_000 * MILLIS);
        TrimOutcome outcome = harness.outputs(TrimOutcome.class).getLast();
        assertThat(outcome.kind()).isEqualTo(TrimOutcome.Kind.BLOCKED);
        assertThat(outcome.notExcluded()).containsExactly(new TrimOutcome.NotExcluded(1, List.of(0, 2)));
        harness.forget();
        ask(harness, 450);
        assertThat(harness.sentToAcceptor(2, TrimRequest.class)).isNotEmpty()
                .allMatch(request -> request.excluded().isEmpty());
    }

    @Test
    void aLearnerDoesNotExcludeItself() {
        LearnerHarness harness = harness(trimming(true, 500, 1L << 30, 100));
        deliver(harness, 50, Bytes.EMPTY);
        harness.forget();
        harness.learner.requestTrim(4, 40, List.of(0, 2), harness.now, new Effects());
        harness.round();
        assertThat(harness.sentToAcceptor(2, TrimRequest.class)).containsExactly(trim(40));
    }
}
