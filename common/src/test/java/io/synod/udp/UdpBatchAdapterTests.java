package io.synod.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.support.GenericMessage;

class UdpBatchAdapterTests {

    @EnableIntegration
    static class Infrastructure {}

    private final UdpSettings settings = UdpSettings.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final UdpEndpoint receiving = new UdpEndpoint(settings);
    private final UdpEndpoint sending = new UdpEndpoint(settings);
    private final UdpBatchInboundAdapter inbound = new UdpBatchInboundAdapter(receiving);
    private final UdpBatchOutboundHandler outbound = new UdpBatchOutboundHandler(sending);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
            Infrastructure.class);

    @BeforeEach
    void start() throws IOException {
        DirectChannel channel = new DirectChannel();
        channel.setBeanFactory(context.getBeanFactory());
        channel.subscribe(message -> {
            messages.incrementAndGet();
            DatagramBatch batch = (DatagramBatch) message.getPayload();
            batch.forEach((datagram, _) -> received.add(StandardCharsets.UTF_8.decode(datagram).toString()));
            if (received.contains("poison")) {
                throw new IllegalStateException("cannot be handled");
            }
        });
        inbound.setBeanFactory(context.getBeanFactory());
        inbound.setOutputChannel(channel);
        inbound.afterPropertiesSet();
        inbound.start();
        outbound.setBeanFactory(context.getBeanFactory());
        outbound.afterPropertiesSet();
        sending.open();
    }

    @AfterEach
    void stop() {
        inbound.stop();
        sending.close();
        context.close();
    }

    @Test
    void aBatchIsOneMessageOutAndADrainedBatchOneMessageIn() throws Exception {
        DatagramBatch batch = settings.newBatch();
        for (int i = 0; i < 200; i++) {
            batch.add(bytes("d" + i), receiving.localAddress());
        }
        outbound.handleMessage(new GenericMessage<>(batch));
        for (int i = 0; i < 200; i++) {
            assertThat(next()).isEqualTo("d" + i);
        }
        assertThat(sending.counters().sentBatches()).isEqualTo(1);
        assertThat(messages.get()).isEqualTo((int) receiving.counters().receivedBatches()).isLessThan(200);
    }

    @Test
    void anExceptionFromDownstreamDoesNotMakeTheAdapterDeaf() throws Exception {
        send("poison");
        assertThat(next()).isEqualTo("poison");
        send("next");
        assertThat(next()).isEqualTo("next");
        assertThat(inbound.isListening()).isTrue();
    }

    @Test
    void aStoppedAdapterGivesTheSocketBackAndStartsAgain() throws Exception {
        assertThat(inbound.isListening()).isTrue();
        assertThat(inbound.getPort()).isPositive();
        inbound.stop();
        assertThat(inbound.isListening()).isFalse();
        assertThat(receiving.isOpen()).isFalse();
        inbound.start();
        send("again");
        assertThat(next()).isEqualTo("again");
    }

    @Test
    void anAddressThatIsTakenIsSaidWhenTheAdapterStarts() {
        UdpBatchInboundAdapter second = new UdpBatchInboundAdapter(
                new UdpEndpoint(UdpSettings.of(receiving.localAddress())));
        second.setOutputChannel(new DirectChannel());
        second.setBeanFactory(context.getBeanFactory());
        second.afterPropertiesSet();
        assertThatThrownBy(second::start).isInstanceOf(UdpBindException.class).hasCauseInstanceOf(BindException.class);
        assertThat(second.isListening()).isFalse();
    }

    @Test
    void onlyABatchCanBeSent() {
        assertThatThrownBy(() -> outbound.handleMessage(new GenericMessage<>("text")))
                .isInstanceOf(MessageHandlingException.class).hasRootCauseMessage(
                        "the payload is a java.lang.String; only a DatagramBatch can be sent");
    }

    private void send(String text) {
        DatagramBatch batch = settings.newBatch();
        batch.add(bytes(text), receiving.localAddress());
        outbound.handleMessage(new GenericMessage<>(batch));
    }

    private String next() throws InterruptedException {
        return String.valueOf(received.poll(10, TimeUnit.SECONDS));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
