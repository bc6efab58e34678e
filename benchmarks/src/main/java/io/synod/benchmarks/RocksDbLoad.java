package io.synod.benchmarks;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB: a synced write-ahead log, whose files are used again or not, and sorted files behind it. */
final class RocksDbLoad implements StorageLoad {

    private static final long MEMTABLE_BYTES = 32 << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final Options options;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteBatch batch = new WriteBatch();
    private final RocksDB db;

    /** @param recycled whether the files of the log are used again, which only point-in-time recovery goes with */
    RocksDbLoad(Path directory, boolean recycled) throws RocksDBException {
        options = new Options().setCreateIfMissing(true).setCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setRecycleLogFileNum(recycled ? 2 : 0)
                .setWalRecoveryMode(recycled
                        ? WALRecoveryMode.PointInTimeRecovery
                        : WALRecoveryMode.TolerateCorruptedTailRecords);
        db = RocksDB.open(options, directory.toString());
    }

    @Override
    public void commit(long first, int instances, byte[] value) throws RocksDBException {
        batch.clear();
        for (int i = 0; i < instances; i++) {
            batch.put(key(first + i), value);
        }
        db.write(synced, batch);
    }

    @Override
    public void trim(long to) throws RocksDBException {
        db.deleteRange(synced, key(0), key(to + 1));
        db.deleteFilesInRanges(db.getDefaultColumnFamily(), List.of(key(0), key(to + 1)), false);
    }

    @Override
    public long readAll() throws RocksDBException {
        long count = 0;
        try (ReadOptions all = new ReadOptions().setVerifyChecksums(true).setFillCache(false);
                RocksIterator iterator = db.newIterator(all)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                count += iterator.key().length == Long.BYTES && iterator.value().length > 0 ? 1 : 0;
            }
            iterator.status();
        }
        return count;
    }

    private static byte[] key(long instance) {
        return ByteBuffer.allocate(Long.BYTES).putLong(instance).array();
    }

    @Override
    public void close() {
        db.close();
        batch.close();
        synced.close();
        options.close();
    }
}
