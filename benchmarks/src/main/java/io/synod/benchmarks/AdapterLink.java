package io.synod.benchmarks;

/** A way from a sending to a receiving adapter over the loopback. One thread sends; any number may receive. */
interface AdapterLink extends AutoCloseable {

    /** Told of each datagram that came out at the far end. */
    @FunctionalInterface
    interface Receiver {
        void received(long sequence);
    }

    String name();

    /** Sends {@code count} datagrams that carry the numbers from {@code first} on. */
    void send(long first, int count);

    @Override
    void close();
}
