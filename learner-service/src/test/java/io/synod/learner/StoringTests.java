package io.synod.learner;

import static io.synod.learner.LearnerHarness.LOG;
import static io.synod.learner.LearnerHarness.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.Located;
import io.synod.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a learner with a store holds, and how it goes on from it. */
class StoringTests {

    private static final LearnerSettings.Storing STORING = new LearnerSettings.Storing(true, 4, 1 << 20, 6, 1 << 20);
    private static final LearnerSettings SETTINGS = LearnerHarness.settings(3, 1).withStoring(STORING);
    private static final SessionId SESSION = new SessionId(1, 1);

    private static LearnerHarness harness(LearnerRecovery recovered) {
        return new LearnerHarness(SETTINGS, recovered, new Decisions()).start().register(0);
    }

    private static LearnerHarness harness() {
        return harness(LearnerRecovery.empty(LearnerHarness.STORE));
    }

    private static Bytes opening() {
        return Batches.batch().genesis(10, 10, 1_000).open(5, 10).bytes();
    }

    private static Bytes value(long number) {
        return Batches.batch().values(SESSION, number, "v" + number).bytes();
    }

    private static long reported(LearnerHarness harness) {
        return harness.pass(200 * MILLIS).sentToAcceptor(0, Report.class).getLast().held();
    }

    @Test
    void s9OnlyWhatIsStoredIsReportedAsHeld() {
        LearnerHarness harness = harness();
        harness.decide(1, opening()).decide(2, value(1)).decide(3, value(2)).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L, 2L, 3L);
        assertThat(reported(harness)).isZero();
        harness.service(_ -> harness.learner.stored(2));
        assertThat(reported(harness)).isEqualTo(2);
        harness.service(_ -> harness.learner.stored(3));
        assertThat(reported(harness)).isEqualTo(3);
    }

    @Test
    void l2DeliveryWaitsWhileTooMuchIsNotStored() {
        LearnerHarness harness = harness();
        harness.decide(1, opening());
        for (long instance = 2; instance <= 10; instance++) {
            harness.decide(instance, value(instance - 1));
        }
        harness.round();
        assertThat(harness.deliveredInstances()).hasSize(6);
        harness.service(_ -> harness.learner.stored(2));
        assertThat(harness.deliveredInstances()).hasSize(8);
        harness.service(_ -> harness.learner.stored(8));
        assertThat(harness.deliveredInstances()).hasSize(10);
    }

    /** F06: it says so, and goes on by itself. */
    @Test
    void whileTheDiskIsNearlyFullNothingIsDelivered() {
        LearnerHarness harness = harness();
        harness.service(_ -> harness.learner.diskNearlyFull(true));
        harness.decide(1, opening()).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        assertThat(harness.learner.view(harness.now).detail()).contains("nearly full");
        harness.service(_ -> harness.learner.diskNearlyFull(false));
        assertThat(harness.deliveredInstances()).containsExactly(1L);
        assertThat(harness.learner.view(harness.now).detail()).isNull();
    }

    /** F06: a snapshot of a peer is not taken either, for which there is no room. */
    @Test
    void whileTheDiskIsNearlyFullNoSnapshotIsTakenOver() {
        LearnerSnapshot snapshot = before(9).outputs(LearnerSnapshot.class).getLast();
        LearnerHarness harness = new LearnerHarness(SETTINGS.withCatchUp(true),
                LearnerRecovery.empty(LearnerHarness.STORE), new Decisions()).start().register(9);
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            harness.beacon(acceptor, 9, 8);
        }
        harness.round().service(_ -> harness.learner.diskNearlyFull(true));
        harness.service(effects -> assertThat(harness.learner.restore(snapshot, effects).accepted()).isFalse());
        harness.service(_ -> harness.learner.diskNearlyFull(false));
        harness.service(effects -> assertThat(harness.learner.restore(snapshot, effects).accepted()).isTrue());
        assertThat(harness.learner.delivered()).isEqualTo(8);
    }

    @Test
    void f05AStoreThatFailedStopsTheLearner() {
        LearnerHarness harness = harness();
        harness.service(effects -> harness.learner.storeFailed("EIO", effects));
        assertThat(harness.outputs(LearnerStopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(LearnerStopped.Reason.STORE_FAILED);
            assertThat(stopped.detail()).contains("EIO");
        });
        harness.decide(1, opening()).round();
        assertThat(harness.deliveredInstances()).isEmpty();
    }

    /** A learner with all of this decided; what it handed over is what its store would remember. */
    private static LearnerHarness before(int instances) {
        LearnerHarness before = harness();
        before.decide(1, opening()).round();
        for (long instance = 2; instance <= instances; instance++) {
            long stored = instance - 1;
            before.service(_ -> before.learner.stored(stored)).decide(instance, value(instance - 1)).round();
        }
        return before;
    }

    private static LearnerRecovery recovery(LearnerHarness before, boolean withSnapshot) {
        List<LearnerSnapshot> snapshots = before.outputs(LearnerSnapshot.class);
        LearnerSnapshot snapshot = withSnapshot ? snapshots.getLast() : null;
        List<Bytes> since = new ArrayList<>();
        for (Delivered delivered : before.outputs(Delivered.class)) {
            if (snapshot == null || delivered.instance() > snapshot.instance()) {
                since.add(delivered.batch());
            }
        }
        return new LearnerRecovery(LearnerHarness.STORE, LOG, snapshot, since);
    }

    @Test
    void aSnapshotIsTakenAfterSoManyInstances() {
        assertThat(before(9).outputs(LearnerSnapshot.class)).extracting(LearnerSnapshot::instance)
                .containsExactly(4L, 8L);
    }

    /** However often it restarts: else what a start replays, and what retention cannot drop, grows without bound. */
    @Test
    void whatWasReplayedCountsForTheNextSnapshot() {
        LearnerHarness byInstances = harness(recovery(before(9), true));
        byInstances.decide(10, value(9)).decide(11, value(10)).round();
        assertThat(byInstances.outputs(LearnerSnapshot.class)).isEmpty();
        byInstances.decide(12, value(11)).round();
        assertThat(byInstances.outputs(LearnerSnapshot.class)).extracting(LearnerSnapshot::instance)
                .containsExactly(12L);
        LearnerSettings settings = SETTINGS.withStoring(
                STORING.withSnapshots(1_000, 2L * value(8).length()));
        LearnerHarness byBytes =
                new LearnerHarness(settings, recovery(before(9), true), new Decisions()).start().register(0);
        byBytes.decide(10, value(9)).round();
        assertThat(byBytes.outputs(LearnerSnapshot.class)).extracting(LearnerSnapshot::instance).containsExactly(10L);
    }

    @Test
    void s8ARestartedLearnerGoesOnAfterWhatIsStoredAndDeliversNothingTwice() {
        for (boolean withSnapshot : new boolean[] {true, false}) {
            LearnerHarness after = harness(recovery(before(9), withSnapshot));
            assertThat(after.outputs(LearnerStarted.class)).singleElement()
                    .satisfies(started -> assertThat(started.first()).isEqualTo(10));
            assertThat(reported(after)).as("held by the store").isEqualTo(9);
            after.decide(10, value(3)).decide(11, value(9)).round();
            assertThat(after.outputs(Delivered.class)).extracting(Delivered::instance).containsExactly(10L, 11L);
            assertThat(Batches.texts(after.outputs(Delivered.class).get(0).runs())).isEmpty();
            assertThat(Batches.texts(after.outputs(Delivered.class).get(1).runs()))
                    .containsExactly("1/1#9@0=v9");
        }
    }

    @Test
    void whereAValueStandsThatWasDeliveredBeforeTheStartIsAnsweredAsUnknown() {
        LearnerHarness after = harness(recovery(before(9), true));
        NodeId client = NodeId.client(900);
        after.from(client, 900, new Locate(LOG, 5, SESSION, 4));
        assertThat(after.sentTo(client, Located.class)).singleElement()
                .satisfies(located -> assertThat(located.index()).isEqualTo(Located.UNKNOWN));
    }

    /** It has delivered in another log: to join this one would give positions another meaning. */
    @Test
    void aLearnerWithAStoreJoinsNoOtherLog() {
        LearnerHarness after = new LearnerHarness(SETTINGS, recovery(before(9), true), new Decisions()).start();
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            after.say(acceptor, new LearnerOk(new LogId(5), 0, 0, false));
        }
        after.round();
        assertThat(after.outputs(LearnerStopped.class)).extracting(LearnerStopped::reason)
                .containsExactly(LearnerStopped.Reason.OTHER_LOG);
    }

    /** S9: acceptors are told under another storage id, since of two reports under one the higher counts. */
    @Test
    void s9WhatCannotBeReadAnyMoreIsHeldNoMoreAndThatVoidsWhatWasReported() {
        LearnerHarness harness = before(6);
        harness.service(_ -> harness.learner.stored(6));
        assertThat(reported(harness)).isEqualTo(6);
        StorageId before = harness.sentToAcceptor(0, Report.class).getLast().storageId();
        StorageId renewed = new StorageId(before.generation() + 1, 77);
        StoreDamage damage = new StoreDamage(4, 5, "a bit flipped in 000012.sst");
        harness.service(_ -> harness.learner.storeDamaged(damage, renewed.random()));
        assertThat(reported(harness)).isEqualTo(3);
        assertThat(harness.sentToAcceptor(0, Report.class).getLast().storageId()).isEqualTo(renewed);
        assertThat(harness.learner.view(harness.now).damage()).contains("instances 4 to 5", "000012.sst");

        harness.decide(7, value(6)).round();
        assertThat(harness.deliveredInstances()).as("what comes is delivered").contains(7L);
        harness.service(_ -> harness.learner.stored(7));
        assertThat(reported(harness)).isEqualTo(3);
        harness.service(_ -> harness.learner.storeDamaged(damage.with(9), 78));
        assertThat(reported(harness)).isEqualTo(3);
        assertThat(harness.sentToAcceptor(0, Report.class).getLast().storageId()).as("nothing less is held")
                .isEqualTo(renewed);
    }

    @Test
    void s9AfterARestartDamageCountsFromTheBeginning() {
        LearnerRecovery sound = recovery(before(6), true);
        LearnerHarness harness = harness(new LearnerRecovery(sound.storageId(), LOG, sound.snapshot(), sound.since(),
                new StoreDamage(2, 2, "missing"), null));
        assertThat(reported(harness)).isEqualTo(1);
    }

    /** S13: a restart does not make a log right that differed from others'. */
    @Test
    void s13ALogInDoubtIsNotGoneOnWithAfterARestart() {
        LearnerRecovery sound = recovery(before(6), true);
        Doubt doubt = new Doubt(LearnerStopped.Reason.HASH_DIFFERS, "a majority agrees on another");
        LearnerHarness harness = new LearnerHarness(SETTINGS, new LearnerRecovery(sound.storageId(), LOG,
                sound.snapshot(), sound.since(), null, doubt), new Decisions()).start();
        assertThat(harness.outputs(LearnerStopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(LearnerStopped.Reason.HASH_DIFFERS);
            assertThat(stopped.delivered()).isEqualTo(6);
            assertThat(stopped.detail()).contains("start it on an empty directory", "a majority agrees on another");
        });
        harness.decide(7, value(6)).pass(5_000 * MILLIS);
        assertThat(harness.deliveredInstances()).isEmpty();
        assertThat(harness.sent(LearnerHi.class)).isEmpty();
        assertThat(harness.sent(Report.class)).isNotEmpty().allSatisfy(report -> {
            assertThat(report.held()).as("S9").isZero();
            assertThat(report.storageId()).as("which voids what was reported").isNotEqualTo(sound.storageId());
            assertThat(report.hashes()).as("others may be right by now").isEmpty();
        });
        assertThat(harness.learner.view(harness.now).state()).isEqualTo(LearnerView.State.HASH_DIFFERS);
        assertThat(harness.learner.view(harness.now).delivered()).isEqualTo(6);
    }
}
