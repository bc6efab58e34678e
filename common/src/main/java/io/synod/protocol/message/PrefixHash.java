package io.synod.protocol.message;

/**
 * The rolling hash of the delivered log up to an instance (rule S13).
 *
 * @param instance a multiple of {@link io.synod.protocol.ProtocolLimits#HASH_INTERVAL_INSTANCES}
 * @param hash the hash of everything delivered up to and including it
 */
public record PrefixHash(long instance, long hash) {}
