package io.synod.learner.service.peer;

import io.synod.protocol.seal.TransferCipher;
import java.io.IOException;
import java.io.OutputStream;

/** Seals what is written into it. What is closed before its end is marked shows to be cut. */
final class SealedOutput extends OutputStream {

    private final TransferCipher cipher;
    private final OutputStream out;
    private final byte[] open = new byte[TransferCipher.CHUNK_BYTES_MAX];
    private int used;

    SealedOutput(TransferCipher cipher, OutputStream out) {
        this.cipher = cipher;
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (used == open.length) {
                put(false);
            }
            int part = Math.min(length - done, open.length - used);
            System.arraycopy(bytes, offset + done, open, used, part);
            used += part;
            done += part;
        }
    }

    private void put(boolean last) throws IOException {
        byte[] chunk = cipher.seal(open, used, last);
        used = 0;
        out.write(chunk);
    }

    /** What does not fill a chunk waits for the rest of it. */
    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** Marks the end. Nothing is written any more. */
    void finish() throws IOException {
        put(true);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
