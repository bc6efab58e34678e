package io.synod.learner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.synod.learner.Delivered;
import io.synod.learner.Doubt;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.LearnerStopped;
import io.synod.learner.StoreDamage;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.DiskFullException;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableLearnerStoreTests {

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("learner-0");
    }

    private static void requireReadable(StoreRig rig, List<Delivered> delivered) {
        for (Delivered instance : delivered) {
            assertThat(rig.store.read(instance.instance())).isEqualTo(instance);
        }
    }

    @Test
    void aNewStoreIsEmptyAndKeepsItsStorageId() {
        try (StoreRig rig = StoreRig.open(directory())) {
            assertThat(rig.recovered.storageId()).isEqualTo(StoreRig.STORAGE);
            assertThat(rig.recovered.logId()).isEqualTo(LogId.UNKNOWN);
            assertThat(rig.state.position()).isZero();
            assertThat(rig.store.first()).isEqualTo(1);
        }
        StoreIdentity another = StoreIdentity.draw("test", RoleType.LEARNER, 0, new StorageId(1, 9),
                new SplittableRandom(1));
        try (StoreRig rig = StoreRig.open(directory(), another)) {
            assertThat(rig.recovered.storageId()).isEqualTo(StoreRig.STORAGE);
        }
    }

    /** F02: whatever was said to be stored is there although the process was killed, sessions and order included. */
    @Test
    void whatWasStoredSurvivesAKillAndTheNextLifeGoesOn() {
        Path killed = temporary.resolve("killed");
        List<Delivered> delivered;
        LearnerSnapshot last;
        try (StoreRig rig = StoreRig.open(directory())) {
            delivered = rig.append(40, 100);
            rig.snapshot();
            delivered.addAll(rig.append(25, 3_000));
            rig.settle();
            requireReadable(rig, delivered);
            last = rig.state.snapshot(StoreRig.LOG);
            StoreRig.copy(directory(), killed);
        }
        try (StoreRig rig = StoreRig.open(killed)) {
            assertThat(rig.recovered.logId()).isEqualTo(StoreRig.LOG);
            assertThat(rig.state.snapshot(StoreRig.LOG)).isEqualTo(last);
            assertThat(rig.store.stored()).isEqualTo(65);
            requireReadable(rig, delivered);
            delivered.addAll(rig.append(10, 50));
            rig.settle();
            requireReadable(rig, delivered);
            assertThat(rig.store.read(76)).isNull();
        }
    }

    @Test
    void whatAnOpeningThatFailsHadOpenedIsFreeForTheNext() {
        List<Delivered> delivered;
        try (StoreRig rig = StoreRig.open(directory())) {
            delivered = rig.append(5, 10);
        }
        AtomicInteger openings = new AtomicInteger();
        DurableLearnerStore store = new DurableLearnerStore(directory(), StoreRig.identity("test", 0), StoreRig.ALL,
                () -> 1_000, _ -> {}, (engine, identity) -> {
                    if (openings.incrementAndGet() == 1) {
                        throw new IOException("EIO");
                    }
                    return RocksLogTable.open(engine, identity);
                });

        assertThatThrownBy(store::recover).isInstanceOf(StoreUnusableException.class).hasMessageContaining("EIO");
        assertThat(store.recover().since()).hasSize(5);
        assertThat(store.read(5)).isEqualTo(delivered.getLast());
        store.close();
    }

    @Test
    void whatWasHandedOverIsReadAtOnceAndIsThereAfterAnOrderlyEnd() {
        List<Delivered> delivered;
        try (StoreRig rig = StoreRig.open(directory())) {
            delivered = rig.append(500, 200);
            requireReadable(rig, delivered);
        }
        try (StoreRig rig = StoreRig.open(directory())) {
            assertThat(rig.state.position()).isEqualTo(500);
            requireReadable(rig, delivered);
        }
    }

    @Test
    void theNewestSnapshotAtOrBelowAPositionIsFound() {
        try (StoreRig rig = StoreRig.open(directory())) {
            rig.append(10, 10);
            LearnerSnapshot ten = rig.snapshot();
            rig.append(10, 10);
            LearnerSnapshot twenty = rig.snapshot();
            rig.append(10, 10);
            rig.settle();
            assertThat(rig.store.snapshotAtOrBelow(9)).isNull();
            assertThat(rig.store.snapshotAtOrBelow(19)).isEqualTo(ten);
            assertThat(rig.store.snapshotAtOrBelow(20)).isEqualTo(twenty);
            assertThat(rig.store.snapshotAtOrBelow(30)).isEqualTo(twenty);
        }
    }

    /** S12, L2: what goes, goes from the low end, up to a snapshot, and the first that is left is told. */
    @Test
    void retentionDropsTheOldestInstancesUpToASnapshot() {
        Retention retention = new Retention(100, Long.MAX_VALUE, Long.MAX_VALUE);
        try (StoreRig rig = StoreRig.open(directory(), retention)) {
            for (int i = 0; i < 20; i++) {
                rig.append(30, 20);
                rig.snapshot();
                rig.settle();
            }
            assertThat(rig.store.first()).isEqualTo(511);
            assertThat(rig.cutTo).as("told").isBetween(481L, 511L);
            assertThat(rig.store.read(510)).isNull();
            assertThat(rig.store.read(511)).isNotNull();
            assertThat(rig.store.snapshotAtOrBelow(509)).isNull();
            assertThat(rig.store.snapshotAtOrBelow(600)).isNotNull();
        }
        try (StoreRig rig = StoreRig.open(directory(), retention)) {
            assertThat(rig.store.first()).isEqualTo(511);
            assertThat(rig.state.position()).isEqualTo(600);
        }
    }

    /** S12: a restart is no reason to drop anything. */
    @Test
    void afterARestartRetentionDropsNoMoreThanBefore() {
        for (int life = 0; life < 3; life++) {
            try (StoreRig rig = StoreRig.open(directory())) {
                rig.append(10, 20);
                rig.snapshot();
                rig.settle();
                assertThat(rig.store.first()).as("in life %s", life).isEqualTo(1);
                assertThat(rig.store.read(1)).isNotNull();
            }
        }
    }

    @Test
    void whatASnapshotOfAPeerReplacesIsNotToldAsCutByRetention() {
        StoreRig before = StoreRig.open(directory());
        try (before) {
            before.append(10, 20);
            before.settle();
            before.store.restore(
                    new LearnerSnapshot(50, StoreRig.LOG, before.state.snapshot(StoreRig.LOG).state()));
        }
        assertThat(before.store.first()).isEqualTo(51);
        assertThat(before.cutTo).isZero();
        try (StoreRig after = StoreRig.open(directory())) {
            assertThat(after.state.position()).isEqualTo(50);
            assertThat(after.store.first()).isEqualTo(51);
        }
    }

    @Test
    void retentionCountsBytesAndAgeToo() {
        try (StoreRig rig = StoreRig.open(directory(), new Retention(Long.MAX_VALUE, 250_000, 5_000))) {
            for (int i = 0; i < 10; i++) {
                rig.append(10, 10_000);
                rig.snapshot();
            }
            rig.settle();
            assertThat(rig.store.first()).as("by bytes").isEqualTo(91);
            rig.wallMillis = 7_000;
            rig.append(10, 10);
            rig.snapshot();
            rig.settle();
            assertThat(rig.store.first()).as("by age").isEqualTo(101);
        }
    }

    /** L2: a state that is large, of many sessions and held values, takes its room from the log's. */
    @Test
    void snapshotsCountAmongTheBytesThatAreKept() {
        int snapshotBytes = 100_000;
        long bytesMax = 1_000_000;
        List<Long> snapshots = new ArrayList<>();
        try (StoreRig rig = StoreRig.open(directory(), new Retention(Long.MAX_VALUE, bytesMax, Long.MAX_VALUE))) {
            for (int i = 0; i < 20; i++) {
                rig.append(10, 10_000);
                rig.store.snapshot(new LearnerSnapshot(rig.state.position(), StoreRig.LOG,
                        Bytes.wrap(new byte[snapshotBytes])));
                snapshots.add(rig.state.position());
                rig.settle();
            }
            rig.append(1);
            rig.settle();
            long kept = snapshots.stream().map(rig.store::snapshotAtOrBelow).filter(Objects::nonNull)
                    .map(LearnerSnapshot::instance).distinct().count() * snapshotBytes;
            for (long instance = rig.store.first(); instance <= rig.store.stored(); instance++) {
                kept += LogRecords.length(Objects.requireNonNull(rig.store.read(instance)));
            }
            assertThat(kept).isBetween(bytesMax / 2, bytesMax);
        }
    }

    /** Returns what a store held of which a bit in the middle of its only table has flipped since. */
    private List<Delivered> storeWithAFlippedBit() throws Exception {
        List<Delivered> delivered;
        try (StoreRig rig = StoreRig.open(directory())) {
            delivered = rig.append(200, 500);
            rig.snapshot();
        }
        Path file = StoreRig.file(directory(), ".sst");
        StoreRig.flipBit(file, Files.size(file) / 2);
        return delivered;
    }

    /** S9: without its note the next life would report again what this one has taken back. */
    @Test
    void whatCouldNotBeNotedIsNotedOnceItCan() throws Exception {
        List<Delivered> delivered = storeWithAFlippedBit();
        // The note is written under this name, and moved.
        Path inTheWay = Files.createDirectories(directory().resolve("store").resolve("unreadable.new"));
        StoreDamage damage;
        try (StoreRig rig = StoreRig.open(directory())) {
            assertThat(delivered).as("some cannot be read")
                    .anySatisfy(instance -> assertThatThrownBy(() -> rig.store.read(instance.instance()))
                            .isInstanceOf(RecordDamagedException.class));
            damage = Objects.requireNonNull(rig.store.damage());
            await().untilAsserted(() -> assertThat(rig.damaged).as("told").isEqualTo(damage));
            assertThat(directory().resolve("store").resolve("unreadable")).doesNotExist();
            Files.delete(inTheWay);
            await().until(() -> Files.isRegularFile(directory().resolve("store").resolve("unreadable")));
        }
        try (StoreRig rig = StoreRig.open(directory())) {
            assertThat(rig.recovered.damage()).isEqualTo(damage);
        }
    }

    /** F04: what a reader finds damaged long after the start is known from then on, here and at the next start; the rest goes on. */
    @Test
    void whatAReaderFindsDamagedIsRememberedAndTheStoreGoesOn() throws Exception {
        List<Delivered> delivered = storeWithAFlippedBit();
        Path file = StoreRig.file(directory(), ".sst");
        StoreDamage damage;
        try (StoreRig rig = StoreRig.open(directory())) {
            assertThat(rig.recovered.damage()).isNull();
            assertThat(rig.recovered.storageId()).isEqualTo(StoreRig.STORAGE);
            List<Long> lost = new ArrayList<>();
            for (Delivered instance : delivered) {
                try {
                    assertThat(rig.store.read(instance.instance())).isEqualTo(instance);
                } catch (RecordDamagedException e) {
                    lost.add(e.instance());
                    assertThat(e).hasMessageContaining(file.getFileName().toString()).hasMessageContaining("offset");
                }
            }
            assertThat(lost).isNotEmpty().hasSizeLessThan(50);
            damage = Objects.requireNonNull(rig.store.damage());
            assertThat(damage.first()).isEqualTo(lost.getFirst());
            assertThat(damage.last()).isEqualTo(lost.getLast());
            assertThat(damage.text()).contains(file.getFileName().toString(), "offset");
            delivered = rig.append(10, 50);
            rig.settle();
            requireReadable(rig, delivered);
            await().untilAsserted(() -> assertThat(rig.damaged).as("told").isEqualTo(damage));
        }
        StoreIdentity another = StoreIdentity.draw("test", RoleType.LEARNER, 0, new StorageId(1, 9),
                new SplittableRandom(1));
        try (StoreRig rig = StoreRig.open(directory(), another)) {
            assertThat(rig.recovered.damage()).isEqualTo(damage);
            assertThat(rig.recovered.storageId()).as("what was reported is void").isEqualTo(another.storageId());
            assertThat(rig.store.damage()).isEqualTo(damage);
            assertThat(rig.state.position()).isEqualTo(210);
        }
    }

    @Test
    void aDoubtIsRememberedAlsoWhenTheProcessEndsAtOnce() {
        Doubt doubt = new Doubt(LearnerStopped.Reason.HASH_DIFFERS, "the hash differs;\na majority has another");
        try (StoreRig rig = StoreRig.open(directory())) {
            rig.append(5, 10);
            rig.store.doubt(doubt);
        }
        for (int life = 0; life < 2; life++) {
            try (StoreRig rig = StoreRig.open(directory())) {
                assertThat(rig.recovered.doubt()).isEqualTo(
                        new Doubt(LearnerStopped.Reason.HASH_DIFFERS, "the hash differs; a majority has another"));
                assertThat(rig.state.position()).isEqualTo(5);
            }
        }
    }

    /** F21: whenever the process dies, the next start finds one complete state or another. */
    @Test
    void aKillInTheMiddleOfSnapshotsAndRetentionLeavesAStateThatIsComplete() {
        Retention retention = new Retention(50, Long.MAX_VALUE, Long.MAX_VALUE);
        try (StoreRig rig = StoreRig.open(directory(), retention)) {
            for (int i = 0; i < 12; i++) {
                rig.append(30, 2_000);
                rig.snapshot();
                if (i % 2 == 0) {
                    rig.settle();
                }
                long stored = rig.store.stored();
                Path killed = StoreRig.copy(directory(), temporary.resolve("killed-" + i));
                try (StoreRig after = StoreRig.open(killed, retention)) {
                    assertThat(after.state.position()).isGreaterThanOrEqualTo(stored);
                    for (long at = after.store.first(); at <= after.store.stored(); at++) {
                        assertThat(after.store.read(at)).isNotNull();
                    }
                }
            }
        }
    }

    /** F03: the last commit was under way, and its bytes are there in part. */
    @Test
    void aTornTailIsCutAndTheStoreGoesOn() throws IOException {
        try (StoreRig rig = StoreRig.open(directory())) {
            rig.append(20, 100);
            rig.settle();
            long before = Files.size(StoreRig.file(directory(), ".log"));
            rig.append(100_000);
            rig.settle();
            long after = Files.size(StoreRig.file(directory(), ".log"));
            for (long end : new long[] {before + 1, before + 50, (before + after) / 2, after - 1}) {
                Path torn = StoreRig.copy(directory(), temporary.resolve("torn-" + end));
                byte[] bytes = Files.readAllBytes(StoreRig.file(torn, ".log"));
                Files.write(StoreRig.file(torn, ".log"), Arrays.copyOf(bytes, (int) end));
                for (int life = 0; life < 3; life++) {
                    try (StoreRig again = StoreRig.open(torn)) {
                        assertThat(again.state.position()).isEqualTo(20 + life);
                        again.append(10);
                        again.settle();
                    }
                }
            }
        }
    }

    /** F04: in the log of writes, wherever it is but in the last commit. */
    @Test
    void aFlippedBitInTheMiddleRefusesEveryStart() throws IOException {
        try (StoreRig rig = StoreRig.open(directory())) {
            for (int i = 0; i < 12; i++) {
                rig.append(4, 2_000);
                rig.settle();
            }
            long length = Files.size(StoreRig.file(directory(), ".log"));
            for (int part = 0; part < 10; part++) {
                long offset = 400 + part * (length - 20_000) / 10;
                Path flipped = StoreRig.copy(directory(), temporary.resolve("flipped-" + offset));
                StoreRig.flipBit(StoreRig.file(flipped, ".log"), offset);
                for (int start = 0; start < 2; start++) {
                    assertThatThrownBy(() -> StoreRig.open(flipped)).as("bit at %s, start %s", offset, start)
                            .isInstanceOf(StoreUnusableException.class)
                            .hasMessageContaining("the store in " + flipped + " is damaged");
                }
            }
        }
    }

    /** F04: where the log is sorted already, a damaged part is refused when it is needed, and never taken for an end. */
    @Test
    void aFlippedBitInASortedFileIsRefusedByTheReplayOrByWhoReadsIt() throws IOException {
        try (StoreRig rig = StoreRig.open(directory())) {
            rig.append(200, 500);
        }
        Path file = StoreRig.file(directory(), ".sst");
        for (int part = 1; part < 10; part++) {
            Path flipped = StoreRig.copy(directory(), temporary.resolve("flipped-" + part));
            StoreRig.flipBit(flipped.resolve(directory().relativize(file).toString()), part * Files.size(file) / 10);
            assertThatThrownBy(() -> StoreRig.open(flipped)).isInstanceOf(StoreUnusableException.class)
                    .hasMessageContaining("is damaged");
        }
    }

    @Test
    void aForeignDirectoryOrOneInUseIsRefused() {
        try (StoreRig _ = StoreRig.open(directory())) {
            assertThatThrownBy(() -> StoreRig.open(directory())).isInstanceOf(StoreUnusableException.class)
                    .hasMessageContaining(
                            "paxos.learner.data-directory is '" + directory() + "', which another process");
        }
        assertThatThrownBy(() -> StoreRig.open(directory(), StoreRig.identity("theirs", 1)))
                .isInstanceOf(StoreUnusableException.class)
                .hasMessageContaining("holds the store of learner 0 of cluster 'test'; this is learner 1 of cluster"
                        + " 'theirs'");
    }

    /** F05: nothing is stored any more, that is told until it is heard, and the store is refused. */
    @Test
    void afterACommitThatFailedNothingIsStoredAndTheStoreIsRefused() throws InterruptedException {
        try (StoreRig rig = StoreRig.open(directory(), (path, identity) -> new FailingLogTable(
                RocksLogTable.open(path, identity), 2, new IOException("EIO")))) {
            // One alone, since of several the first may have its own commit.
            rig.append(1, 10);
            rig.settle();
            rig.append(5, 10);
            assertThat(rig.awaitFailure()).contains("EIO");
            assertThat(rig.store.stored()).isEqualTo(1);
            assertThat(rig.store.failure()).contains("EIO");
            rig.append(5, 10);
        }
        assertThatThrownBy(() -> StoreRig.open(directory())).isInstanceOf(StoreUnusableException.class)
                .hasMessageContaining("must not be used any more: a commit failed: java.io.IOException: EIO");
    }

    /** F06: what found no room puts nothing in doubt that was stored. */
    @Test
    void afterAFullDiskTheNextStartGoesOn() throws InterruptedException {
        try (StoreRig rig = StoreRig.open(directory(), (path, identity) -> new FailingLogTable(
                RocksLogTable.open(path, identity), 2, new DiskFullException("no space", new IOException())))) {
            rig.append(1, 10);
            rig.settle();
            rig.append(5, 10);
            rig.awaitFailure();
        }
        try (StoreRig rig = StoreRig.open(directory())) {
            assertThat(rig.state.position()).isEqualTo(1);
        }
    }
}
