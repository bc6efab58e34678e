package io.synod.udp;

import java.util.concurrent.atomic.LongAdder;

/** What a socket saw, counted since the process started. Readable from any thread. */
public final class UdpCounters {

    final LongAdder received = new LongAdder();
    final LongAdder receivedBytes = new LongAdder();
    final LongAdder receivedBatches = new LongAdder();
    final LongAdder oversize = new LongAdder();
    final LongAdder receiveErrors = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder sentBytes = new LongAdder();
    final LongAdder sentBatches = new LongAdder();
    final LongAdder sendDropped = new LongAdder();
    final LongAdder sendErrors = new LongAdder();
    final LongAdder unresolved = new LongAdder();
    final LongAdder laneDrops = new LongAdder();
    final LongAdder floods = new LongAdder();

    /** Datagrams received, without oversize ones. */
    public long received() {
        return received.sum();
    }

    public long receivedBytes() {
        return receivedBytes.sum();
    }

    /** How many batches were drained that held a datagram. */
    public long receivedBatches() {
        return receivedBatches.sum();
    }

    /** Datagrams longer than the settings allow, dropped. */
    public long oversize() {
        return oversize.sum();
    }

    /** How often the system answered a receive with an error. */
    public long receiveErrors() {
        return receiveErrors.sum();
    }

    /** Datagrams given to the system. */
    public long sent() {
        return sent.sum();
    }

    public long sentBytes() {
        return sentBytes.sum();
    }

    public long sentBatches() {
        return sentBatches.sum();
    }

    /** Datagrams dropped because the send buffer stayed full. */
    public long sendDropped() {
        return sendDropped.sum();
    }

    /** Datagrams that the system refused to send. */
    public long sendErrors() {
        return sendErrors.sum();
    }

    /** How often a flood of refused datagrams began. */
    public long floods() {
        return floods.sum();
    }

    /** Datagrams dropped because the peer's name is not resolved. */
    public long unresolved() {
        return unresolved.sum();
    }
}
