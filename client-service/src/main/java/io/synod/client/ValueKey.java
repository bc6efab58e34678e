package io.synod.client;

import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;

/**
 * The idempotency key of a value, under which it is delivered once, by whichever client and however often it is submitted.
 *
 * @param key the key, 1 to {@link io.synod.protocol.ProtocolLimits#KEY_BYTES_MAX} bytes
 * @param digest the digest of the key
 * @param value the digest of the value, which tells it from other values under the key
 */
public record ValueKey(Bytes key, Digest digest, Digest value) {

    public static ValueKey of(Bytes key, Bytes value) {
        return new ValueKey(key, Digest.of(key), Digest.of(value));
    }
}
