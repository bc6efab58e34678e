package io.synod.protocol.seal;

import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A key from which the keys of senders are derived ({@link SenderKeys}). It is never used to seal anything itself.
 *
 * <p>Its text is {@code ID SCOPE SECRET}: a number from 1 to 255 that datagrams name, {@code cluster} or {@code client}, and
 * 32 random bytes in Base64.
 */
public final class SealKey {

    public static final int ID_MIN = 1;
    public static final int ID_MAX = 255;
    public static final int SECRET_BYTES = 32;

    private final int id;
    private final KeyScope scope;
    private final byte[] secret;
    /** Where keys for what a client says or is told come from. */
    private final byte[] clientSecret;
    /** Where keys for what nodes of the cluster say to each other come from; null where that is not ours to say. */
    private final byte @Nullable [] memberSecret;

    SealKey(int id, KeyScope scope, byte[] secret) {
        if (id < ID_MIN || id > ID_MAX || secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("key " + id + " of " + secret.length + " bytes; allowed are ids "
                    + ID_MIN + " to " + ID_MAX + " and " + SECRET_BYTES + " bytes");
        }
        this.id = id;
        this.scope = scope;
        this.secret = secret.clone();
        boolean cluster = scope == KeyScope.CLUSTER;
        this.clientSecret = cluster ? SenderKeys.clientSecret(secret) : this.secret;
        this.memberSecret = cluster ? SenderKeys.memberSecret(secret) : null;
    }

    /** Draws a cluster key, by a generator that nobody can guess. */
    public static SealKey draw(int id, RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new SealKey(id, KeyScope.CLUSTER, secret);
    }

    /**
     * Reads a key's text.
     *
     * @throws IllegalArgumentException saying what is wrong and what is allowed, and nothing of the secret
     */
    public static SealKey parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length != 3) {
            throw new IllegalArgumentException("a key has three words, ID SCOPE SECRET, and this has " + words.length
                    + "; ./synod keygen makes one");
        }
        KeyScope scope = KeyScope.of(words[1])
                .orElseThrow(() -> new IllegalArgumentException("the scope of a key, its second word, is "
                        + KeyScope.labels()));
        return new SealKey(parseId(words[0]), scope, parseSecret(words[2]));
    }

    private static int parseId(String word) {
        try {
            int id = Integer.parseInt(word);
            if (id >= ID_MIN && id <= ID_MAX) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new IllegalArgumentException(
                "the id of a key, its first word, is a number from " + ID_MIN + " to " + ID_MAX);
    }

    private static byte[] parseSecret(String word) {
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(word);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the secret of a key, its third word, is Base64", e);
        }
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "the secret of a key has " + SECRET_BYTES + " bytes, and this has " + secret.length);
        }
        return secret;
    }

    public int id() {
        return id;
    }

    public KeyScope scope() {
        return scope;
    }

    /** Returns the client key of this id: what clients are given in its place. */
    public SealKey forClients() {
        return scope == KeyScope.CLIENT ? this : new SealKey(id, KeyScope.CLIENT, clientSecret);
    }

    /**
     * Returns what the keys of senders are expanded from.
     *
     * @param withClient whether a client is sender or receiver
     * @return null if the holder of this key has no part in it
     */
    byte @Nullable [] familySecret(boolean withClient) {
        return withClient ? clientSecret : memberSecret;
    }

    /** The key with its secret, as {@link #parse} reads it. */
    public String text() {
        return id + " " + scope.label() + " " + Base64.getEncoder().encodeToString(secret);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealKey key && id == key.id && scope == key.scope && Arrays.equals(secret, key.secret);
    }

    @Override
    public int hashCode() {
        return 31 * id + Arrays.hashCode(secret);
    }

    /** Names the key, without its secret. */
    @Override
    public String toString() {
        return scope.label() + " key " + id;
    }
}
