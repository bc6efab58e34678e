package io.synod.learner;

import static io.synod.learner.LearnerHarness.LOG;
import static io.synod.learner.LearnerHarness.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistrationTests {

    private static final Bytes VALUE = Batches.of("x");

    private final LearnerHarness harness = new LearnerHarness(LearnerHarness.settings(3, 1)).start();

    private int source() {
        return harness.learner.view(harness.now).valueSource();
    }

    /** Time passes while acceptors beacon and answer every hi. */
    private void live(long nanos, Integer... acceptors) {
        for (long passed = 0; passed < nanos; passed += 50 * MILLIS) {
            harness.pass(50 * MILLIS);
            for (int acceptor : acceptors) {
                harness.beacon(acceptor, 0, 0);
            }
            answer(acceptors);
        }
    }

    private void answer(Integer... acceptors) {
        List<Effects.Outgoing> sent = List.copyOf(harness.sent);
        harness.sent.clear();
        for (Effects.Outgoing outgoing : sent) {
            if (outgoing.message() instanceof LearnerHi hi && List.of(acceptors).contains(outgoing.to().id())) {
                harness.say(outgoing.to().id(), new LearnerOk(LOG, 0, 0, hi.values()));
            }
        }
    }

    @Test
    void itSaysHiToAllAndAsksOneForValues() {
        assertThat(harness.sent(LearnerHi.class)).hasSize(3);
        assertThat(harness.sent(LearnerHi.class)).filteredOn(LearnerHi::values).hasSize(1);
        assertThat(harness.sentToAcceptor(source(), LearnerHi.class))
                .containsExactly(new LearnerHi(LogId.UNKNOWN, 0, true));
    }

    @Test
    void aHiThatIsNotAnsweredIsRepeated() {
        harness.forget();
        harness.pass(120 * MILLIS);
        assertThat(harness.sentToAcceptor(0, LearnerHi.class)).isNotEmpty();
    }

    @Test
    void theLeaseIsRenewedAfterAThirdOfIt() {
        answer(0, 1, 2);
        harness.forget();
        harness.pass(990 * MILLIS);
        assertThat(harness.sentToAcceptor(0, LearnerHi.class)).isEmpty();
        harness.pass(20 * MILLIS);
        assertThat(harness.sentToAcceptor(0, LearnerHi.class)).hasSize(1);
    }

    @Test
    void anAcceptorThatStartedAnewIsTakenUpAtOnce() {
        answer(0, 1, 2);
        harness.forget();
        harness.from(harness.settings.layout().acceptor(1), 999, LearnerHarness.beaconOf(LOG, 0, 0));
        harness.round();
        assertThat(harness.sentToAcceptor(1, LearnerHi.class)).hasSize(1);
        assertThat(harness.sent(LearnerHi.class)).hasSize(1);
    }

    @Test
    void aSilentSourceIsReplacedByOneThatSpeaks() {
        live(1_000 * MILLIS, 0, 1, 2);
        int first = source();
        int second = (first + 1) % 3;
        int third = (first + 2) % 3;
        harness.forget();
        live(500 * MILLIS, third);
        assertThat(source()).isEqualTo(third);
        assertThat(harness.outputs(LearnerNotice.SourceChanged.class))
                .containsExactly(new LearnerNotice.SourceChanged(first, third, "is silent"));
        assertThat(second).isNotEqualTo(source());
    }

    @Test
    void aSourceThatSendsNoVotesWhileOthersDoIsReplaced() {
        live(1_000 * MILLIS, 0, 1, 2);
        int first = source();
        for (long instance = 1; instance <= 10; instance++) {
            harness.vote((first + 1) % 3, instance, 1, VALUE).vote((first + 2) % 3, instance, 1, VALUE);
            live(50 * MILLIS, 0, 1, 2);
        }
        assertThat(source()).isNotEqualTo(first);
    }

    @Test
    void whenAllAreSilentTheSourceStays() {
        live(1_000 * MILLIS, 0, 1, 2);
        int first = source();
        live(3_000 * MILLIS);
        assertThat(source()).isEqualTo(first);
    }

    @Test
    void itSaysDelWhenItLeaves() {
        Effects effects = new Effects();
        harness.learner.onStop(harness.now, effects);
        assertThat(effects.now()).extracting(Effects.Outgoing::message).hasSize(3)
                .allMatch(LearnerDel.class::isInstance);
    }

    @Test
    void beforeTheFirstDeliveryItJoinsTheLogThatMostAcceptorsHold() {
        LogId other = new LogId(12);
        harness.say(0, new LearnerOk(other, 0, 0, false));
        harness.say(1, ok(LOG)).say(2, ok(LOG)).round();
        assertThat(harness.learner.logId()).isEqualTo(LOG);
        harness.value(1, 1, 1, VALUE).vote(2, 1, 1, VALUE).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void positionsOfAnotherLogCountOnlyOnceItJoinsThat() {
        LogId other = new LogId(12);
        harness.say(0, ok(LOG)).say(1, ok(LOG));
        harness.say(2, LearnerHarness.beaconOf(other, 50, 40)).say(2, new Trimmed(41)).round();
        assertThat(harness.learner.view(harness.now).known()).isZero();
        harness.from(harness.settings.layout().acceptor(1), 999, LearnerHarness.beaconOf(other, 45, 40));
        harness.round();
        assertThat(harness.learner.logId()).isEqualTo(other);
        assertThat(harness.learner.view(harness.now).known()).isEqualTo(50);
    }

    @Test
    void whatWasLearntOfAFormerLogIsForgottenWhenItJoinsAnother() {
        LogId former = new LogId(12);
        harness.say(0, new LearnerOk(former, 500, 900, false)).round();
        assertThat(harness.learner.logId()).isEqualTo(former);
        harness.from(harness.settings.layout().proposer(0), 7, new Heartbeat(LearnerHarness.ballot(1), 950)).round();
        harness.say(0, ok(LOG)).say(1, ok(LOG)).say(2, ok(LOG)).round();
        assertThat(harness.learner.logId()).isEqualTo(LOG);
        LearnerView view = harness.learner.view(harness.now);
        assertThat(view.known()).isZero();
        assertThat(view.acceptors()).allMatch(acceptor -> acceptor.trimPoint() == 0);
        harness.decide(1, VALUE).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void anAcceptorOfAnotherLogSaysNothingOfThisOne() {
        harness.say(0, ok(LOG)).say(1, ok(LOG)).round();
        harness.say(2, new LearnerOk(new LogId(12), 500, 900, false)).round();
        assertThat(harness.learner.view(harness.now).known()).isZero();
        assertThat(harness.learner.view(harness.now).acceptors().get(2).trimPoint()).isZero();
    }

    @Test
    void insideAClientAFormerLogDoesNotSayWhereThisOneIs() {
        LearnerHarness client = new LearnerHarness(LearnerHarness.clientSettings(3)).start();
        client.say(0, new LearnerOk(new LogId(12), 0, 900, false)).round();
        client.from(client.settings.layout().proposer(0), 7, new Heartbeat(LearnerHarness.ballot(1), 950)).round();
        client.say(1, new LearnerOk(LOG, 0, 4, false)).say(2, new LearnerOk(LOG, 0, 5, false)).round();
        client.round();
        assertThat(client.outputs(LearnerStarted.class)).containsExactly(new LearnerStarted(LOG, 6));
    }

    @Test
    void afterADeliveryAnotherLogStopsIt() {
        harness.say(0, ok(LOG)).say(1, ok(LOG)).decide(1, VALUE).round();
        LogId other = new LogId(12);
        harness.from(harness.settings.layout().acceptor(0), 998, ok(other));
        harness.round();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        harness.from(harness.settings.layout().acceptor(1), 999, ok(other));
        harness.round();
        assertThat(harness.outputs(LearnerStopped.class))
                .extracting(LearnerStopped::reason)
                .containsExactly(LearnerStopped.Reason.OTHER_LOG);
    }

    @Test
    void insideAClientItStartsAtTheHighestWatermarkOfAQuorumOfOks() {
        LearnerHarness client = new LearnerHarness(LearnerHarness.clientSettings(3)).start();
        client.say(0, new LearnerOk(LOG, 0, 41, false)).round();
        assertThat(client.learner.isStarted()).isFalse();
        client.decide(42, VALUE).round();
        client.say(1, new LearnerOk(LOG, 0, 40, false)).round();
        assertThat(client.outputs(LearnerStarted.class)).containsExactly(new LearnerStarted(LOG, 42));
    }

    private static Message ok(LogId log) {
        return new LearnerOk(log, 0, 0, false);
    }
}
