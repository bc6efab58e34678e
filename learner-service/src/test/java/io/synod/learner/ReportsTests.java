package io.synod.learner;

import static io.synod.learner.LearnerHarness.LOG;
import static io.synod.learner.LearnerHarness.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.PrefixHash;
import io.synod.protocol.message.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule S13, and what a learner tells of itself. */
class ReportsTests {

    private static final long LEASE = 3_000 * MILLIS;

    private LearnerHarness harness(int learners) {
        LearnerHarness harness =
                new LearnerHarness(LearnerHarness.settings(3, learners)).start().register(0);
        for (long instance = 1; instance <= 1_100; instance++) {
            harness.decide(instance, Bytes.EMPTY);
        }
        harness.round();
        harness.forget();
        harness.pass(100 * MILLIS);
        return harness;
    }

    private static void report(LearnerHarness harness, int learner, PrefixHash hash) {
        harness.from(
                harness.settings.layout().learner(learner),
                200 + learner,
                new Report(new StorageId(1, learner), LOG, 1_100, List.of(hash)));
        harness.round();
    }

    private static PrefixHash own(LearnerHarness harness) {
        return harness.sent(Report.class).getLast().hashes().getFirst();
    }

    private static PrefixHash other(PrefixHash hash) {
        return new PrefixHash(hash.instance(), hash.hash() + 1);
    }

    private static boolean stopped(LearnerHarness harness) {
        return harness.outputs(LearnerStopped.class).stream()
                .anyMatch(stop -> stop.reason() == LearnerStopped.Reason.HASH_DIFFERS);
    }

    @Test
    void whatWasReportedOfAFormerLogIsNotComparedWithTheNext() {
        LearnerHarness harness = new LearnerHarness(LearnerHarness.settings(3, 3)).start();
        LogId former = new LogId(12);
        harness.say(0, new LearnerOk(former, 0, 0, false)).round();
        for (int learner = 1; learner <= 2; learner++) {
            harness.from(
                    harness.settings.layout().learner(learner),
                    200 + learner,
                    new Report(new StorageId(1, learner), former, 1_024, List.of(new PrefixHash(1_024, 5))));
        }
        harness.say(0, new LearnerOk(LOG, 0, 0, false)).register(0);
        assertThat(harness.learner.logId()).isEqualTo(LOG);
        for (long instance = 1; instance <= 1_100; instance++) {
            harness.decide(instance, Bytes.EMPTY);
        }
        harness.round();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        assertThat(harness.learner.delivered()).isEqualTo(1_100);
    }

    @Test
    void whatIsHeldIsReportedToAcceptorsAndTheOtherLearners() {
        LearnerHarness harness = harness(2);
        Report report = harness.sentToAcceptor(2, Report.class).getLast();
        assertThat(report.held()).isEqualTo(1_100);
        assertThat(report.storageId()).isEqualTo(LearnerHarness.STORE);
        assertThat(report.hashes()).extracting(PrefixHash::instance).containsExactly(1_024L);
        assertThat(harness.sentTo(harness.settings.layout().learner(1), Report.class)).isNotEmpty();
        assertThat(harness.sentTo(harness.settings.layout().learner(0), Report.class)).isEmpty();
    }

    @Test
    void nothingNewIsReportedSeldom() {
        LearnerHarness harness = harness(1);
        harness.forget();
        harness.pass(2_500 * MILLIS);
        assertThat(harness.sentToAcceptor(0, Report.class)).hasSizeBetween(1, 3);
    }

    @Test
    void twoThatAgreeGoOn() {
        LearnerHarness harness = harness(2);
        report(harness, 1, own(harness));
        harness.pass(2 * LEASE);
        assertThat(stopped(harness)).isFalse();
    }

    @Test
    void ofTwoThatDifferBothStop() {
        LearnerHarness harness = harness(2);
        report(harness, 1, other(own(harness)));
        assertThat(stopped(harness)).isTrue();
        harness.decide(1_101, Bytes.EMPTY).round();
        assertThat(harness.deliveredInstances()).isEmpty();
    }

    /** Each hears of the other's hash, whoever finds out first: it may stop before it has told its own. */
    @Test
    void ofTwoThatDifferTheFirstToStopTellsTheOther() {
        LearnerHarness first = harness(2);
        PrefixHash ofTheOther = other(own(first));
        first.forget();
        report(first, 1, ofTheOther);
        assertThat(stopped(first)).isTrue();
        List<Report> told = first.sentTo(first.settings.layout().learner(1), Report.class);
        assertThat(told).singleElement()
                .satisfies(report -> assertThat(report.hashes()).doesNotContain(ofTheOther).hasSize(1));
        first.pass(4 * LEASE);
        assertThat(first.sentTo(first.settings.layout().learner(1), Report.class))
                .as("one may be lost, and it ends: a learner that is gone can be excluded").hasSizeBetween(6, 10);
        first.forget();
        first.pass(4 * LEASE);
        assertThat(first.sent(Report.class)).isEmpty();
    }

    /** A process that was halted meanwhile does not go round for ever. */
    @Test
    void whoStoppedInDoubtHasNothingDueWhenItHasToldTheOthers() {
        LearnerHarness harness = harness(2);
        report(harness, 1, other(own(harness)));
        assertThat(harness.learner.nextDeadlineNanos()).isBetween(harness.now, harness.now + LEASE);
        harness.now += 4 * LEASE;
        harness.forget();
        harness.round();
        assertThat(harness.sent(Report.class)).isEmpty();
        assertThat(harness.learner.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /** S9: what a log that may be wrong holds is nothing to trim by. */
    @Test
    void s9WhoStopsInDoubtTakesBackWhatItReported() {
        LearnerHarness harness = harness(2);
        Report before = harness.sentToAcceptor(0, Report.class).getLast();
        report(harness, 1, other(own(harness)));
        Report after = harness.sentToAcceptor(0, Report.class).getLast();
        assertThat(after.held()).isZero();
        assertThat(after.storageId().generation()).isEqualTo(before.storageId().generation() + 1);
    }

    @Test
    void ofThreeTheOneThatDiffersFromTheOthersStops() {
        LearnerHarness harness = harness(3);
        report(harness, 1, other(own(harness)));
        assertThat(stopped(harness)).isFalse();
        report(harness, 2, other(own(harness)));
        assertThat(stopped(harness)).isTrue();
    }

    @Test
    void ofThreeTheMajorityGoesOn() {
        LearnerHarness harness = harness(3);
        report(harness, 1, other(own(harness)));
        report(harness, 2, own(harness));
        harness.pass(2 * LEASE);
        assertThat(stopped(harness)).isFalse();
    }

    @Test
    void ofThreeThatAllDifferAllStop() {
        LearnerHarness harness = harness(3);
        report(harness, 1, other(own(harness)));
        report(harness, 2, other(other(own(harness))));
        assertThat(stopped(harness)).isTrue();
    }

    @Test
    void aSilentThirdIsWaitedForAndThenThereIsNoMajority() {
        LearnerHarness harness = harness(3);
        report(harness, 1, other(own(harness)));
        harness.pass(LEASE - 10 * MILLIS);
        assertThat(stopped(harness)).isFalse();
        harness.pass(20 * MILLIS);
        assertThat(stopped(harness)).isTrue();
    }

    @Test
    void aLearnerThatStartedAnewTakesItsOldHashesBack() {
        LearnerHarness harness = harness(3);
        report(harness, 1, other(own(harness)));
        harness.from(
                harness.settings.layout().learner(1), 900, new Report(new StorageId(1, 44), LOG, 0, List.of()));
        harness.round();
        harness.pass(2 * LEASE);
        assertThat(stopped(harness)).isFalse();
    }

    @Test
    void theReportOfAnotherLogCountsNothing() {
        LearnerHarness harness = harness(2);
        harness.from(
                harness.settings.layout().learner(1),
                900,
                new Report(new StorageId(1, 1), new LogId(4), 2_000, List.of(other(own(harness)))));
        harness.round();
        assertThat(stopped(harness)).isFalse();
    }

    @Test
    void theHashDependsOnWhatWasDecidedAndWhere() {
        RollingHash one = new RollingHash();
        RollingHash two = new RollingHash();
        for (long instance = 1; instance <= 1_024; instance++) {
            one.add(instance, instance == 500 ? 7 : 0, List.of());
            two.add(instance, instance == 501 ? 7 : 0, List.of());
        }
        assertThat(one.kept()).hasSize(1);
        assertThat(one.kept()).isNotEqualTo(two.kept());
    }

    @Test
    void onlyTheNewestHashesAreKept() {
        RollingHash hash = new RollingHash();
        for (long instance = 1; instance <= 1_024 * 70; instance++) {
            hash.add(instance, 0, List.of());
        }
        assertThat(hash.kept()).hasSize(64);
        assertThat(hash.kept().getFirst().instance()).isEqualTo(7 * 1_024);
        assertThat(hash.kept().getLast().instance()).isEqualTo(70 * 1_024);
    }

    @Test
    void aClientsLearnerNeitherReportsNorCompares() {
        LearnerHarness client = new LearnerHarness(LearnerHarness.clientSettings(3)).start().register(0);
        for (long instance = 1; instance <= 1_100; instance++) {
            client.decide(instance, Bytes.EMPTY);
        }
        client.round();
        client.pass(2 * LEASE);
        assertThat(client.sent(Report.class)).isEmpty();
        assertThat(client.deliveredInstances()).isEmpty();
        assertThat(client.learner.delivered()).isEqualTo(1_100);
    }
}
