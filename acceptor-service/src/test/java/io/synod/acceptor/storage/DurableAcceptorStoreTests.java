package io.synod.acceptor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorReplay;
import io.synod.acceptor.AcceptorWrite;
import io.synod.acceptor.RejoinState;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import io.synod.runtime.StoreUnusableException;
import io.synod.storage.CommitTag;
import io.synod.storage.DiskFullException;
import io.synod.storage.StoreFiles;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableAcceptorStoreTests {

    private record OfAnotherRole() implements Write {}

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("acceptor-0");
    }

    @Test
    void aNewStoreIsEmptyAndKeepsItsStorageId() {
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.recovered).isEqualTo(AcceptorRecovery.empty(StoreBench.STORAGE));
        }
        StoreIdentity another =
                new StoreIdentity("test", RoleType.ACCEPTOR, 0, new StorageId(1, 5), new CommitTag(1, 2));
        DurableAcceptorStore again = new DurableAcceptorStore(directory(), another, RocksTable::open);
        assertThat(again.recover()).isEqualTo(AcceptorRecovery.empty(StoreBench.STORAGE));
        again.close();
    }

    @Test
    void whatAnOpeningThatFailsHadOpenedIsFreeForTheNext() {
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.commit(new AcceptorWrite.Promised(new Ballot(1, 0, 1)))).startsWith("committed");
        }
        List<AcceptorTable> opened = new ArrayList<>();
        StoreIdentity fresh =
                new StoreIdentity("test", RoleType.ACCEPTOR, 0, StoreBench.STORAGE, new CommitTag(1, 2));
        DurableAcceptorStore store = new DurableAcceptorStore(directory(), fresh, (engine, identity) -> {
            AcceptorTable table = RocksTable.open(engine, identity);
            opened.add(table);
            return opened.size() == 1 ? new UnreadableTable(table) : table;
        });

        assertThatThrownBy(store::recover).isInstanceOf(StoreUnusableException.class).hasMessageContaining("EIO");
        assertThat(store.recover().promised()).isEqualTo(new Ballot(1, 0, 1));
        store.close();
    }

    /** Cannot be read, and so can only be closed. */
    private record UnreadableTable(AcceptorTable table) implements AcceptorTable {

        @Override
        public Loaded load() throws IOException {
            throw new IOException("EIO");
        }

        @Override
        public void commit(long commit, List<AcceptorWrite> writes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reclaim(long trimPoint) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void settle() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            table.close();
        }
    }

    @Test
    void everyKindOfWriteIsThereAfterARestart() {
        Ballot higher = new Ballot(4, 0, -7);
        List<AcceptorWrite> writes = List.of(new AcceptorWrite.StorageNoted(2, new StorageId(1, -2)),
                new AcceptorWrite.StorageNoted(0, StoreBench.STORAGE),
                new AcceptorWrite.StorageNoted(1, new StorageId(3, 4)),
                new AcceptorWrite.LogFormed(new LogId(-99)), new AcceptorWrite.Promised(new Ballot(1, 0, 1)),
                StoreBench.accepted(1, 0), StoreBench.accepted(2, 64), StoreBench.accepted(3, 200_000),
                StoreBench.accepted(Long.MAX_VALUE - 1, 10), new AcceptorWrite.TrimAdvanced(1),
                new AcceptorWrite.Promised(higher),
                new AcceptorWrite.ValueAccepted(2, higher, Bytes.ofUtf8("another")));
        AcceptorReplay replay = new AcceptorReplay(StoreBench.STORAGE);
        writes.forEach(replay::apply);

        try (StoreBench bench = StoreBench.open(directory())) {
            for (AcceptorWrite write : writes) {
                assertThat(bench.commit(write)).startsWith("committed");
            }
        }
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.recovered).isEqualTo(replay.recovery());
            assertThat(bench.commit(new AcceptorWrite.TrimAdvanced(2))).isEqualTo("committed 1");
        }
        replay.apply(new AcceptorWrite.TrimAdvanced(2));
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.recovered).isEqualTo(replay.recovery());
        }
    }

    @Test
    void aStoreThatRejoinsRemembersHowFarItHasCome() {
        Ballot above = new Ballot(2, 1, 3);
        LogId log = new LogId(77);
        StorageId later = new StorageId(4, -9);
        List<AcceptorWrite> writes = List.of(new AcceptorWrite.StorageNoted(1, new StorageId(1, 8)),
                new AcceptorWrite.Renewed(new StorageId(2, 6)), new AcceptorWrite.Renewed(later),
                new AcceptorWrite.Admitted(above, log, List.of(later, new StorageId(3, 3), new StorageId(1, 2))),
                new AcceptorWrite.TrimAdopted(4), StoreBench.accepted(5, 10),
                new AcceptorWrite.PeerRenewed(2, new StorageId(2, 2)), new AcceptorWrite.Rejoined(log),
                new AcceptorWrite.Renewed(new StorageId(5, 1)));
        AcceptorReplay replay = new AcceptorReplay(StoreBench.STORAGE);
        for (AcceptorWrite write : writes) {
            replay.apply(write);
            try (StoreBench bench = StoreBench.open(directory())) {
                assertThat(bench.commit(write)).isEqualTo("committed 1");
            }
            try (StoreBench bench = StoreBench.open(directory())) {
                assertThat(bench.recovered).isEqualTo(replay.recovery());
            }
        }
        assertThat(replay.recovery().rejoin()).isEqualTo(RejoinState.admitted(above, log));
    }

    @Test
    void aWholeGroupIsOneCommitAndTheBallotOfAnAcceptIsPromised() {
        try (StoreBench bench = StoreBench.open(directory())) {
            List<Write> group = new ArrayList<>();
            for (int instance = 1; instance <= 500; instance++) {
                group.add(StoreBench.accepted(instance, 100));
                group.add(new OfAnotherRole());
            }
            assertThat(bench.commit(group)).isEqualTo("committed 1");
            assertThat(bench.commit(new OfAnotherRole())).isEqualTo("committed 2");
        }
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.recovered.accepted()).hasSize(500);
            assertThat(bench.recovered.promised()).isEqualTo(StoreBench.BALLOT);
        }
    }

    /** F01: what was reported is there although the process was killed. */
    @Test
    void whatWasReportedSurvivesAKill() {
        try (StoreBench bench = StoreBench.open(directory())) {
            for (int instance = 1; instance <= 50; instance++) {
                bench.commit(StoreBench.accepted(instance, 1_000));
            }
            Path killed = StoreBench.copy(directory(), temporary.resolve("killed"));
            try (StoreBench after = StoreBench.open(killed)) {
                assertThat(after.recovered.accepted()).hasSize(50);
                assertThat(after.recovered.promised()).isEqualTo(StoreBench.BALLOT);
            }
        }
    }

    /** The borders of the log's blocks fall on every part of a commit. */
    @Test
    void aLogOfManySmallCommitsIsNotTakenForADamagedOne() {
        int commits = 8_000;
        try (StoreBench bench = StoreBench.open(directory())) {
            for (int instance = 1; instance <= commits; instance++) {
                bench.commit(StoreBench.accepted(instance, instance % 3));
            }
            Path killed = StoreBench.copy(directory(), temporary.resolve("killed"));
            try (StoreBench after = StoreBench.open(killed)) {
                assertThat(after.recovered.accepted()).hasSize(commits);
            }
        }
    }

    /** F03, F02: the last commit was under way, and its bytes are there in part, or garbled. */
    @Test
    void aTornTailIsCutAndTheStoreGoesOn() throws IOException {
        try (StoreBench bench = StoreBench.open(directory())) {
            for (int instance = 1; instance <= 20; instance++) {
                bench.commit(StoreBench.accepted(instance, 100));
            }
            long before = Files.size(StoreBench.log(directory()));
            bench.commit(StoreBench.accepted(21, 100_000));
            long after = Files.size(StoreBench.log(directory()));
            for (long end : new long[] {before + 1, before + 50, (before + after) / 2, after - 1}) {
                Path torn = StoreBench.copy(directory(), temporary.resolve("torn-" + end));
                byte[] bytes = Files.readAllBytes(StoreBench.log(torn));
                Files.write(StoreBench.log(torn), Arrays.copyOf(bytes, (int) end));
                requireInstancesAndGoOn(torn, 20);
            }
            Path garbled = StoreBench.copy(directory(), temporary.resolve("garbled"));
            StoreBench.flipBit(StoreBench.log(garbled), (before + after) / 2);
            requireInstancesAndGoOn(garbled, 20);
        }
    }

    /** F21: the bytes of the trim are there in part, wherever they end. */
    @Test
    void aKillInTheMiddleOfATrimLeavesTheStateBeforeOrAfterIt() throws IOException {
        try (StoreBench bench = StoreBench.open(directory())) {
            for (int instance = 1; instance <= 20; instance++) {
                bench.commit(StoreBench.accepted(instance, 100));
            }
            long before = Files.size(StoreBench.log(directory()));
            bench.commit(new AcceptorWrite.TrimAdvanced(15));
            long after = Files.size(StoreBench.log(directory()));
            for (long end : new long[] {before, before + 1, (before + after) / 2, after - 1, after}) {
                Path torn = StoreBench.copy(directory(), temporary.resolve("trimmed-" + end));
                Files.write(StoreBench.log(torn),
                        Arrays.copyOf(Files.readAllBytes(StoreBench.log(torn)), (int) end));
                boolean whole = end == after;
                try (StoreBench restarted = StoreBench.open(torn)) {
                    assertThat(restarted.recovered.trimPoint()).as("torn at %s", end).isEqualTo(whole ? 15 : 0);
                    assertThat(restarted.recovered.accepted()).as("torn at %s", end).hasSize(whole ? 5 : 20);
                }
            }
        }
    }

    private static void requireInstancesAndGoOn(Path directory, int instances) {
        for (int life = 0; life < 3; life++) {
            try (StoreBench bench = StoreBench.open(directory)) {
                assertThat(bench.recovered.accepted()).hasSize(instances + life);
                assertThat(bench.commit(StoreBench.accepted(instances + life + 1, 10))).isEqualTo("committed 1");
            }
        }
    }

    /** F04: in the log of writes, wherever it is but in the last commit. */
    @Test
    void aFlippedBitInTheMiddleOfTheLogRefusesEveryStartAndSaysWhereItIs() throws IOException {
        try (StoreBench bench = StoreBench.open(directory())) {
            for (int instance = 1; instance <= 40; instance++) {
                bench.commit(StoreBench.accepted(instance, 2_000));
            }
            long length = Files.size(StoreBench.log(directory()));
            for (int part = 0; part < 20; part++) {
                // The first bytes hold records of the engine's own; the last commit may be torn.
                long offset = 200 + part * (length - 6_000) / 20;
                Path flipped = StoreBench.copy(directory(), temporary.resolve("flipped-" + offset));
                Path log = StoreBench.log(flipped);
                StoreBench.flipBit(log, offset);
                for (int start = 0; start < 2; start++) {
                    assertThatThrownBy(() -> StoreBench.open(flipped)).as("bit at %s, start %s", offset, start)
                            .isInstanceOf(StoreUnusableException.class)
                            .hasMessageContaining("the store in " + flipped + " is damaged")
                            .satisfies(
                                    refused -> requireOffsetWithin(String.valueOf(refused.getMessage()), log, offset));
                }
            }
        }
    }

    private static void requireOffsetWithin(String message, Path log, long offset) {
        Matcher said = Pattern.compile(Pattern.quote(log + ", between offset ") + "(\\d+) and offset (\\d+)")
                .matcher(message);
        assertThat(said.find()).as(message).isTrue();
        assertThat(offset).as(message).isBetween(Long.parseLong(said.group(1)),
                Long.parseLong(said.group(2)) + CommitTag.BYTES);
    }

    /** F04: in any of the files that a clean stop leaves, a bit is noticed or does not matter. */
    @Test
    void aFlippedBitAnywhereElseIsRefusedOrChangesNothing() throws IOException {
        AcceptorRecovery whole;
        try (StoreBench bench = StoreBench.open(directory())) {
            for (int instance = 1; instance <= 30; instance++) {
                bench.commit(StoreBench.accepted(instance, 300));
            }
        }
        try (StoreBench bench = StoreBench.open(directory())) {
            whole = bench.recovered;
        }
        int refused = 0;
        for (Path file : StoreBench.engineFiles(directory(), "")) {
            long length = Files.size(file);
            for (int part = 0; length > 0 && part < 6; part++) {
                long offset = part * length / 6;
                Path flipped = StoreBench.copy(directory(), temporary.resolve(file.getFileName() + "-" + part));
                StoreBench.flipBit(flipped.resolve(directory().relativize(file).toString()), offset);
                try (StoreBench bench = StoreBench.open(flipped)) {
                    assertThat(bench.recovered).as("%s at %s", file, offset).isEqualTo(whole);
                } catch (StoreUnusableException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(5);
    }

    @Test
    void aSecondHolderIsRefusedAndToldWhereAndWhoHasIt() {
        try (StoreBench _ = StoreBench.open(directory())) {
            assertThatThrownBy(() -> StoreBench.open(directory())).isInstanceOf(StoreUnusableException.class)
                    .hasMessageContaining("paxos.acceptor.data-directory is '" + directory() + "'")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        StoreBench.open(directory()).close();
    }

    @Test
    void aForeignDirectoryIsRefused() {
        StoreBench.openAs(directory(), "mine", 1).close();
        assertThatThrownBy(() -> StoreBench.openAs(directory(), "theirs", 1))
                .isInstanceOf(StoreUnusableException.class)
                .hasMessageContaining(
                        "holds the store of acceptor 1 of cluster 'mine'; this is acceptor 1 of cluster 'theirs'");
        assertThatThrownBy(() -> StoreBench.openAs(directory(), "mine", 2))
                .isInstanceOf(StoreUnusableException.class).hasMessageContaining("this is acceptor 2");
        StoreBench.openAs(directory(), "mine", 1).close();
    }

    /** S10: never start empty after a read error. */
    @Test
    void aStoreOfWhichAPartIsMissingIsNotTakenForANewOne() throws IOException {
        for (String part : List.of("engine", "identity.properties", "engine/CURRENT", "engine/MANIFEST")) {
            Path directory = temporary.resolve("without-" + part.replace('/', '-'));
            try (StoreBench bench = StoreBench.open(directory)) {
                bench.commit(StoreBench.accepted(1, 10));
            }
            for (Path file : part.endsWith("MANIFEST")
                    ? StoreBench.engineFiles(directory, "").stream()
                            .filter(file -> file.toString().contains("MANIFEST")).toList()
                    : List.of(directory.resolve("store").resolve(part))) {
                StoreFiles.deleteTree(file);
            }
            assertThatThrownBy(() -> StoreBench.open(directory)).as(part).isInstanceOf(StoreUnusableException.class)
                    .hasMessageContaining(directory.toString());
        }
    }

    @Test
    void aStoreThatWasNotFinishedIsMadeAnew() throws IOException {
        Path forming = Files.createDirectories(directory().resolve("store.forming").resolve("engine"));
        Files.writeString(forming.resolve("CURRENT"), "half");
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.commit(StoreBench.accepted(1, 10))).isEqualTo("committed 1");
        }
    }

    @Test
    void aPathThatCannotBeADirectoryIsRefusedByName() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThatThrownBy(() -> StoreBench.open(file)).isInstanceOf(StoreUnusableException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("paxos.acceptor.data-directory");
    }

    /** F05, S2: no commit is tried again, and no later start votes from the store. */
    @Test
    void afterACommitThatFailedNothingIsCommittedAndTheStoreIsRefused() {
        FailingTable[] failing = new FailingTable[1];
        try (StoreBench bench = StoreBench.open(directory(), (path, identity) -> failing[0] =
                new FailingTable(RocksTable.open(path, identity), 3, new IOException("EIO")))) {
            assertThat(bench.commit(StoreBench.accepted(1, 10))).isEqualTo("committed 1");
            assertThat(bench.commit(StoreBench.accepted(2, 10))).isEqualTo("committed 2");
            assertThat(bench.commit(StoreBench.accepted(3, 10))).isEqualTo("failed 3: EIO");
            assertThat(bench.commit(StoreBench.accepted(4, 10))).startsWith("failed 4: an earlier commit failed");
            assertThat(failing[0].tries).as("no retry").isEqualTo(3);
        }
        assertThatThrownBy(() -> StoreBench.open(directory())).isInstanceOf(StoreUnusableException.class)
                .hasMessageContaining("must not be used any more: a commit failed: java.io.IOException: EIO");
    }

    /** F06: what was not written because the disk was full puts nothing in doubt that was. */
    @Test
    void afterAFullDiskTheNextStartGoesOn() {
        try (StoreBench bench = StoreBench.open(directory(), (path, identity) -> new FailingTable(
                RocksTable.open(path, identity), 2, new DiskFullException("no space", new IOException())))) {
            assertThat(bench.commit(StoreBench.accepted(1, 10))).isEqualTo("committed 1");
            assertThat(bench.commit(StoreBench.accepted(2, 10))).isEqualTo("failed 2: no space");
            assertThat(bench.commit(StoreBench.accepted(3, 10))).startsWith("failed 3");
        }
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.recovered.accepted()).hasSize(1);
        }
    }

    @Test
    void aWriteThatGoesBackIsNeverMadeDurable() {
        try (StoreBench bench = StoreBench.open(directory())) {
            bench.commit(StoreBench.accepted(1, 10));
            assertThat(bench.commit(new AcceptorWrite.Promised(new Ballot(2, 0, 0)))).contains("rule S1 is broken");
        }
    }

    @Test
    void trimGivesTheRoomBack() {
        try (StoreBench bench = StoreBench.open(directory())) {
            int instances = 1_600;
            for (int instance = 1; instance <= instances; instance++) {
                bench.commit(StoreBench.accepted(instance, 64 << 10));
            }
            long full = bench.usedBytes();
            assertThat(full).isGreaterThan(100L << 20);
            bench.commit(new AcceptorWrite.TrimAdvanced(instances));
            for (int instance = instances + 1; instance <= instances + 600; instance++) {
                bench.commit(StoreBench.accepted(instance, 64 << 10));
                bench.commit(new AcceptorWrite.TrimAdvanced(instance));
            }
            assertThat(bench.usedBytes()).isLessThan(full * 3 / 4);
        }
        try (StoreBench bench = StoreBench.open(directory())) {
            assertThat(bench.recovered.trimPoint()).isEqualTo(2_200);
            assertThat(bench.recovered.accepted()).isEmpty();
        }
    }
}
