package io.synod.protocol.codec;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Names a large message by its contents: the first 64 bits of the SHA-256 of its encoding. Not thread-safe. */
final class ContentHash {

    private final MessageDigest digest;
    private final byte[] result = new byte[32];

    ContentHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    long of(byte[] array, int length) {
        digest.update(array, 0, length);
        try {
            digest.digest(result, 0, result.length);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes hold a SHA-256", e);
        }
        return ByteBuffer.wrap(result).getLong();
    }
}
