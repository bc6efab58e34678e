package io.synod.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.seal.KeyRing;
import io.synod.udp.PeerDirectory;
import io.synod.udp.UdpEndpoint;
import io.synod.udp.UdpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node says of datagrams that strangers can speak, as {@code paxos.security.allow-plaintext} allows. */
class PlainDatagramsTests {

    private static final KeyProbe NO_KEYS = new KeyProbe() {

        @Override
        public @Nullable KeyRing ring() {
            return null;
        }

        @Override
        public @Nullable String problem() {
            return null;
        }
    };

    private static Map<String, Object> details(InetAddress bind) throws IOException {
        try (PeerDirectory peers =
                new PeerDirectory(Map.of(), _ -> InetAddress.getLoopbackAddress(), (_, _) -> {});
                UdpEndpoint endpoint = new UdpEndpoint(UdpSettings.of(new InetSocketAddress(bind, 0)))) {
            endpoint.open();
            return Objects.requireNonNull(NodeHealth.transport(endpoint, peers, NO_KEYS).health()).getDetails();
        }
    }

    @Test
    void healthWarnsWhereOtherHostsReachThem() throws IOException {
        assertThat(details(InetAddress.getByName("0.0.0.0"))).containsEntry("datagrams", "in plain text")
                .containsEntry("warning", DatagramAccess.WARNING);
        assertThat(details(InetAddress.getLoopbackAddress())).containsEntry("datagrams", "in plain text")
                .doesNotContainKey("warning");
    }

    @Test
    void onlyWhatStrangersReachUnsealedIsOpen() {
        assertThat(new DatagramAccess(false, false).isOpen()).isTrue();
        assertThat(new DatagramAccess(true, false).isOpen()).isFalse();
        assertThat(new DatagramAccess(false, true).isOpen()).isFalse();
    }
}
