package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorWrite;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.StorageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An acceptor's state in RocksDB: a column family with a record for each accepted instance, and one with the rest ({@link
 * StateRecords}). A commit is one batch, synced in the log of writes; log files are used again, so that a sync need not wait
 * for a file to grow. That goes with point-in-time recovery alone, which cuts the log at the first record that it cannot
 * read; {@link StoreDirectory#reached} tells a torn log from a damaged one.
 */
final class RocksTable implements AcceptorTable {

    /** What is kept in memory before it goes to a sorted file, and so about what a start has to replay. */
    private static final long MEMTABLE_BYTES = 16 << 20;
    private static final int MEMTABLES_MAX = 3;
    private static final int LOGS_RECYCLED = 2;
    /** Written out early while a sorted file is made, so that its end does not hold up the syncs of commits. */
    private static final long BYTES_PER_SYNC = 1 << 20;
    private static final byte[] ACCEPTED = {'a', 'c', 'c', 'e', 'p', 't', 'e', 'd'};
    private static final int VALUE_BUFFER_BYTES = 1 << 16;

    private final StoreIdentity identity;
    private final CommitTag tag;
    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteBatch batch = new WriteBatch();
    private final RocksDB db;
    private final ColumnFamilyHandle state;
    private final ColumnFamilyHandle accepted;
    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BUFFER_BYTES);
    private Ballot promised = Ballot.NONE;

    private RocksTable(Path directory, StoreIdentity identity, boolean create) throws RocksDBException {
        this.identity = identity;
        this.tag = identity.tag();
        options = new DBOptions().setCreateIfMissing(create).setCreateMissingColumnFamilies(create)
                .setErrorIfExists(create)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery).setRecycleLogFileNum(LOGS_RECYCLED)
                .setAtomicFlush(true).setBytesPerSync(BYTES_PER_SYNC)
                // A commit that failed is never tried again (rule S2).
                .setMaxBgErrorResumeCount(0)
                .setStatsDumpPeriodSec(0).setStatsPersistPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setKeepLogFileNum(2);
        // Not compressed: clients' bytes seldom are worth it, and marks of commits must be found in the files.
        familyOptions = new ColumnFamilyOptions().setCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(MEMTABLE_BYTES).setMaxWriteBufferNumber(MEMTABLES_MAX);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        db = RocksDB.open(options, directory.toString(),
                List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
                        new ColumnFamilyDescriptor(ACCEPTED, familyOptions)),
                handles);
        state = handles.get(0);
        accepted = handles.get(1);
    }

    /** Makes an empty engine that knows whose it is. */
    static void make(Path directory, StoreIdentity identity) throws IOException {
        loadLibrary(directory.resolveSibling("native"));
        try (RocksTable table = new RocksTable(directory, identity, true)) {
            table.batch.put(table.state, StateRecords.IDENTITY, StateRecords.identity(identity));
            table.batch.put(table.state, StateRecords.COMMIT, identity.tag().mark(0));
            table.db.write(table.synced, table.batch);
        } catch (RocksDBException e) {
            throw failed("cannot be made", e);
        }
    }

    /** Opens an engine that is there. */
    static RocksTable open(Path directory, StoreIdentity identity) throws IOException {
        loadLibrary(directory.resolveSibling("native"));
        try {
            RocksTable table = new RocksTable(directory, identity, false);
            byte[] owner = table.db.get(table.state, StateRecords.IDENTITY);
            if (!Arrays.equals(owner, StateRecords.identity(identity))) {
                table.close();
                throw new IOException("its files belong to another store than identity.properties says");
            }
            return table;
        } catch (RocksDBException e) {
            throw failed("cannot be opened", e);
        }
    }

    /** RocksDB unpacks its native code at each start, and would leave it with the system's temporary files when killed. */
    private static void loadLibrary(Path directory) throws IOException {
        Files.createDirectories(directory);
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    }

    private static IOException failed(String what, RocksDBException cause) {
        Status status = cause.getStatus();
        if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
            return new DiskFullException("the disk is full: " + cause.getMessage(), cause);
        }
        return new IOException("RocksDB " + what + ": " + cause.getMessage(), cause);
    }

    @Override
    public Loaded load() throws IOException {
        try (ReadOptions all = new ReadOptions().setFillCache(false).setVerifyChecksums(true)) {
            StateRecords records = new StateRecords(tag);
            try (RocksIterator iterator = db.newIterator(state, all)) {
                for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                    records.add(iterator.key(), iterator.value());
                }
                iterator.status();
            }
            try (RocksIterator iterator = db.newIterator(accepted, all)) {
                for (iterator.seek(instanceKey(records.trimPoint() + 1)); iterator.isValid(); iterator.next()) {
                    records.addAccepted(iterator.key(), iterator.value());
                }
                iterator.status();
            }
            Loaded loaded = records.loaded(identity.storageId());
            promised = loaded.recovery().promised();
            return loaded;
        } catch (RocksDBException e) {
            throw failed("cannot be read", e);
        }
    }

    @Override
    public void commit(long commit, List<AcceptorWrite> writes) throws IOException {
        try {
            batch.clear();
            batch.put(state, StateRecords.COMMIT, tag.mark(commit));
            Ballot before = promised;
            for (AcceptorWrite write : writes) {
                put(write);
            }
            if (!promised.equals(before)) {
                batch.put(state, StateRecords.PROMISED, StateRecords.ballot(promised));
            }
            db.write(synced, batch);
        } catch (RocksDBException e) {
            throw failed("cannot commit", e);
        }
    }

    private void put(AcceptorWrite write) throws RocksDBException {
        switch (write) {
            case AcceptorWrite.Promised(Ballot ballot) -> promised = ballot;
            case AcceptorWrite.ValueAccepted(long instance, Ballot ballot, Bytes bytes) -> {
                promised = ballot;
                putAccepted(instance, ballot, bytes);
            }
            case AcceptorWrite.StorageNoted(int acceptorId, StorageId storageId) ->
                    batch.put(state, StateRecords.notedKey(acceptorId), StateRecords.storageId(storageId));
            case AcceptorWrite.LogFormed(var logId) ->
                    batch.put(state, StateRecords.LOG, StateRecords.number(logId.value()));
            case AcceptorWrite.TrimAdvanced(long trimPoint) -> putTrim(trimPoint);
            case AcceptorWrite.TrimAdopted(long trimPoint) -> putTrim(trimPoint);
            case AcceptorWrite.PeerRenewed(int acceptorId, StorageId storageId) ->
                    batch.put(state, StateRecords.notedKey(acceptorId), StateRecords.storageId(storageId));
            case AcceptorWrite.Renewed(StorageId storageId) ->
                    batch.put(state, StateRecords.RENEWED, StateRecords.storageId(storageId));
            case AcceptorWrite.Admitted(Ballot above, var logId, List<StorageId> noted) -> {
                promised = above;
                batch.put(state, StateRecords.ADMITTED, StateRecords.admitted(above, logId));
                for (int id = 0; id < noted.size(); id++) {
                    batch.put(state, StateRecords.notedKey(id), StateRecords.storageId(noted.get(id)));
                }
            }
            case AcceptorWrite.Rejoined(var logId) ->
                    batch.put(state, StateRecords.LOG, StateRecords.number(logId.value()));
        }
    }

    private void putTrim(long trimPoint) throws RocksDBException {
        batch.put(state, StateRecords.TRIM, StateRecords.number(trimPoint));
        batch.deleteRange(accepted, instanceKey(0), instanceKey(trimPoint + 1));
    }

    private void putAccepted(long instance, Ballot ballot, Bytes bytes) throws RocksDBException {
        int length = StateRecords.BALLOT_BYTES + bytes.length();
        if (value.capacity() < length) {
            value = ByteBuffer.allocateDirect(Integer.highestOneBit(length) << 1);
        }
        value.clear();
        StateRecords.writeBallot(ballot, value);
        bytes.writeTo(value);
        batch.put(accepted, key.clear().putLong(instance).flip(), value.flip());
    }

    private static byte[] instanceKey(long instance) {
        return ByteBuffer.allocate(Long.BYTES).putLong(instance).array();
    }

    @Override
    public void reclaim(long trimPoint) {
        try {
            db.deleteFilesInRanges(accepted, List.of(instanceKey(0), instanceKey(trimPoint + 1)), false);
        } catch (RocksDBException e) {
            // The range is deleted already: compaction gives the room back, if later.
        }
    }

    @Override
    public void settle() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, List.of(state, accepted));
        } catch (RocksDBException e) {
            // All of it is in the log.
        }
    }

    @Override
    public void close() {
        state.close();
        accepted.close();
        db.close();
        batch.close();
        synced.close();
        familyOptions.close();
        options.close();
    }
}
