package io.synod.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Where the numbers of a store's commits stand in its files, as they were before an engine changed any ({@link CommitTag}). */
public final class CommitMarks {

    private static final int CHUNK_BYTES = 1 << 20;

    /** The marks in one file, in the order in which they stand there. */
    private static final class InFile {
        private final Path file;
        private long[] numbers = new long[64];
        private long[] offsets = new long[64];
        private int count;
        private long length;

        private InFile(Path file) {
            this.file = file;
        }

        private void add(long number, long offset) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
                offsets = Arrays.copyOf(offsets, 2 * count);
            }
            numbers[count] = number;
            offsets[count++] = offset;
        }
    }

    private final List<InFile> files = new ArrayList<>();

    private CommitMarks() {}

    /**
     * Reads files below a directory.
     *
     * @param suffix which may hold marks: those whose names end like this
     */
    public static CommitMarks below(Path directory, CommitTag tag, String suffix) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.filter(file -> Files.isRegularFile(file) && file.toString().endsWith(suffix)).sorted()
                    .toList();
        }
        CommitMarks marks = new CommitMarks();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (Path path : paths) {
            InFile inFile = new InFile(path);
            try (InputStream in = Files.newInputStream(path)) {
                read(in, chunk, tag, inFile);
            } catch (NoSuchFileException _) {
                // Nobody writes here but an engine that is not open yet.
                throw new IOException(path + " vanished while it was looked at");
            }
            marks.files.add(inFile);
        }
        return marks;
    }

    private static void read(InputStream in, byte[] chunk, CommitTag tag, InFile found) throws IOException {
        int kept = 0;
        long offset = 0;
        for (int read = in.readNBytes(chunk, 0, chunk.length); read > 0; read = in.readNBytes(chunk, kept,
                chunk.length - kept)) {
            int end = kept + read;
            for (int i = tag.next(chunk, 0, end); i >= 0; i = tag.next(chunk, i + 1, end)) {
                found.add(tag.numberAt(chunk, i), offset + i);
            }
            // A mark may lie across the border of two chunks.
            int next = Math.min(end, CommitTag.BYTES - 1);
            System.arraycopy(chunk, end - next, chunk, 0, next);
            offset += end - next;
            kept = next;
        }
        found.length = offset + kept;
    }

    /** Returns the highest number; 0 if there is none. */
    public long highest() {
        long highest = 0;
        for (InFile inFile : files) {
            for (int i = 0; i < inFile.count; i++) {
                highest = Math.max(highest, inFile.numbers[i]);
            }
        }
        return highest;
    }

    /**
     * Returns where what made an engine stop reading must lie, in words. A mark stands at the beginning of its commit: so it is between
     * the mark of the last commit that was read and the second one behind it.
     *
     * @param lastRead the last commit that it read; a higher one is marked somewhere
     */
    public String damageAfter(long lastRead) {
        for (InFile inFile : files) {
            long before = 0;
            for (int i = 0; i < inFile.count; i++) {
                if (inFile.numbers[i] == lastRead) {
                    before = inFile.offsets[i];
                } else if (inFile.numbers[i] > lastRead) {
                    long end = i + 1 < inFile.count ? inFile.offsets[i + 1] : inFile.length;
                    return inFile.file + ", between offset " + before + " and offset " + end;
                }
            }
        }
        return "a file that is gone";
    }
}
