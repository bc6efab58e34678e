package io.synod.acceptor.storage;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sixteen random bytes by which a store finds the numbers of its commits in the bytes of its files, whatever an engine's
 * recovery makes of these.
 *
 * <p>An engine that replays a log takes the first record that it cannot read for the end, be it torn or damaged. But a commit
 * is begun only when the one before is durable. So a commit found in the files is proof that all before it were synced: if they
 * are not recovered, the store is damaged, and not torn.
 *
 * @param high the first half
 * @param low the second half
 */
record CommitTag(long high, long low) {

    /** What a tag and the number behind it take. */
    static final int BYTES = 3 * Long.BYTES;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Returns the tag with a commit's number behind it. */
    byte[] mark(long number) {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).putLong(number).array();
    }

    /** Returns the number of a mark; -1 if the bytes are no mark with this tag. */
    long numberOf(byte[] mark) {
        boolean isOwn =
                mark.length == BYTES && (long) LONG.get(mark, 0) == high && (long) LONG.get(mark, Long.BYTES) == low;
        return isOwn ? (long) LONG.get(mark, 2 * Long.BYTES) : -1;
    }

    /** Returns the highest number marked in any file below a directory; 0 if there is none. */
    long highestBelow(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        byte[] chunk = new byte[CHUNK_BYTES];
        long highest = 0;
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                highest = Math.max(highest, highestIn(in, chunk));
            } catch (NoSuchFileException _) {
                // Nobody writes here but an engine that is not open yet.
                throw new IOException(file + " vanished while it was looked at");
            }
        }
        return highest;
    }

    private long highestIn(InputStream in, byte[] chunk) throws IOException {
        long highest = 0;
        int kept = 0;
        for (int read = in.readNBytes(chunk, 0, chunk.length); read > 0; read = in.readNBytes(chunk, kept,
                chunk.length - kept)) {
            int end = kept + read;
            highest = Math.max(highest, highestIn(chunk, end));
            // A mark may lie across the border of two chunks.
            kept = Math.min(end, BYTES - 1);
            System.arraycopy(chunk, end - kept, chunk, 0, kept);
        }
        return highest;
    }

    private long highestIn(byte[] bytes, int end) {
        byte first = (byte) (high >>> (Long.SIZE - Byte.SIZE));
        long highest = 0;
        for (int i = 0; i <= end - BYTES; i++) {
            if (bytes[i] == first && (long) LONG.get(bytes, i) == high
                    && (long) LONG.get(bytes, i + Long.BYTES) == low) {
                highest = Math.max(highest, (long) LONG.get(bytes, i + 2 * Long.BYTES));
            }
        }
        return highest;
    }
}
