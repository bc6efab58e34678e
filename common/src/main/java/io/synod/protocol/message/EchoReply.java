package io.synod.protocol.message;

/**
 * A client's answer to an {@link Echo}.
 *
 * @param token the token of the echo
 */
public record EchoReply(long token) implements Message {}
