package io.synod.runtime;

import io.synod.protocol.NodeType;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that an unknown incarnation must say back. Nothing is kept about whom one was given to: a token is a keyed hash
 * (HMAC-SHA256, cut to 64 bits) of the name, the incarnation, the incarnation heard so far, a client's address and the time,
 * under a secret of this process.
 */
final class EchoTokens {

    /** A token holds for at least one such period and at most two. */
    private static final long PERIOD_NANOS = 10_000_000_000L;

    private static final int SECRET_BYTES = 32;

    private final Mac mac;
    private final ByteBuffer fixed = ByteBuffer.allocate(1 + 4 + 8 + 8 + 8);

    EchoTokens(RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    /**
     * Returns the token for an incarnation at this time.
     *
     * @param heard the incarnation of that name that is heard at present, or 0: once another is heard, the token holds no
     *     more, so that a late answer of a life that ended meanwhile cannot replace the one that was admitted since
     * @param address a client's address; null for a configured node, which is known by its id wherever it is
     */
    long tokenFor(
            NodeType type, int id, long incarnation, long heard, @Nullable SocketAddress address, long nowNanos) {
        return token(type, id, incarnation, heard, address, Math.floorDiv(nowNanos, PERIOD_NANOS));
    }

    /** Returns whether a token was given to this incarnation not long ago. */
    boolean isValid(
            long token,
            NodeType type,
            int id,
            long incarnation,
            long heard,
            @Nullable SocketAddress address,
            long nowNanos) {
        long period = Math.floorDiv(nowNanos, PERIOD_NANOS);
        return token == token(type, id, incarnation, heard, address, period)
                || token == token(type, id, incarnation, heard, address, period - 1);
    }

    private long token(
            NodeType type, int id, long incarnation, long heard, @Nullable SocketAddress address, long period) {
        fixed.clear();
        fixed.put((byte) type.code()).putInt(id).putLong(incarnation).putLong(heard).putLong(period).flip();
        mac.update(fixed);
        if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
            mac.update((byte) internet.getPort());
            mac.update((byte) (internet.getPort() >>> 8));
            mac.update(internet.getAddress().getAddress());
        } else if (address != null) {
            mac.update(address.toString().getBytes(StandardCharsets.UTF_8));
        }
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }
}
