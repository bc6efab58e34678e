package io.synod.learner.storage;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.Run;
import io.synod.learner.storage.Retention.Mark;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of a learner's store, big-endian.
 *
 * <table>
 * <caption>Records</caption>
 * <tr><th>key</th><th>value</th></tr>
 * <tr><td>{@code identity}, {@code commit}</td><td>see {@link io.synod.storage.RocksEngine}</td></tr>
 * <tr><td>{@code first}</td><td>the first instance that is kept, 8</td></tr>
 * <tr><td>{@code log}</td><td>the log, 8</td></tr>
 * <tr><td>{@code mark/} and an instance, 8</td><td>time in milliseconds since 1970, 8; bytes handed over up to it, 8</td></tr>
 * <tr><td>(of the family {@code log}) instance, 8</td><td>how many runs, 4; each: session 12, first number 8, count 4, first
 *     index 4, bytes 4, offset in the batch 4, or -1 and the bytes; then the batch</td></tr>
 * <tr><td>(of the family {@code snapshots}) instance, 8</td><td>log 8, state</td></tr>
 * </table>
 */
final class LogRecords {

    static final byte[] FIRST = "first".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LOG = "log".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] MARK = "mark/".getBytes(StandardCharsets.US_ASCII);
    private static final int RUN_BYTES = 2 * Long.BYTES + 5 * Integer.BYTES;
    private static final int INLINE = -1;

    private LogRecords() {}

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static byte[] markKey(long instance) {
        return ByteBuffer.allocate(MARK.length + Long.BYTES).put(MARK).putLong(instance).array();
    }

    /** Returns the instance of a mark's key; -1 if it is no mark's. */
    static long markOf(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        return key.length == MARK.length + Long.BYTES && buffer.slice(0, MARK.length).equals(ByteBuffer.wrap(MARK))
                ? buffer.getLong(MARK.length)
                : -1;
    }

    static byte[] mark(Mark mark) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(mark.timeMillis()).putLong(mark.bytes()).array();
    }

    static Mark mark(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Mark(buffer.getLong(), buffer.getLong());
    }

    /** How many bytes {@link #write} writes. */
    static int length(Delivered delivered) {
        int length = Integer.BYTES + delivered.batch().length();
        for (int i = 0; i < delivered.runs().size(); i++) {
            Bytes body = delivered.runs().get(i).body();
            length += RUN_BYTES + (body.offsetIn(delivered.batch()) == INLINE ? body.length() : 0);
        }
        return length;
    }

    static void write(Delivered delivered, ByteBuffer out) {
        out.putInt(delivered.runs().size());
        for (int i = 0; i < delivered.runs().size(); i++) {
            Run run = delivered.runs().get(i);
            int offset = run.body().offsetIn(delivered.batch());
            out.putLong(run.session().instance()).putInt(run.session().ordinal());
            out.putLong(run.firstNumber()).putInt(run.count()).putInt(run.firstIndex());
            out.putInt(run.body().length()).putInt(offset);
            if (offset == INLINE) {
                run.body().writeTo(out);
            }
        }
        delivered.batch().writeTo(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if it cannot be understood
     */
    static Delivered read(long instance, byte[] record) {
        ByteBuffer in = ByteBuffer.wrap(record);
        try {
            int count = in.getInt();
            int batchAt = batchAt(in, count);
            Bytes batch = Bytes.wrap(record, batchAt, record.length - batchAt);
            List<Run> runs = new ArrayList<>(count);
            in.position(Integer.BYTES);
            for (int i = 0; i < count; i++) {
                SessionId session = new SessionId(in.getLong(), in.getInt());
                long firstNumber = in.getLong();
                int values = in.getInt();
                int firstIndex = in.getInt();
                int length = in.getInt();
                int offset = in.getInt();
                Bytes body = offset == INLINE ? Bytes.wrap(record, in.position(), length) : batch.slice(offset, length);
                in.position(in.position() + (offset == INLINE ? length : 0));
                runs.add(new Run(session, firstNumber, values, firstIndex, body));
            }
            return new Delivered(instance, batch, runs);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the record of instance " + instance + " is too short", e);
        }
    }

    /** Returns where the batch begins, behind the runs and what stands in them. */
    private static int batchAt(ByteBuffer in, int count) {
        int at = Integer.BYTES;
        for (int i = 0; i < count; i++) {
            boolean inline = in.getInt(at + RUN_BYTES - Integer.BYTES) == INLINE;
            at += RUN_BYTES + (inline ? in.getInt(at + RUN_BYTES - 2 * Integer.BYTES) : 0);
        }
        return at;
    }

    static byte[] snapshot(LearnerSnapshot snapshot) {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + snapshot.state().length());
        out.putLong(snapshot.logId().value());
        snapshot.state().writeTo(out);
        return out.array();
    }

    static LearnerSnapshot snapshot(long instance, byte[] record) {
        if (record.length < Long.BYTES) {
            throw new IllegalArgumentException("the record of the snapshot at instance " + instance + " is too short");
        }
        return new LearnerSnapshot(instance, new LogId(number(record)),
                Bytes.wrap(record, Long.BYTES, record.length - Long.BYTES));
    }
}
