package io.synod.protocol.message;

/**
 * The answer to an {@link Echo}.
 *
 * @param token the token of the echo
 */
public record EchoReply(long token) implements Message {}
