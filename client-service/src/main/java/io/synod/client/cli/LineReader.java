package io.synod.client.cli;

import io.synod.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream into lines, as bytes, in batches: as many lines as are there, without waiting for more than the first. A line
 * ends at a line feed, which is not part of it; so does a last one without.
 */
final class LineReader {

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final int lineBytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private long lines;

    /**
     * Reads lines of a stream.
     *
     * @param lineBytesMax the longest line that is taken, in bytes
     */
    LineReader(InputStream in, int lineBytesMax) {
        this.in = in;
        this.lineBytesMax = lineBytesMax;
    }

    /**
     * Returns the next lines: at least one and at most {@code linesMax}, waiting for the first; none at the end.
     *
     * @throws CommandFailure if a line is too long
     */
    List<Bytes> next(int linesMax) throws IOException {
        List<Bytes> batch = new ArrayList<>();
        while (batch.size() < linesMax) {
            if (position == limit) {
                if (!batch.isEmpty()) {
                    return batch;
                }
                position = 0;
                limit = Math.max(0, in.read(buffer));
                if (limit == 0) {
                    if (begun.size() > 0) {
                        batch.add(endLine());
                    }
                    return batch;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(end - position);
            if (end < limit) {
                batch.add(endLine());
                position = end + 1;
            } else {
                position = limit;
            }
        }
        return batch;
    }

    private void append(int bytes) {
        begun.write(buffer, position, bytes);
        if (begun.size() > lineBytesMax) {
            throw new CommandFailure(
                    ExitStatus.REFUSED,
                    "line " + (lines + 1) + " is longer than " + lineBytesMax + " bytes, the largest value allowed");
        }
    }

    private Bytes endLine() {
        Bytes line = Bytes.wrap(begun.toByteArray());
        begun.reset();
        lines++;
        return line;
    }
}
