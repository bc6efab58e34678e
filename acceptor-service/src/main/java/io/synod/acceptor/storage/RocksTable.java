package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorWrite;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.StorageId;
import io.synod.storage.RocksEngine;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * An acceptor's state in RocksDB: a column family with a record for each accepted instance, and one with the rest ({@link
 * StateRecords}).
 */
final class RocksTable implements AcceptorTable {

    private static final byte[] ACCEPTED = {'a', 'c', 'c', 'e', 'p', 't', 'e', 'd'};
    private static final int VALUE_BUFFER_BYTES = 1 << 16;

    private final StoreIdentity identity;
    private final RocksEngine engine;
    private final WriteBatch batch = new WriteBatch();
    private final RocksDB db;
    private final ColumnFamilyHandle state;
    private final ColumnFamilyHandle accepted;
    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BUFFER_BYTES);
    private Ballot promised = Ballot.NONE;

    private RocksTable(StoreIdentity identity, RocksEngine engine) {
        this.identity = identity;
        this.engine = engine;
        db = engine.db();
        state = engine.family(0);
        accepted = engine.family(1);
    }

    /** Makes an empty engine that knows whose it is. */
    static void make(Path directory, StoreIdentity identity) throws IOException {
        RocksEngine.make(directory, identity, ACCEPTED);
    }

    /** Opens an engine that is there. */
    static RocksTable open(Path directory, StoreIdentity identity) throws IOException {
        return new RocksTable(identity, RocksEngine.open(directory, identity, ACCEPTED));
    }

    @Override
    public Loaded load() throws IOException {
        try (ReadOptions all = new ReadOptions().setFillCache(false).setVerifyChecksums(true)) {
            StateRecords records = new StateRecords(identity.tag());
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
            throw RocksEngine.failed("cannot be read", e);
        }
    }

    @Override
    public void commit(long commit, List<AcceptorWrite> writes) throws IOException {
        try {
            engine.begin(commit, batch);
            Ballot before = promised;
            for (AcceptorWrite write : writes) {
                put(write);
            }
            if (!promised.equals(before)) {
                batch.put(state, StateRecords.PROMISED, StateRecords.ballot(promised));
            }
            engine.commit(batch);
        } catch (RocksDBException e) {
            throw RocksEngine.failed("cannot commit", e);
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
        engine.settle();
    }

    @Override
    public void close() {
        engine.close();
        batch.close();
    }
}
