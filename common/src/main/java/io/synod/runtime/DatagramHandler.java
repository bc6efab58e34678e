package io.synod.runtime;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** Takes received datagrams, on the loop's thread. */
@FunctionalInterface
public interface DatagramHandler {

    /**
     * Called for each datagram, in the order of arrival.
     *
     * @param datagram the payload, from position to limit; valid during the call alone
     * @param source the address in the packet
     * @return whether it was acted on: it is said by whom it names, and new
     */
    boolean handle(ByteBuffer datagram, SocketAddress source);
}
