package io.synod.protocol;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Stands for bytes where it is enough to tell them from others: the first 128 bits of their SHA-256.
 *
 * @param high the first 64 bits
 * @param low the next
 */
public record Digest(long high, long low) {

    /** What stands where there are no bytes. */
    public static final Digest NONE = new Digest(0, 0);

    /** Returns the digest of some bytes. */
    public static Digest of(Bytes bytes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(bytes.buffer());
            ByteBuffer hash = ByteBuffer.wrap(sha.digest());
            return new Digest(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int hashCode() {
        return Long.hashCode(low);
    }
}
