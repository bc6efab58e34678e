package io.synod.udp;

import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.Message;

/**
 * Sends all datagrams of a {@link DatagramBatch}, each to its own address, from the socket that the inbound adapter
 * receives on. It is not an {@code AbstractInternetProtocolSendingMessageHandler}: that one is made for a single
 * destination, given and resolved when it is built, and for a socket of its own.
 */
public class UdpBatchOutboundHandler extends AbstractMessageHandler {

    private final UdpEndpoint endpoint;

    public UdpBatchOutboundHandler(UdpEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String getComponentType() {
        return "udp:batch-outbound-channel-adapter";
    }

    @Override
    protected void handleMessageInternal(Message<?> message) {
        if (!(message.getPayload() instanceof DatagramBatch batch)) {
            throw new IllegalArgumentException("the payload is a " + message.getPayload().getClass().getName()
                    + "; only a " + DatagramBatch.class.getSimpleName() + " can be sent");
        }
        endpoint.send(batch);
    }
}
