package io.synod.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpEndpointTests {

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final UdpSettings settings = UdpSettings.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final UdpEndpoint a = new UdpEndpoint(settings);
    private final UdpEndpoint b = new UdpEndpoint(settings.withDatagramBytesMax(2_000));

    @BeforeEach
    void open() throws IOException {
        a.open();
        b.open();
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void datagramsOfABatchArriveInOrderWithTheSendersAddress() throws IOException {
        DatagramBatch batch = settings.newBatch();
        for (int i = 0; i < 100; i++) {
            assertThat(batch.add(bytes("datagram " + i), b.localAddress())).isTrue();
        }
        a.send(batch);

        List<String> received = receive(b, 100);
        assertThat(received).hasSize(100).startsWith("datagram 0", "datagram 1").endsWith("datagram 99");
        assertThat(b.counters().received()).isEqualTo(100);
        assertThat(b.counters().receivedBatches()).isLessThan(100);
        assertThat(a.counters().sent()).isEqualTo(100);
        assertThat(a.counters().sentBatches()).isEqualTo(1);
    }

    @Test
    void theSourceOfADatagramIsTheSendersSocket() throws IOException {
        send(a, bytes("x"), b.localAddress());
        DatagramBatch batch = settings.newBatch();
        awaitDatagrams(b, batch);
        assertThat(batch.address(0)).isEqualTo(a.localAddress());
    }

    @Test
    void aDatagramLongerThanAllowedIsDroppedAndCountedAndOthersArrive() throws IOException {
        DatagramBatch batch = settings.newBatch();
        batch.add(ByteBuffer.allocate(2_001), b.localAddress());
        batch.add(bytes("after"), b.localAddress());
        a.send(batch);
        assertThat(receive(b, 1)).containsExactly("after");
        assertThat(b.counters().oversize()).isEqualTo(1);
    }

    @Test
    void aDatagramOfTheLargestSizePassesWhole() throws IOException {
        send(b, ByteBuffer.allocate(65_507), a.localAddress());
        DatagramBatch batch = settings.newBatch();
        awaitDatagrams(a, batch);
        assertThat(batch.payload(0).remaining()).isEqualTo(65_507);
        assertThat(a.counters().oversize()).isZero();
    }

    @Test
    void aBatchTakesNoMoreThanItHolds() {
        DatagramBatch batch = new DatagramBatch(2, 70_000);
        SocketAddress to = b.localAddress();
        assertThat(batch.add(bytes("1"), to)).isTrue();
        assertThat(batch.add(ByteBuffer.allocate(70_000), to)).isFalse();
        assertThat(batch.add(bytes("2"), to)).isTrue();
        assertThat(batch.add(bytes("3"), to)).isFalse();
        assertThat(batch.size()).isEqualTo(2);
        batch.clear();
        assertThat(batch.add(bytes("3"), to)).isTrue();
    }

    @Test
    void whatTheSystemRefusesToSendIsCountedAndOthersGoOut() throws IOException {
        DatagramBatch batch = new DatagramBatch(4, 200_000);
        batch.add(ByteBuffer.allocate(65_508), b.localAddress());
        batch.add(bytes("after"), b.localAddress());
        a.send(batch);
        assertThat(a.counters().sendErrors()).isEqualTo(1);
        assertThat(a.lastError()).contains("send to");
        assertThat(receive(b, 1)).containsExactly("after");
    }

    @Test
    void anAddressThatIsTakenIsRefused() {
        UdpEndpoint second = new UdpEndpoint(UdpSettings.of(a.localAddress()));
        assertThatThrownBy(second::open).isInstanceOf(BindException.class);
        assertThat(second.isOpen()).isFalse();
    }

    @Test
    void anEndpointOpensAgainAfterItWasClosed() throws IOException {
        InetSocketAddress address = a.localAddress();
        UdpEndpoint again = new UdpEndpoint(UdpSettings.of(address));
        a.close();
        again.open();
        again.close();
        again.open();
        send(b, bytes("x"), address);
        assertThat(receive(again, 1)).containsExactly("x");
        again.close();
    }

    @Test
    void aWakeUpEndsTheNextWait() throws IOException {
        a.wakeup();
        long start = System.nanoTime();
        a.await(DEADLINE_NANOS);
        assertThat(System.nanoTime() - start).isLessThan(DEADLINE_NANOS / 2);
    }

    @Test
    void anInterruptEndsOneWaitAndNeitherClosesTheSocketNorMakesTheNextSpin() throws IOException {
        Thread.currentThread().interrupt();
        a.await(DEADLINE_NANOS);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(a.isOpen()).isTrue();
        long start = System.nanoTime();
        a.await(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(15));
    }

    @Test
    void theGrantedBufferIsToldAndDropsAreCountedBySystemsThatTell() throws IOException {
        UdpEndpoint small = new UdpEndpoint(settings.withReceiveBufferBytes(4_096));
        small.open();
        assertThat(small.receiveBufferBytesGranted()).isPositive();
        DatagramBatch batch = settings.newBatch();
        for (int i = 0; i < 200; i++) {
            batch.add(ByteBuffer.allocate(1_000), small.localAddress());
        }
        a.send(batch);
        if (small.kernelDrops().isPresent()) {
            int received = receive(small, 1).size() + countLeft(small);
            assertThat(small.kernelDrops().getAsLong()).isEqualTo(200 - received).isPositive();
        }
        small.close();
    }

    @Test
    void theTableOfTheSystemIsReadForTheBoundAddressAlone() {
        List<String> table = List.of(
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
                " 1234: 0100007F:1E14 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12 2 0 17",
                " 1235: 00000000:1E15 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 13 2 0 4");
        assertThat(KernelDrops.find(table, new InetSocketAddress("127.0.0.1", 7_700), null)).hasValue(17);
        assertThat(KernelDrops.find(table, new InetSocketAddress("0.0.0.0", 7_701), null)).hasValue(4);
        assertThat(KernelDrops.find(table, new InetSocketAddress("127.0.0.1", 7_701), null)).isEmpty();
    }

    private int countLeft(UdpEndpoint endpoint) throws IOException {
        int left = 0;
        DatagramBatch batch = settings.newBatch();
        for (int n = endpoint.receive(batch); n > 0; n = endpoint.receive(batch)) {
            left += n;
        }
        return left;
    }

    private void send(UdpEndpoint from, ByteBuffer datagram, SocketAddress to) {
        DatagramBatch batch = settings.newBatch();
        batch.add(datagram, to);
        from.send(batch);
    }

    private static void awaitDatagrams(UdpEndpoint at, DatagramBatch batch) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (at.receive(batch) == 0 && System.nanoTime() < deadline) {
            at.await(deadline - System.nanoTime());
        }
        assertThat(batch.size()).isPositive();
    }

    /** Receives until there are as many as expected. */
    private List<String> receive(UdpEndpoint at, int expected) throws IOException {
        List<String> received = new ArrayList<>();
        DatagramBatch batch = settings.newBatch();
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (received.size() < expected && System.nanoTime() < deadline) {
            if (at.receive(batch) == 0) {
                at.await(deadline - System.nanoTime());
            }
            batch.forEach((datagram, _) -> received.add(StandardCharsets.UTF_8.decode(datagram).toString()));
        }
        return received;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
