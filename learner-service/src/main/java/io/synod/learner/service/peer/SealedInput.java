package io.synod.learner.service.peer;

import io.synod.protocol.seal.TransferCipher;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Opens what a {@link SealedOutput} sealed. It fails where that is not as it was sealed, and before its end where it is cut. */
final class SealedInput extends InputStream {

    private final TransferCipher cipher;
    private final InputStream in;
    private byte[] open = new byte[0];
    private int used;
    private boolean ended;

    SealedInput(TransferCipher cipher, InputStream in) {
        this.cipher = cipher;
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (used == open.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int part = Math.min(length, open.length - used);
        System.arraycopy(open, used, bytes, offset, part);
        used += part;
        return part;
    }

    private void next() throws IOException {
        byte[] header = whole(TransferCipher.HEADER_BYTES);
        int length = TransferCipher.sealedBytes(header);
        if (length < 0) {
            throw new IOException("what was sent is not sealed");
        }
        byte[] opened = cipher.open(header, whole(length));
        if (opened == null) {
            throw new IOException("what was sent is not as a node of the cluster sealed it");
        }
        open = opened;
        used = 0;
        ended = TransferCipher.isLast(header);
    }

    private byte[] whole(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("what was sent was cut off");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
