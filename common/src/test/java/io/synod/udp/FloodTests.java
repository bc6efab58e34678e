package io.synod.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** An endpoint in a flood of datagrams that are refused, by a clock that the test turns. */
@ParameterizedClass
@CsvSource({"127.0.0.1, 256", "0.0.0.0, 256", "127.0.0.1, 1"})
class FloodTests {

    private static final int DATAGRAM_BYTES = 1_000;
    private static final int BUFFER_BYTES = 1 << 20;
    /** Few enough to wait in a buffer; floods are multiples of it. */
    private static final int PORTION = 50;
    /** More than any buffer of the test holds. */
    private static final int FLOOD = 2_000;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<DatagramChannel> senders = new ArrayList<>();
    private final Map<SocketAddress, Integer> actedOn = new HashMap<>();
    private int refused;
    private long now = TimeUnit.HOURS.toNanos(1);
    private final UdpEndpoint endpoint;
    private final InetSocketAddress to;
    private final DatagramBatch batch;
    private final DatagramChannel member = sender();
    private final DatagramChannel hostile = sender();

    FloodTests(String bind, int batchDatagramsMax) throws IOException {
        UdpSettings settings = UdpSettings.of(new InetSocketAddress(bind, 0)).withReceiveBufferBytes(BUFFER_BYTES)
                .withDatagramBytesMax(DATAGRAM_BYTES).withBatchDatagramsMax(batchDatagramsMax);
        endpoint = new UdpEndpoint(settings, () -> now);
        endpoint.open();
        to = new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.localAddress().getPort());
        batch = settings.newBatch();
    }

    @AfterEach
    void close() throws IOException {
        endpoint.close();
        for (DatagramChannel sender : senders) {
            sender.close();
        }
    }

    @Test
    void whatAMemberSendsInAFloodArrivesWholeAndFirst() throws IOException {
        flood();
        send(member, 1);
        awaitActedOn(member, 1);
        assertThat(endpoint.lanes()).isEqualTo(1);
        assertThat(endpoint.counters().floods()).isEqualTo(1);

        limit();
        send(hostile, FLOOD);
        send(member, 100);
        int refusedBefore = refused;
        awaitActedOn(member, 101);
        assertThat(refused - refusedBefore).as("read of the flood meanwhile").isZero();
        if (endpoint.kernelDrops().isPresent()) {
            assertThat(endpoint.kernelDrops().getAsLong()).as("dropped of the flood").isPositive();
        }
    }

    @Test
    void aStrangerIsHeardInAFloodWhenItIsTheTimeOfStrangers() throws IOException {
        flood();
        limit();
        round();
        DatagramChannel stranger = sender();
        send(stranger, 1);
        round();
        assertThat(actedOn).isEmpty();
        endpoint.await(0);

        now += TimeUnit.SECONDS.toNanos(1);
        awaitActedOn(stranger, 1);
        assertThat(endpoint.lanes()).isEqualTo(1);
        send(stranger, 1);
        awaitActedOn(stranger, 2);
    }

    @Test
    void afterAFloodAllComesByOneSocketAndNothingIsLost() throws IOException {
        flood();
        send(member, 1);
        awaitActedOn(member, 1);
        limit();
        long drops = endpoint.kernelDrops().orElse(0);

        send(member, 50);
        now += FloodControl.QUIET_NANOS + 1;
        awaitActedOn(member, 51);
        awaitEnd();
        assertThat(endpoint.kernelDrops().orElse(0)).isEqualTo(drops);
        send(member, 50);
        awaitActedOn(member, 101);
    }

    @Test
    void busyLanesTakeTurns() throws IOException {
        flood();
        DatagramChannel other = sender();
        for (DatagramChannel source : List.of(member, other)) {
            send(source, 1);
            awaitActedOn(source, 1);
        }
        limit();
        // Each always has more than a batch holds.
        for (int i = 0; i < 4; i++) {
            send(member, FLOOD);
            send(other, FLOOD);
            round();
        }
        assertThat(actedOn.get(member.getLocalAddress())).isGreaterThan(1);
        assertThat(actedOn.get(other.getLocalAddress())).isGreaterThan(1);
    }

    @Test
    void noOtherSocketComesToThePortInAFlood() throws IOException {
        flood();
        send(member, 1);
        awaitActedOn(member, 1);
        assertThat(endpoint.lanes()).isEqualTo(1);
        try (DatagramChannel second = DatagramChannel.open()) {
            second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            assertThatThrownBy(() -> second.bind(endpoint.localAddress())).isInstanceOf(BindException.class);
        }
        DatagramChannel other = sender();
        send(other, 1);
        awaitActedOn(other, 1);
        assertThat(endpoint.lanes()).isEqualTo(2);
    }

    @Test
    void thereAreNoMoreLanesThanAllowedAndTheLongestSilentGivesItsOwn() throws IOException {
        flood();
        for (int i = 0; i < Lanes.LANES_MAX + 5; i++) {
            DatagramChannel source = sender();
            send(source, 1);
            awaitActedOn(source, 1);
        }
        assertThat(endpoint.lanes()).isEqualTo(Lanes.LANES_MAX);

        now += Lanes.SILENT_NANOS + 1;
        DatagramChannel late = sender();
        send(late, 1);
        awaitActedOn(late, 1);
        assertThat(endpoint.lanes()).isEqualTo(Lanes.LANES_MAX);
        send(senders.get(2), 1);
        awaitActedOn(senders.get(2), 2);
    }

    @Test
    void aClosedEndpointGivesBackItsPortInTheMiddleOfAFlood() throws IOException {
        flood();
        send(member, 1);
        awaitActedOn(member, 1);
        InetSocketAddress address = endpoint.localAddress();
        endpoint.close();
        try (DatagramChannel next = DatagramChannel.open()) {
            assertThatCode(() -> next.bind(address)).doesNotThrowAnyException();
        }
    }

    /** Begins a flood, of which nothing is left waiting. */
    private void flood() throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        for (int sent = 0; sent < FloodControl.REFUSED_MIN; sent += PORTION) {
            send(hostile, PORTION);
            while (refused < sent + PORTION && System.nanoTime() < deadline) {
                round();
            }
        }
        assertThat(refused).isEqualTo(FloodControl.REFUSED_MIN);
    }

    /** Lets the time go by in which all is read as ever. */
    private void limit() throws IOException {
        now += FloodControl.GATHER_NANOS;
        round();
    }

    private void awaitEnd() throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (endpoint.lanes() > 0 && System.nanoTime() < deadline) {
            round();
        }
        assertThat(endpoint.lanes()).isZero();
    }

    private void awaitActedOn(DatagramChannel from, int count) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (actedOn.getOrDefault(from.getLocalAddress(), 0) < count && System.nanoTime() < deadline) {
            round();
        }
        assertThat(actedOn.getOrDefault(from.getLocalAddress(), 0)).isEqualTo(count);
    }

    /** As a loop does it; what the hostile sender sends is refused. */
    private void round() throws IOException {
        SocketAddress refusedSource = hostile.getLocalAddress();
        endpoint.receive(batch);
        batch.forEach((_, source) -> {
            if (source.equals(refusedSource)) {
                refused++;
                return false;
            }
            actedOn.merge(source, 1, Integer::sum);
            return true;
        });
        endpoint.judged(batch);
    }

    private DatagramChannel sender() throws IOException {
        DatagramChannel sender = DatagramChannel.open();
        sender.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        senders.add(sender);
        return sender;
    }

    private void send(DatagramChannel from, int count) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(DATAGRAM_BYTES);
        for (int i = 0; i < count; i++) {
            from.send(datagram.clear(), to);
        }
    }
}
