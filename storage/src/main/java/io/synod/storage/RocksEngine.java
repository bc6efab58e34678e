package io.synod.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB as the stores of roles use it: a column family for what is kept once, in which stand whose store it is and the mark
 * of the last commit, and others as the store wants them. A commit is one batch, synced in the log of writes; log files are
 * used again, so that a sync need not wait for a file to grow. That goes with point-in-time recovery alone, which cuts the
 * log at the first record that it cannot read; {@link StoreDirectory#reached} tells a torn log from a damaged one.
 *
 * <p>One thread commits; others may read {@link #db} meanwhile, and must be done before {@link #close}.
 */
public final class RocksEngine implements AutoCloseable {

    /** The record that says whose the store is, as text. */
    public static final byte[] IDENTITY = name("identity");
    /** The record that holds the mark of the last commit ({@link CommitTag#mark}). */
    public static final byte[] COMMIT = name("commit");

    /** What is kept in memory before it goes to a sorted file, and so about what a start has to replay. */
    private static final long MEMTABLE_BYTES = 16 << 20;
    private static final int MEMTABLES_MAX = 3;
    private static final int LOGS_RECYCLED = 2;
    /** Written out early while a sorted file is made, so that its end does not hold up the syncs of commits. */
    private static final long BYTES_PER_SYNC = 1 << 20;

    private final StoreIdentity identity;
    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB db;
    private final List<ColumnFamilyHandle> families = new ArrayList<>();

    private RocksEngine(Path directory, StoreIdentity identity, boolean create, List<byte[]> names)
            throws RocksDBException {
        this.identity = identity;
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
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
        names.forEach(family -> descriptors.add(new ColumnFamilyDescriptor(family, familyOptions)));
        try {
            db = RocksDB.open(options, directory.toString(), descriptors, families);
        } catch (RocksDBException e) {
            closeOptions();
            throw e;
        }
    }

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes an empty engine that knows whose it is, and closes it. */
    public static void make(Path directory, StoreIdentity identity, byte[]... families) throws IOException {
        loadLibrary(directory.resolveSibling("native"));
        try (RocksEngine engine = new RocksEngine(directory, identity, true, List.of(families));
                WriteBatch batch = new WriteBatch()) {
            engine.begin(0, batch);
            batch.put(engine.family(0), IDENTITY, record(identity));
            engine.commit(batch);
        } catch (RocksDBException e) {
            throw failed("cannot be made", e);
        }
    }

    private static byte[] record(StoreIdentity identity) {
        return (String.join("\n", identity.toLines()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Opens an engine that is there.
     *
     * @param families the names of the column families beside the first, as it was made with
     */
    public static RocksEngine open(Path directory, StoreIdentity identity, byte[]... families) throws IOException {
        loadLibrary(directory.resolveSibling("native"));
        try {
            RocksEngine engine = new RocksEngine(directory, identity, false, List.of(families));
            engine.requireIdentity();
            return engine;
        } catch (RocksDBException e) {
            throw failed("cannot be opened", e);
        }
    }

    /** Closes itself where it is another's, or cannot tell. */
    private void requireIdentity() throws IOException, RocksDBException {
        boolean own = false;
        try {
            own = Arrays.equals(db.get(family(0), IDENTITY), record(identity));
        } finally {
            if (!own) {
                close();
            }
        }
        if (!own) {
            throw new IOException("its files belong to another store than identity.properties says");
        }
    }

    /** RocksDB unpacks its native code at each start, and would leave it with the system's temporary files when killed. */
    private static void loadLibrary(Path directory) throws IOException {
        Files.createDirectories(directory);
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    }

    /** Says what failed; a full disk as {@link DiskFullException}. */
    public static IOException failed(String what, RocksDBException cause) {
        Status status = cause.getStatus();
        if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
            return new DiskFullException("the disk is full: " + cause.getMessage(), cause);
        }
        return new IOException("RocksDB " + what + ": " + cause.getMessage(), cause);
    }

    public RocksDB db() {
        return db;
    }

    /** The column families, that of what is kept once first. */
    public ColumnFamilyHandle family(int index) {
        return families.get(index);
    }

    /** Begins a commit: the batch has its mark and nothing else. What it writes comes behind the mark ({@link CommitMarks}). */
    public void begin(long commit, WriteBatch batch) throws RocksDBException {
        batch.clear();
        batch.put(family(0), COMMIT, identity.tag().mark(commit));
    }

    /** Makes a batch durable, all or nothing. */
    public void commit(WriteBatch batch) throws RocksDBException {
        db.write(synced, batch);
    }

    /** Prepares for the end, so that the next start has less to replay. Not to be called after a commit failed. */
    public void settle() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, families);
        } catch (RocksDBException e) {
            // All of it is in the log.
        }
    }

    @Override
    public void close() {
        families.forEach(ColumnFamilyHandle::close);
        db.close();
        closeOptions();
    }

    private void closeOptions() {
        synced.close();
        familyOptions.close();
        options.close();
    }
}
