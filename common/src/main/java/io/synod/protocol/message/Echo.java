package io.synod.protocol.message;

/**
 * To the source address of a client not heard before: say this back, and you will be answered at that address. Until then
 * nothing else of the client's is acted on, so a forged source costs its owner one small datagram.
 *
 * @param token drawn at random for this client and address
 */
public record Echo(long token) implements Message {}
