package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortOwnersTests {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral(ClusterPlan.HOST);

    @Test
    void aBoundPortIsTakenAndAClosedOneFree() throws IOException {
        int udp;
        int tcp;
        try (DatagramSocket datagrams = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                ServerSocket connections = new ServerSocket(0, 1, LOOPBACK)) {
            udp = datagrams.getLocalPort();
            tcp = connections.getLocalPort();
            assertThat(PortOwners.isUdpFree(udp)).isFalse();
            assertThat(PortOwners.isTcpFree(tcp)).isFalse();
        }
        assertThat(PortOwners.isUdpFree(udp)).isTrue();
        assertThat(PortOwners.isTcpFree(tcp)).isTrue();
    }

    @Test
    void theHolderOfAPortIsNamed() throws IOException {
        assumeThat(Files.isReadable(Path.of("/proc/net/udp"))).as("Linux").isTrue();
        try (DatagramSocket datagrams = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                ServerSocket connections = new ServerSocket(0, 1, LOOPBACK)) {
            long self = ProcessHandle.current().pid();
            assertThat(PortOwners.owner("udp", datagrams.getLocalPort())).isEqualTo(self);
            assertThat(PortOwners.owner("tcp", connections.getLocalPort())).isEqualTo(self);
        }
    }
}
