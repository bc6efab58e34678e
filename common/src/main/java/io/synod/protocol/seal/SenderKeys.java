package io.synod.protocol.seal;

import io.synod.protocol.NodeType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Derives the key of one life of one sender (HKDF-SHA256, RFC 5869) from a {@link SealKey}. Since the incarnation is part of
 * what it is derived from, and a life numbers its datagrams, no nonce comes twice under one key, also after a restart.
 *
 * <p>There are two families: what passes between nodes of the cluster is sealed with keys that only a cluster key gives,
 * what a client says or is told with keys that the client key gives too. Not thread-safe.
 */
public final class SenderKeys {

    private static final byte[] CLIENTS = "synod 1 clients".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MEMBERS = "synod 1 members".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATAGRAMS = "synod 1 datagrams".getBytes(StandardCharsets.US_ASCII);

    private static final int KEY_BYTES = 32;

    private final KDF kdf = hkdf();
    private final ByteBuffer info = ByteBuffer.allocate(DATAGRAMS.length + 8 + 1 + 4 + 8);
    private final long clusterId;

    /** @param clusterId keys of clusters with different ids differ, also under the same {@link SealKey} */
    public SenderKeys(long clusterId) {
        this.clusterId = clusterId;
    }

    /**
     * Returns what seals, or opens, the datagrams of a sender's life to receivers of a type.
     *
     * @param id the sender's configured id; 0 for a client
     * @return null if the holder of {@code key} has no part in what passes between the two
     */
    public @Nullable DatagramCipher cipher(SealKey key, NodeType sender, int id, long incarnation, NodeType receiver) {
        byte[] family = key.familySecret(sender == NodeType.CLIENT || receiver == NodeType.CLIENT);
        if (family == null) {
            return null;
        }
        info.clear();
        info.put(DATAGRAMS)
                .putLong(clusterId)
                .put((byte) sender.code())
                .putInt(id)
                .putLong(incarnation);
        return new DatagramCipher(key, new SecretKeySpec(expand(kdf, family, info.array()), "AES"));
    }

    static byte[] clientSecret(byte[] secret) {
        return expand(secret, CLIENTS);
    }

    static byte[] memberSecret(byte[] secret) {
        return expand(secret, MEMBERS);
    }

    static byte[] expand(byte[] secret, byte[] info) {
        return expand(hkdf(), secret, info);
    }

    /** A secret is drawn at random or expanded from one, so there is nothing to extract (RFC 5869, section 3.3). */
    private static byte[] expand(KDF kdf, byte[] secret, byte[] info) {
        try {
            return kdf.deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "HKDF"), info, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a secret of " + secret.length + " bytes cannot be expanded", e);
        }
    }

    private static KDF hkdf() {
        try {
            return KDF.getInstance("HKDF-SHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 25 on has HKDF-SHA256", e);
        }
    }
}
