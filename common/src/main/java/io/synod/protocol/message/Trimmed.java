package io.synod.protocol.message;

/**
 * Acceptor to whoever asked for, or proposed in, a trimmed instance: what is at or below {@code trimPoint} is decided and
 * dropped here.
 *
 * @param trimPoint the acceptor's trim point
 */
public record Trimmed(long trimPoint) implements Message {}
