package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.Retention.Mark;
import io.synod.protocol.LogId;
import io.synod.storage.RocksEngine;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * A learner's log in RocksDB: a column family with a record for each instance, one with snapshots, and one with the rest
 * ({@link LogRecords}).
 */
final class RocksLogTable implements LogTable {

    private static final byte[] LOG_FAMILY = "log".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SNAPSHOTS_FAMILY = "snapshots".getBytes(StandardCharsets.US_ASCII);
    private static final int VALUE_BUFFER_BYTES = 1 << 16;
    private static final byte[] NONE = {};

    private final StoreIdentity identity;
    private final RocksEngine engine;
    private final RocksDB db;
    private final ColumnFamilyHandle state;
    private final ColumnFamilyHandle log;
    private final ColumnFamilyHandle snapshots;
    private final WriteBatch batch = new WriteBatch();
    /** What is read once is not worth keeping in memory. */
    private final ReadOptions once = new ReadOptions().setFillCache(false);
    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BUFFER_BYTES);
    private LogId logId = LogId.UNKNOWN;

    private RocksLogTable(StoreIdentity identity, RocksEngine engine) {
        this.identity = identity;
        this.engine = engine;
        db = engine.db();
        state = engine.family(0);
        log = engine.family(1);
        snapshots = engine.family(2);
    }

    /** Makes an empty engine that knows whose it is. */
    static void make(Path directory, StoreIdentity identity) throws IOException {
        RocksEngine.make(directory, identity, LOG_FAMILY, SNAPSHOTS_FAMILY);
    }

    /** Opens an engine that is there. */
    static RocksLogTable open(Path directory, StoreIdentity identity) throws IOException {
        return new RocksLogTable(identity, RocksEngine.open(directory, identity, LOG_FAMILY, SNAPSHOTS_FAMILY));
    }

    @Override
    public Loaded load() throws IOException {
        try {
            long commit = -1;
            long first = 1;
            NavigableMap<Long, Mark> marks = new TreeMap<>();
            try (RocksIterator iterator = db.newIterator(state, once)) {
                for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                    byte[] name = iterator.key();
                    if (Arrays.equals(name, RocksEngine.COMMIT)) {
                        commit = identity.tag().numberOf(iterator.value());
                    } else if (Arrays.equals(name, LogRecords.FIRST)) {
                        first = LogRecords.number(iterator.value());
                    } else if (Arrays.equals(name, LogRecords.LOG)) {
                        logId = new LogId(LogRecords.number(iterator.value()));
                    } else if (LogRecords.markOf(name) >= 0) {
                        marks.put(LogRecords.markOf(name), LogRecords.mark(iterator.value()));
                    } else if (!Arrays.equals(name, RocksEngine.IDENTITY)) {
                        throw new IOException("it holds a record of unknown name '"
                                + new String(name, StandardCharsets.UTF_8) + "', of a later version perhaps");
                    }
                }
                iterator.status();
            }
            if (commit < 0) {
                throw new IOException("it does not say which commit was the last");
            }
            return new Loaded(commit, logId, first, last(first), marks, snapshotBytes());
        } catch (RocksDBException e) {
            throw RocksEngine.failed("cannot be read", e);
        }
    }

    private long last(long first) throws RocksDBException, IOException {
        try (RocksIterator iterator = db.newIterator(log, once)) {
            iterator.seekToFirst();
            if (iterator.isValid() && LogRecords.number(iterator.key()) != first) {
                throw new IOException("its log begins with instance " + LogRecords.number(iterator.key()) + ", not "
                        + first);
            }
            iterator.seekToLast();
            iterator.status();
            return iterator.isValid() ? LogRecords.number(iterator.key()) : first - 1;
        }
    }

    private NavigableMap<Long, Integer> snapshotBytes() throws RocksDBException {
        NavigableMap<Long, Integer> bytes = new TreeMap<>();
        try (RocksIterator iterator = db.newIterator(snapshots, once)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                bytes.put(LogRecords.number(iterator.key()), iterator.value().length);
            }
            iterator.status();
        }
        return bytes;
    }

    @Override
    public void commit(long commit, List<LogChange> changes) throws IOException {
        try {
            engine.begin(commit, batch);
            for (LogChange change : changes) {
                put(change);
            }
            engine.commit(batch);
        } catch (RocksDBException e) {
            throw RocksEngine.failed("cannot commit", e);
        }
    }

    private void put(LogChange change) throws RocksDBException {
        switch (change) {
            case LogChange.Appended(Delivered delivered, LogId named) -> {
                name(named);
                append(delivered);
            }
            case LogChange.SnapshotTaken(var snapshot, var mark) -> put(snapshot, mark);
            case LogChange.Replaced(var snapshot, var mark) -> {
                name(snapshot.logId());
                cut(snapshot.instance());
                batch.deleteRange(snapshots, LogRecords.number(0), LogRecords.number(snapshot.instance()));
                put(snapshot, mark);
            }
            case LogChange.SnapshotDropped(long instance) -> batch.delete(snapshots, LogRecords.number(instance));
            case LogChange.Cut(long through) -> cut(through);
        }
    }

    private void put(LearnerSnapshot snapshot, Mark mark) throws RocksDBException {
        batch.put(snapshots, LogRecords.number(snapshot.instance()), LogRecords.snapshot(snapshot));
        batch.put(state, LogRecords.markKey(snapshot.instance()), LogRecords.mark(mark));
    }

    private void name(LogId named) throws RocksDBException {
        if (!named.equals(logId)) {
            logId = named;
            batch.put(state, LogRecords.LOG, LogRecords.number(named.value()));
        }
    }

    private void append(Delivered delivered) throws RocksDBException {
        int length = LogRecords.length(delivered);
        if (value.capacity() < length) {
            value = ByteBuffer.allocateDirect(Integer.highestOneBit(length) << 1);
        }
        LogRecords.write(delivered, value.clear());
        batch.put(log, key.clear().putLong(delivered.instance()).flip(), value.flip());
    }

    private void cut(long through) throws RocksDBException {
        batch.put(state, LogRecords.FIRST, LogRecords.number(through + 1));
        batch.deleteRange(log, LogRecords.number(0), LogRecords.number(through + 1));
        batch.deleteRange(state, LogRecords.markKey(0), LogRecords.markKey(through));
    }

    @Override
    public byte[] read(long instance) throws IOException {
        return get(log, instance);
    }

    @Override
    public byte[] readSnapshot(long instance) throws IOException {
        return get(snapshots, instance);
    }

    private byte[] get(ColumnFamilyHandle family, long instance) throws IOException {
        try {
            byte[] record = db.get(family, once, LogRecords.number(instance));
            return record == null ? NONE : record;
        } catch (RocksDBException e) {
            throw RocksEngine.failed("cannot be read", e);
        }
    }

    @Override
    public void reclaim(long first) {
        try {
            db.deleteFilesInRanges(log, List.of(LogRecords.number(0), LogRecords.number(first)), false);
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
        once.close();
        batch.close();
        engine.close();
    }
}
