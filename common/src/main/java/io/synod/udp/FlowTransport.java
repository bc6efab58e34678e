package io.synod.udp;

import io.synod.runtime.DatagramHandler;
import java.io.IOException;
import org.springframework.messaging.MessageChannel;

/**
 * A {@link UdpTransport} whose batches go through Spring Integration: each drained batch is one message of the inbound
 * adapter, which comes back to {@link #deliver} at the end of its flow, and each batch to be sent is one message to the
 * channel of the outbound handler. The channels are direct, so all of it happens on the loop's thread.
 */
public final class FlowTransport extends UdpTransport {

    private final UdpBatchInboundAdapter inbound;
    private final MessageChannel outbound;
    private DatagramHandler handler = (_, _) -> {
        throw new IllegalStateException("a batch came in before the loop asked for any");
    };

    public FlowTransport(UdpEndpoint endpoint, PeerDirectory peers, UdpBatchInboundAdapter inbound,
            MessageChannel outbound) {
        super(endpoint, peers);
        this.inbound = inbound;
        this.outbound = outbound;
    }

    @Override
    public int receive(DatagramHandler newHandler) throws IOException {
        this.handler = newHandler;
        return inbound.drain();
    }

    /** The end of the inbound flow. */
    public void deliver(DatagramBatch batch) {
        batch.forEach(handler);
    }

    @Override
    void transmit(DatagramBatch batch) {
        outbound.send(BatchMessages.of(batch));
    }
}
