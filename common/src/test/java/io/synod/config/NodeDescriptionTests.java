package io.synod.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.codec.SenderHeader;
import io.synod.protocol.message.LeaderHint;
import io.synod.udp.PeerAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class NodeDescriptionTests {

    @Test
    void withoutAnythingSetThereAreThreeAcceptorsAProposerAndALearnerAtTheUsualPorts() {
        NodeDescription node = describe("role=acceptor");
        assertThat(node.layout()).isEqualTo(new ClusterLayout(3, 1, 1, false));
        assertThat(node.quorums()).isEqualTo(Quorums.majority(3));
        assertThat(node.trimQuorum()).isEqualTo(1);
        assertThat(node.cluster().addresses())
                .containsEntry(NodeId.of(NodeType.ACCEPTOR, 2), PeerAddress.parse("127.0.0.1:7702"))
                .containsEntry(NodeId.of(NodeType.PROPOSER, 0), PeerAddress.parse("127.0.0.1:7600"))
                .containsEntry(NodeId.of(NodeType.LEARNER, 0), PeerAddress.parse("127.0.0.1:7800")).hasSize(5);
        assertThat(node.udp().bind()).isEqualTo(new InetSocketAddress("127.0.0.1", 7_700));
        assertThat(node.valueBytesMax()).isEqualTo(1 << 20);
    }

    @Test
    void onTheLoopbackDatagramsAreAsLargeAsUdpAllows() {
        assertThat(describe("role=acceptor").datagramBytesMax()).isEqualTo(65_507);
    }

    @Test
    void onAnyAddressDatagramsFitEthernet() {
        assertThat(describe("role=acceptor", "transport.bind-address=0.0.0.0", "security.allow-plaintext=true")
                .datagramBytesMax()).isEqualTo(1_472);
    }

    @Test
    void replicasHoldOneOfEachRole() {
        NodeDescription node = describe("role=replica", "id=2", "cluster.replica-count=3");
        assertThat(node.layout()).isEqualTo(new ClusterLayout(3, 3, 3, true));
        assertThat(node.udp().bind().getPort()).isEqualTo(7_502);
        assertThat(node.role().httpPort(2)).isEqualTo(8_502);
        assertThat(node.cluster().addresses()).hasSize(3);
    }

    @Test
    void aClientIsNotConfiguredAndBindsByItsOwnId() {
        NodeDescription node = describe("role=client", "id=5");
        assertThat(node.udp().bind().getPort()).isEqualTo(7_905);
        assertThat(node.nodeId(77)).isEqualTo(NodeId.client(77));
        assertThat(describe("role=client", "transport.port=0").udp().bind().getPort()).isZero();
    }

    @Test
    void listedAddressesCountAndHoldTheOwnPort() {
        NodeDescription node =
                describe("role=acceptor", "id=1", "cluster.acceptors=a.example:9000,b.example:9001,[::1]:9002",
                        "quorum.phase1=3", "quorum.phase2=1");
        assertThat(node.layout().acceptors()).isEqualTo(3);
        assertThat(node.udp().bind().getPort()).isEqualTo(9_001);
        assertThat(node.quorums()).isEqualTo(new Quorums(3, 3, 1));
        assertThat(node.cluster().addresses()).containsEntry(NodeId.of(NodeType.ACCEPTOR, 2),
                new PeerAddress("::1", 9_002));
    }

    @Test
    void theClusterIdIsAHashOfWhatAllItsNodesMustAgreeOn() {
        long usual = describe("role=acceptor").clusterId();
        assertThat(usual).isEqualTo(0x4afc65945323e5c3L);
        for (String differs : new String[] {"cluster.name=a", "cluster.acceptor-count=5", "quorum.phase1=3",
                "quorum.phase2=3"}) {
            assertThat(describe("role=acceptor", differs).clusterId()).as(differs).isNotEqualTo(usual);
        }
        for (String own : new String[] {"id=2", "cluster.proposer-count=2", "cluster.learner-count=2",
                "cluster.host=host.example", "quorum.trim=1", "transport.port=1"}) {
            assertThat(describe("role=acceptor", own).clusterId()).as(own).isEqualTo(usual);
        }
    }

    @Test
    void s6NodesWithOtherQuorumsDoNotHearEachOther() {
        NodeDescription majority = describe("role=acceptor");
        NodeDescription flexible = describe("role=proposer", "quorum.phase1=3", "quorum.phase2=1");
        DatagramWriter writer = new DatagramWriter(
                new SenderHeader(flexible.clusterId(), NodeType.PROPOSER, 0, 9), ByteBuffer.allocate(1_472));
        writer.begin();
        writer.append(new LeaderHint(0), MessageSize.of(new LeaderHint(0)));
        ByteBuffer datagram = writer.finish(1);
        assertThat(new DatagramReader(majority.clusterId(), majority.layout()).readHeader(datagram))
                .isEqualTo(RejectReason.CLUSTER);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            id=3                                                  | paxos.id is '3'; allowed are 0 to 2, since the cluster has 3 acceptors
            id=-1                                                 | paxos.id is '-1'; allowed are 0 to 2, since the cluster has 3 acceptors
            role=learner id=1                                     | paxos.id is '1'; allowed are 0 to 0, since the cluster has 1 learner
            role=client id=100                                    | paxos.id is '100'; allowed are 0 to 99
            role=replica                                          | paxos.role is 'replica'; the cluster has no replicas: set paxos.cluster.replica-count or paxos.cluster.replicas
            cluster.replica-count=3                               | paxos.role is 'acceptor'; the cluster is one of replicas (paxos.cluster.replicas)
            cluster.replica-count=3 cluster.acceptor-count=3      | paxos.cluster.acceptor-count is '3'; a cluster of replicas has no acceptors beside them
            cluster.acceptor-count=0                              | paxos.cluster.acceptor-count is '0'; allowed are 1 to 31
            cluster.acceptor-count=32                             | paxos.cluster.acceptor-count is '32'; allowed are 1 to 31
            cluster.learner-count=101                             | paxos.cluster.learner-count is '101'; allowed are 1 to 100
            cluster.acceptor-count=2 cluster.acceptors=a:1        | paxos.cluster.acceptor-count is '2'; paxos.cluster.acceptors lists 1: set one of the two
            cluster.acceptors=a:1,,b:2                            | paxos.cluster.acceptors[1] is ''; ids start at 0 and have no gap: give it a host:port
            cluster.acceptors=a:1,b:2,a:1                         | paxos.cluster.acceptors[2] is 'a:1'; an address belongs to one node, and this one is that of paxos.cluster.acceptors[0]
            cluster.learners=127.0.0.1:7700                       | paxos.cluster.learners[0] is '127.0.0.1:7700'; an address belongs to one node, and this one is that of paxos.cluster.acceptors[0]
            cluster.acceptors=a:1,b                               | paxos.cluster.acceptors[1] is 'b'; allowed is host:port, such as 127.0.0.1:7700 or [::1]:7700
            cluster.acceptors=a:1,b:70000                         | paxos.cluster.acceptors[1] is 'b:70000'; allowed is host:port, such as 127.0.0.1:7700 or [::1]:7700
            cluster.acceptors=::1:7700                            | paxos.cluster.acceptors[0] is '::1:7700'; allowed is host:port, such as 127.0.0.1:7700 or [::1]:7700
            quorum.phase1=4                                       | paxos.quorum.phase1 is '4'; allowed are 1 to 3, since the cluster has 3 acceptors
            quorum.phase2=0                                       | paxos.quorum.phase2 is '0'; allowed are 1 to 3, since the cluster has 3 acceptors
            quorum.phase2=1                                       | paxos.quorum.phase2 is '1'; allowed are 2 to 3, since paxos.quorum.phase1 is 2 and any two quorums of the 3 acceptors must meet
            quorum.phase1=1                                       | paxos.quorum.phase1 is '1'; allowed are 2 to 3, since paxos.quorum.phase2 is 2 and any two quorums of the 3 acceptors must meet
            quorum.phase1=2 quorum.phase2=1                       | paxos.quorum.phase2 is '1'; allowed are 2 to 3, since paxos.quorum.phase1 is 2 and any two quorums of the 3 acceptors must meet
            quorum.trim=2                                         | paxos.quorum.trim is '2'; allowed are 1 to 1, since the cluster has 1 learners
            learner.can-trim=true learner.trim-every=524289       | paxos.learner.trim-every is '524289'; allowed is at most half of paxos.acceptor.stored-instances-max, 524288 here: acceptors would be full before they are asked to trim
            learner.can-trim=true acceptor.stored-bytes-max=127MB | paxos.learner.trim-every-bytes is '67108864 bytes'; allowed is at most half of paxos.acceptor.stored-bytes-max, 66584576 bytes here: acceptors would be full before they are asked to trim
            transport.bind-address=0.0.0.0                        | paxos.transport.bind-address is '0.0.0.0'; without a cluster key (paxos.security.key-file) only the loopback is allowed, such as 127.0.0.1; paxos.security.allow-plaintext=true allows any, in a network that you trust
            transport.bind-address=0.0.0.0 security.allow-open-http=true | paxos.transport.bind-address is '0.0.0.0'; without a cluster key (paxos.security.key-file) only the loopback is allowed, such as 127.0.0.1; paxos.security.allow-plaintext=true allows any, in a network that you trust
            transport.bind-address=localhost                      | paxos.transport.bind-address is 'localhost'; allowed is an address of this host by number, such as 127.0.0.1, 10.0.0.5 or 0.0.0.0
            cluster.host=10.0.0.5                                 | paxos.transport.bind-address is '127.0.0.1'; the node's own address is 10.0.0.5:7700, at which nobody would reach it: set it to that host's address or 0.0.0.0
            transport.port=70000                                  | paxos.transport.port is '70000'; allowed are 0 to 65535
            transport.datagram-bytes-max=100                      | paxos.transport.datagram-bytes-max is '100'; allowed are 548 to 65507
            transport.batch-datagrams-max=0                       | paxos.transport.batch-datagrams-max is '0'; allowed are 1 to 4096
            transport.receive-buffer=1KB                          | paxos.transport.receive-buffer is '1024 bytes'; allowed are 4096 to 1073741824 bytes
            transport.mailbox-tasks-max=0                         | paxos.transport.mailbox-tasks-max is '0'; allowed are 1 to 1048576
            limits.value-bytes-max=17MB                           | paxos.limits.value-bytes-max is '17825792 bytes'; allowed are 1 to 16777216 bytes
            limits.sessions-max=1                                 | paxos.limits.sessions-max is '1'; allowed are 16384 to 16777216
            timing.heartbeat-interval=0ms                         | paxos.timing.heartbeat-interval is '0ms'; allowed is a time above 0, such as 50ms
            timing.leader-timeout=99ms                            | paxos.timing.leader-timeout is '99ms'; allowed is twice paxos.timing.heartbeat-interval or more, 100ms here
            """)
    void whatCannotBeIsRefusedInOneLineThatNamesPropertyValueAndWhatIsAllowed(String properties, String line) {
        String[] pairs = ("role=acceptor " + properties).split(" ");
        assertThatThrownBy(() -> describe(pairs)).isInstanceOf(ConfigurationException.class).hasMessage(line);
    }

    @Test
    void withoutARoleThereIsNoNode() {
        assertThatThrownBy(() -> describe("id=0")).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("paxos.role is not set; ");
    }

    @Test
    void anInterfaceThatIsNotThereIsTakenForAnEthernet() throws Exception {
        assertThat(NodeDescription.datagramBytesOfInterface(InetAddress.ofLiteral("192.0.2.1"))).isEqualTo(1_472);
    }

    private static NodeDescription describe(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            map.put("paxos." + pair.substring(0, equals), pair.substring(equals + 1));
        }
        return NodeDescription
                .of(new Binder(new MapConfigurationPropertySource(map)).bindOrCreate("paxos", PaxosProperties.class));
    }
}
