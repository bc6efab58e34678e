package io.synod.client.cli.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads the end of a log file. */
final class LogTail {

    /** The end of a file that is read at most. */
    private static final int TAIL_BYTES_MAX = 1 << 20;
    private static final int POLL_MILLIS = 100;

    private LogTail() {}

    /** Returns the last lines of a file; none if there is no such file. */
    static List<String> lines(Path file, int count) {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, reader.length() - TAIL_BYTES_MAX);
            reader.seek(from);
            byte[] bytes = new byte[(int) (reader.length() - from)];
            int read = Math.max(0, reader.read(bytes));
            List<String> lines = new String(bytes, 0, read, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException _) {
            return List.of();
        }
    }

    /** Prints what is added to a file, until interrupted. Begins anew when the file is replaced by a shorter one. */
    static void follow(Path file, PrintWriter out) throws IOException {
        long position = file.toFile().length();
        while (!Thread.currentThread().isInterrupted() && !out.checkError()) {
            long length = file.toFile().length();
            if (length < position) {
                position = 0;
            }
            if (length > position) {
                position += copy(file, position, out);
            } else {
                LocalCluster.pause(POLL_MILLIS);
            }
        }
    }

    private static long copy(Path file, long position, PrintWriter out) throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            reader.seek(position);
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES_MAX, reader.length() - position)];
            int read = Math.max(0, reader.read(bytes));
            int whole = read;
            // A line at a time, so that no character is cut in two; a line longer than the buffer is cut.
            while (whole > 0 && bytes[whole - 1] != '\n') {
                whole--;
            }
            int length = whole == 0 && read == TAIL_BYTES_MAX ? read : whole;
            out.print(new String(bytes, 0, length, StandardCharsets.UTF_8));
            out.flush();
            return length;
        }
    }
}
