package io.synod.protocol.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals what one node of the cluster sends another over a stream, in answer to one question, or opens it. The key is made for this
 * answer: it follows from the cluster's key, from what each side drew at random, and from what the answer is about. The
 * stream is cut into chunks (AES-GCM, their number as the nonce), of which the last says that it is. So nobody without the
 * cluster's key reads any of it, or changes, cuts, repeats or reorders it unnoticed. Used once, by one thread.
 */
public final class TransferCipher {

    /** How many bytes each side draws at random. */
    public static final int SALT_BYTES = 16;

    public static final int HEADER_BYTES = Integer.BYTES;
    public static final int CHUNK_BYTES_MAX = 1 << 16;

    private static final byte[] TRANSFERS = "synod 1 transfers".getBytes(StandardCharsets.US_ASCII);
    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int LAST = 1 << 31;

    private final SecretKey key;
    private final Cipher cipher;
    private long chunks;

    /**
     * @param sealKey a key of the cluster's nodes, not one of clients
     * @param asked what the side that asks drew
     * @param answered what the side that answers drew, for this answer alone
     * @param about what was asked, and all that is said of the answer outside of it
     */
    public TransferCipher(SealKey sealKey, long clusterId, byte[] asked, byte[] answered, String about) {
        byte[] secret = sealKey.familySecret(false);
        if (secret == null) {
            throw new IllegalArgumentException(sealKey + " is for clients, who take no part in this");
        }
        byte[] what = about.getBytes(StandardCharsets.UTF_8);
        byte[] info = ByteBuffer.allocate(TRANSFERS.length + Long.BYTES + 2 * SALT_BYTES + what.length)
                .put(TRANSFERS).putLong(clusterId).put(asked, 0, SALT_BYTES).put(answered, 0, SALT_BYTES).put(what)
                .array();
        key = new SecretKeySpec(SenderKeys.expand(secret, info), "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM/NoPadding", e);
        }
    }

    /**
     * Seals the next chunk.
     *
     * @param length how many of the bytes, up to {@link #CHUNK_BYTES_MAX}
     * @param last whether none follows
     * @return its header and what is sealed
     */
    public byte[] seal(byte[] bytes, int length, boolean last) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(last ? (length + TAG_BYTES) | LAST : length + TAG_BYTES).array();
        try {
            byte[] sealed = chunk(Cipher.ENCRYPT_MODE, header, bytes, length);
            return ByteBuffer.allocate(HEADER_BYTES + sealed.length).put(header).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a chunk was not sealed", e);
        }
    }

    /** Returns how many bytes follow the header of a chunk; -1 if it is none. */
    public static int sealedBytes(byte[] header) {
        int length = ByteBuffer.wrap(header).getInt() & ~LAST;
        return length < TAG_BYTES || length > CHUNK_BYTES_MAX + TAG_BYTES ? -1 : length;
    }

    /** Returns whether a chunk, whose tag is right, is the last. */
    public static boolean isLast(byte[] header) {
        return ByteBuffer.wrap(header).getInt() < 0;
    }

    /** Opens the next chunk; null if it is not as it was sealed. */
    public byte @Nullable [] open(byte[] header, byte[] sealed) {
        try {
            return chunk(Cipher.DECRYPT_MODE, header, sealed, sealed.length);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a chunk was not opened", e);
        }
    }

    private byte[] chunk(int mode, byte[] header, byte[] bytes, int length) throws GeneralSecurityException {
        chunks++;
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(NONCE_BYTES - Long.BYTES, chunks).array();
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(header);
        return cipher.doFinal(bytes, 0, length);
    }
}
