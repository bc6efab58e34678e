package io.synod.benchmarks;

import java.nio.ByteBuffer;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.ip.udp.inbound.UnicastReceivingChannelAdapter;
import org.springframework.integration.ip.udp.outbound.UnicastSendingMessageHandler;
import org.springframework.messaging.support.GenericMessage;

/** The adapters of spring-integration-ip, with a receive buffer that holds the datagrams, and otherwise as they come. */
final class StockLink implements AdapterLink {

    private final int payloadBytes;
    private final UnicastReceivingChannelAdapter inbound;
    private final UnicastSendingMessageHandler outbound;

    StockLink(BeanFactory beans, ApplicationEventPublisher events, int payloadBytes, int bufferBytes,
            Receiver receiver) {
        this.payloadBytes = payloadBytes;
        DirectChannel channel = new DirectChannel();
        channel.setBeanFactory(beans);
        channel.subscribe(message -> receiver.received(ByteBuffer.wrap((byte[]) message.getPayload()).getLong(0)));
        inbound = new UnicastReceivingChannelAdapter(0);
        inbound.setLocalAddress("127.0.0.1");
        inbound.setReceiveBufferSize(65_507);
        inbound.setSoReceiveBufferSize(bufferBytes);
        inbound.setOutputChannel(channel);
        inbound.setBeanFactory(beans);
        inbound.setApplicationEventPublisher(events);
        inbound.afterPropertiesSet();
        int port = inbound.getSocket().getLocalPort();
        inbound.start();
        outbound = new UnicastSendingMessageHandler("127.0.0.1", port);
        outbound.setBeanFactory(beans);
        outbound.afterPropertiesSet();
        outbound.start();
    }

    @Override
    public String name() {
        return "stock";
    }

    @Override
    public void send(long first, int count) {
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[payloadBytes];
            ByteBuffer.wrap(payload).putLong(0, first + i);
            outbound.handleMessage(new GenericMessage<>(payload));
        }
    }

    @Override
    public void close() {
        outbound.stop();
        inbound.stop();
    }
}
