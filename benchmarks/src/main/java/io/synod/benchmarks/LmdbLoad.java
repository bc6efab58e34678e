package io.synod.benchmarks;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.lmdbjava.CursorIterable;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.KeyRange;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * LMDB: a memory-mapped tree whose pages are written anew, never over. It has no checksums, so each value carries one of
 * ours, which says nothing of a page of the tree itself.
 */
final class LmdbLoad implements StorageLoad {

    private static final long MAP_BYTES = 8L << 30;
    private static final int VALUE_BYTES_MAX = 1 << 20;

    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> table;
    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private final ByteBuffer checked = ByteBuffer.allocateDirect(VALUE_BYTES_MAX + Integer.BYTES);
    private final CRC32C crc = new CRC32C();

    LmdbLoad(Path directory) {
        env = Env.create().setMapSize(MAP_BYTES).setMaxDbs(1).open(directory.toFile());
        table = env.openDbi("accepted", DbiFlags.MDB_CREATE);
    }

    @Override
    public void commit(long first, int instances, byte[] value) {
        try (Txn<ByteBuffer> txn = env.txnWrite()) {
            for (int i = 0; i < instances; i++) {
                crc.reset();
                crc.update(value);
                checked.clear().putInt((int) crc.getValue()).put(value).flip();
                table.put(txn, key.clear().putLong(first + i).flip(), checked, PutFlags.MDB_APPEND);
            }
            txn.commit();
        }
    }

    @Override
    public void trim(long to) {
        try (Txn<ByteBuffer> txn = env.txnWrite()) {
            try (var cursor = table.openCursor(txn)) {
                while (cursor.first() && cursor.key().getLong(0) <= to) {
                    cursor.delete();
                }
            }
            txn.commit();
        }
    }

    @Override
    public long readAll() {
        long count = 0;
        try (Txn<ByteBuffer> txn = env.txnRead();
                CursorIterable<ByteBuffer> entries = table.iterate(txn, KeyRange.all())) {
            for (CursorIterable.KeyVal<ByteBuffer> entry : entries) {
                ByteBuffer value = entry.val();
                int expected = value.getInt();
                crc.reset();
                crc.update(value);
                if (expected != (int) crc.getValue()) {
                    throw new IllegalStateException("instance " + entry.key().getLong(0) + " is damaged");
                }
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        env.close();
    }
}
