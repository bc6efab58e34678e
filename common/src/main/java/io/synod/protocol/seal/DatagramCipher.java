package io.synod.protocol.seal;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals or opens the datagrams of one life of one sender with AES-GCM: everything behind the header is encrypted, and the tag
 * covers that, the header, and whom the datagram is for, so that it opens nowhere else. The nonce is the datagram's
 * sequence: a counter, which a random nonce of 96 bits could not replace (by 2^32 datagrams, half a day at 100,000 a
 * second, two of them might be the same; NIST SP 800-38D, section 8.3). Not thread-safe.
 */
public final class DatagramCipher {

    public static final int TAG_BYTES = 16;

    /** The longest header that a datagram may have. */
    public static final int HEADER_BYTES_MAX = 52;

    private static final int RECEIVER_BYTES = 4 + 8;
    private static final int NONCE_BYTES = 12;
    private static final int SEQUENCE_AT = 4;

    private final SealKey origin;
    private final SecretKey key;
    private final Cipher cipher;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
    private final byte[] covered = new byte[HEADER_BYTES_MAX + RECEIVER_BYTES];

    DatagramCipher(SealKey origin, SecretKey key) {
        this.origin = origin;
        this.key = key;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM/NoPadding", e);
        }
    }

    /** The id of the key that it was derived from. */
    public int keyId() {
        return origin.id();
    }

    /** Returns whether it was derived from this very key; of one that was read anew it is not. */
    @SuppressWarnings("ReferenceEquality") // cheap, and derived once more where a file of keys was read again
    public boolean isOf(SealKey sealKey) {
        return origin == sealKey;
    }

    /**
     * Encrypts the bytes between the header and {@code end} where they are, and writes the tag behind them.
     *
     * @param datagram from its first byte, with room for {@link #TAG_BYTES} behind {@code end}
     * @param headerBytes how many bytes are not encrypted, {@link #HEADER_BYTES_MAX} at most
     * @param sequence 1 or more, and never one that was sealed with before
     * @param receiver see {@link #receiverBytes}
     */
    public void seal(byte[] datagram, int headerBytes, int end, long sequence, byte[] receiver) {
        try {
            begin(Cipher.ENCRYPT_MODE, datagram, headerBytes, sequence, receiver);
            cipher.doFinal(datagram, headerBytes, end - headerBytes, datagram, headerBytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("datagram " + sequence + " of " + end + " bytes was not sealed", e);
        }
    }

    /**
     * Decrypts the bytes between the header and {@code end}, behind which the tag stands.
     *
     * @param opened gets what was decrypted, at the same place; another array than {@code datagram}
     * @param receiver see {@link #receiverBytes}
     * @return whether the tag is right; otherwise {@code opened} holds nothing of worth
     */
    public boolean open(byte[] datagram, int headerBytes, int end, long sequence, byte[] receiver, byte[] opened) {
        try {
            begin(Cipher.DECRYPT_MODE, datagram, headerBytes, sequence, receiver);
            cipher.doFinal(datagram, headerBytes, end + TAG_BYTES - headerBytes, opened, headerBytes);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("datagram " + sequence + " of " + end + " bytes was not opened", e);
        }
    }

    private void begin(int mode, byte[] datagram, int headerBytes, long sequence, byte[] receiver)
            throws GeneralSecurityException {
        nonce.putLong(SEQUENCE_AT, sequence);
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce.array()));
        // In one piece, and with a receiver of 12 bytes in whole blocks: each remainder costs the cipher objects and calls.
        System.arraycopy(datagram, 0, covered, 0, headerBytes);
        System.arraycopy(receiver, 0, covered, headerBytes, receiver.length);
        cipher.updateAAD(covered, 0, headerBytes + receiver.length);
    }

    /** Returns what stands for a receiver in the data that the tag covers: its type, and its id or a client's incarnation. */
    public static byte[] receiverBytes(NodeId receiver) {
        return ByteBuffer.allocate(RECEIVER_BYTES)
                .putInt(receiver.type().code())
                .putLong(receiver.type() == NodeType.CLIENT ? receiver.incarnation() : receiver.id())
                .array();
    }
}
