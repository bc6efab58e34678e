package io.synod.protocol.message;

/**
 * To a node whose incarnation is not heard yet: say this back, and you will be heard. Until then nothing of that incarnation
 * is acted on, so neither a datagram of a former life nor a forged source has an effect beyond one small datagram. It goes
 * to where the node is configured, or to a client's source address.
 *
 * @param token stands for this incarnation, and for a client's address; holds for some seconds
 */
public record Echo(long token) implements Message {}
