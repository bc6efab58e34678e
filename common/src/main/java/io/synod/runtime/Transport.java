package io.synod.runtime;

import java.io.IOException;

/**
 * How datagrams get in and out of an {@link EventLoop}. All methods but {@link #open} and {@link #wakeup} are called by
 * the loop's thread. Faults of the network are counted, not thrown: what is thrown ends the loop.
 */
public interface Transport extends DatagramSink, AutoCloseable {

    /** Binds; called once, before the loop's thread starts. */
    void open() throws IOException;

    /**
     * Hands on what has arrived, a bounded number of datagrams, without waiting.
     *
     * @return how many datagrams were handed on; 0 when there was none
     */
    int receive(DatagramHandler handler) throws IOException;

    /** Sends all that {@link #send} was given since the last flush. */
    void flush() throws IOException;

    /** Waits until a datagram is there, {@link #wakeup} is called, or the time has passed; may return early. */
    void await(long nanosMax) throws IOException;

    /** Ends a wait, or the next one when none is on. May be called by any thread. */
    void wakeup();

    /** Gives the socket back; no effect when it is not open. */
    @Override
    void close();
}
