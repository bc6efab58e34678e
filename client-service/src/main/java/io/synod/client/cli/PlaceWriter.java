package io.synod.client.cli;

import io.synod.protocol.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes {@code instance:index<TAB>value} lines, the value as the bytes it is. Thread-safe. */
final class PlaceWriter {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int PLACE_BYTES_MAX = 40;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;

    PlaceWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a line.
     *
     * @param index below 0 if it is not known
     */
    synchronized void write(long instance, int index, Bytes value) throws IOException {
        if (used + PLACE_BYTES_MAX > buffer.length) {
            flush();
        }
        ascii(Long.toString(instance));
        buffer[used++] = ':';
        ascii(index < 0 ? "-" : Integer.toString(index));
        buffer[used++] = '\t';
        writeLine(value);
    }

    /** Writes bytes and a line feed. */
    synchronized void writeLine(Bytes value) throws IOException {
        if (used + value.length() + 1 > buffer.length) {
            flush();
        }
        if (value.length() + 1 > buffer.length) {
            out.write(value.toByteArray());
        } else {
            value.copyTo(buffer, used);
            used += value.length();
        }
        buffer[used++] = '\n';
    }

    private void ascii(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, buffer, used, bytes.length);
        used += bytes.length;
    }

    synchronized void flush() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
        out.flush();
    }
}
