package io.synod.benchmarks;

import io.synod.udp.DatagramBatch;
import io.synod.udp.UdpBatchInboundAdapter;
import io.synod.udp.UdpBatchOutboundHandler;
import io.synod.udp.UdpEndpoint;
import io.synod.udp.UdpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.messaging.support.GenericMessage;

/** Synod's adapters: one message a batch, received on one thread. */
final class BatchLink implements AdapterLink {

    private final UdpEndpoint sending;
    private final UdpBatchInboundAdapter inbound;
    private final UdpBatchOutboundHandler outbound;
    private final InetSocketAddress to;
    private final DatagramBatch batch;
    private final ByteBuffer payload;

    BatchLink(BeanFactory beans, int payloadBytes, int bufferBytes, Receiver receiver) throws IOException {
        UdpSettings settings = UdpSettings.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withReceiveBufferBytes(bufferBytes);
        DirectChannel channel = new DirectChannel();
        channel.setBeanFactory(beans);
        channel.subscribe(message -> ((DatagramBatch) message.getPayload()).forEach((datagram, _) -> {
            receiver.received(datagram.getLong(datagram.position()));
            return true;
        }));
        UdpEndpoint receiving = new UdpEndpoint(settings);
        inbound = new UdpBatchInboundAdapter(receiving);
        inbound.setOutputChannel(channel);
        inbound.setBeanFactory(beans);
        inbound.afterPropertiesSet();
        inbound.start();
        to = receiving.localAddress();
        sending = new UdpEndpoint(settings);
        sending.open();
        outbound = new UdpBatchOutboundHandler(sending);
        outbound.setBeanFactory(beans);
        outbound.afterPropertiesSet();
        batch = settings.newBatch();
        payload = ByteBuffer.allocateDirect(payloadBytes);
    }

    @Override
    public String name() {
        return "synod";
    }

    @Override
    public void send(long first, int count) {
        for (int i = 0; i < count; i++) {
            payload.clear().putLong(0, first + i);
            if (!batch.add(payload, to)) {
                flush();
                batch.add(payload.clear(), to);
            }
        }
        flush();
    }

    private void flush() {
        outbound.handleMessage(new GenericMessage<>(batch));
        batch.clear();
    }

    @Override
    public void close() {
        inbound.stop();
        sending.close();
    }
}
