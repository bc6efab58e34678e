package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.client.ClientSettings;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFileTests {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void withoutAFileItIsTheUsualClusterAtTheUsualPorts() {
        ClusterFile cluster = ClusterFile.read(directory.resolve("none"), false);
        assertThat(cluster.addresses().layout().acceptors()).isEqualTo(3);
        assertThat(cluster.addresses().layout().proposers()).isEqualTo(1);
        assertThat(cluster.http(NodeId.of(NodeType.LEARNER, 0))).hasToString("127.0.0.1:8800");
        assertThat(cluster.trimmer()).isZero();
        assertThat(cluster.quorums()).isEqualTo(Quorums.majority(3));
        assertThat(cluster.isLocal()).isTrue();
        assertThat(cluster.datagramBytesMax()).isEqualTo(ProtocolLimits.DATAGRAM_BYTES_MAX);
    }

    @Test
    void aFileThatWasAskedForMustExist() {
        assertThatThrownBy(() -> ClusterFile.read(directory.resolve("none"), true))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void readsAddressesQuorumsAndTrimmer() throws IOException {
        ClusterFile cluster = read("""
                paxos.cluster.name=orders
                paxos.cluster.acceptors=10.0.0.1:7700,10.0.0.2:7701,10.0.0.3:7702,10.0.0.4:7703
                paxos.cluster.proposers=10.0.0.1:7600
                paxos.cluster.learners=10.0.0.1:9000,10.0.0.2:9001
                paxos.quorum.phase2=2
                paxos.quorum.phase1=3
                synod.http.learner-1=10.0.0.2:80
                synod.trimmer=1
                """);
        assertThat(cluster.addresses().name()).isEqualTo("orders");
        assertThat(cluster.addresses().layout().acceptors()).isEqualTo(4);
        assertThat(cluster.http(NodeId.of(NodeType.LEARNER, 0))).hasToString("10.0.0.1:10000");
        assertThat(cluster.http(NodeId.of(NodeType.LEARNER, 1))).hasToString("10.0.0.2:80");
        assertThat(cluster.quorums()).isEqualTo(new Quorums(4, 3, 2));
        assertThat(cluster.trimmer()).isEqualTo(1);
        assertThat(cluster.isLocal()).isFalse();
        assertThat(cluster.datagramBytesMax()).isEqualTo(1_472);
    }

    @Test
    void aClientHasTheTimesOfItsCluster() throws IOException {
        ClientSettings settings = read("""
                paxos.timing.heartbeat-interval=20ms
                paxos.timing.leader-timeout=900ms
                paxos.timing.learner-lease=12s
                """).clientSettings();
        assertThat(settings.leaderTimeoutNanos()).isEqualTo(900_000_000L);
        assertThat(settings.learner().leaseNanos()).isEqualTo(12_000_000_000L);
        assertThat(settings.learner().sourceSilentNanos()).isEqualTo(80_000_000L);
        assertThat(read("").clientSettings()).isEqualTo(read("paxos.timing.learner-lease=3s").clientSettings());
        assertThatThrownBy(() -> read("paxos.timing.learner-lease=soon\n").clientSettings())
                .hasMessageContaining("paxos.timing.learner-lease is 'soon'");
    }

    @Test
    void bindsWhereTheNodesAreReached() throws IOException {
        assertThat(read("").bindAddress()).isEqualTo("127.0.0.1");
        assertThat(read("paxos.cluster.replicas=[::1]:7500\n").bindAddress()).isEqualTo("::1");
        String agreed = "paxos.security.allow-plaintext=true\n";
        assertThat(read(agreed + "paxos.cluster.replicas=10.0.0.1:7500\n").bindAddress()).isEqualTo("0.0.0.0");
        assertThat(read(agreed + "paxos.cluster.replicas=10.0.0.1:7500,[2001:db8::1]:7500\n").bindAddress())
                .isEqualTo("::");
        assertThatThrownBy(() -> read("paxos.cluster.replicas=10.0.0.1:7500\n").bindAddress())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("paxos.security.allow-plaintext=true");
    }

    @Test
    void keysAreNamedFromWhereTheFileIs() throws IOException {
        KeyRing ring = KeyRing.of(SealKey.draw(3, new SecureRandom())).forClients();
        Files.writeString(directory.resolve("client.keys"), KeyFile.text(ring));
        String elsewhere = "paxos.cluster.replicas=10.0.0.1:7500\n";
        ClusterFile sealed = read(elsewhere + "paxos.security.key-file=client.keys\n");
        assertThat(sealed.keys()).isEqualTo(ring);
        assertThat(sealed.bindAddress()).isEqualTo("0.0.0.0");
        assertThat(read("paxos.security.keys=" + ring.sending().text() + "\n").keys()).isEqualTo(ring);
        assertThat(read("").keys()).isNull();
        assertThatThrownBy(() -> read("paxos.security.key-file=none.keys\n").keys())
                .isInstanceOf(CommandFailure.class).hasMessageContaining("none.keys: there is no such file");
        assertThatThrownBy(() -> read("paxos.security.keys=1 client\n").keys())
                .isInstanceOf(CommandFailure.class).hasMessageContaining("paxos.security.keys: key 1, line 1");
    }

    @Test
    void aReplicaAnswersForItsLearner() throws IOException {
        ClusterFile cluster = read("paxos.cluster.replicas=127.0.0.1:7500,127.0.0.1:7501,127.0.0.1:7502\n");
        assertThat(cluster.addresses().layout().replicas()).isTrue();
        assertThat(cluster.http(cluster.addresses().layout().learner(2))).hasToString("127.0.0.1:8502");
    }

    @Test
    void namesWhatIsWrong() {
        assertThatThrownBy(() -> read("paxos.cluster.acceptors=nonsense\n"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("paxos.cluster.acceptors[0] is 'nonsense'");
    }

    private ClusterFile read(String text) throws IOException {
        Path file = directory.resolve("cluster.properties");
        Files.writeString(file, text);
        return ClusterFile.read(file, true);
    }
}
