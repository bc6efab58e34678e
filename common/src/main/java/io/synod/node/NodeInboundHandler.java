package io.synod.node;

import io.synod.udp.DatagramBatch;
import io.synod.udp.FlowTransport;
import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.Message;

/** The end of the inbound flow: gives each datagram of a batch to the node, on the loop's thread. */
final class NodeInboundHandler extends AbstractMessageHandler {

    private final FlowTransport transport;

    NodeInboundHandler(FlowTransport transport) {
        this.transport = transport;
    }

    @Override
    public String getComponentType() {
        return "paxos:node";
    }

    @Override
    protected void handleMessageInternal(Message<?> message) {
        transport.deliver((DatagramBatch) message.getPayload());
    }
}
