package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.client.cli.ClusterFile;
import io.synod.client.cli.ClusterTiming;
import io.synod.client.cli.CommandFailure;
import io.synod.protocol.Quorums;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ClusterPlanTests {

    private static final ClusterPlan SERVICES = new ClusterPlan("local-1", 3, 2, 1, 0, 0, 0, false);
    private static final ClusterPlan REPLICAS = new ClusterPlan("local-2", 0, 0, 0, 3, 40, 2, true);

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        ClusterPlan flexible = new ClusterPlan("local-3", 4, 1, 1, 0, 0, 0, new Quorums(4, 3, 2),
                new ClusterTiming(Duration.ofMillis(20), Duration.ofMillis(900), Duration.ofSeconds(9)), false, false);
        for (ClusterPlan plan : new ClusterPlan[] {SERVICES, REPLICAS, flexible}) {
            Properties properties = new Properties();
            properties.load(new StringReader(String.join("\n", plan.toLines())));
            assertThat(ClusterPlan.of(properties)).isEqualTo(plan);
            assertThat(ClusterFile.of(properties).quorums()).isEqualTo(plan.quorums());
        }
    }

    @Test
    void s6TheEnvironmentDoesNotChangeWhoTheServicesAre() {
        for (String variable : new String[] {"PAXOS_CLUSTER_NAME", "PAXOS_CLUSTER_ACCEPTORS_0", "PAXOS_QUORUM_PHASE1",
                "paxos_quorum_phase2", "PAXOS_ROLE", "PAXOS_ID", "PAXOS_TRANSPORT_PORT",
                "PAXOS_TIMING_LEARNER_LEASE", "PAXOS_SECURITY_KEYFILE", "PAXOS_SECURITY_KEYS"}) {
            assertThat(LocalCluster.isOfPlan(variable)).as(variable).isTrue();
        }
        for (String variable : new String[] {"PAXOS_LOG_VERBOSITY", "PAXOS_QUORUM_TRIM", "PATH"}) {
            assertThat(LocalCluster.isOfPlan(variable)).as(variable).isFalse();
        }
    }

    @Test
    void portsAreThoseOfTheTableAndTheOffset() {
        assertThat(SERVICES.udpPort(new ServiceName(ServiceKind.ACCEPTOR, 2))).isEqualTo(7702);
        assertThat(SERVICES.httpPort(new ServiceName(ServiceKind.LEARNER, 0))).isEqualTo(8800);
        assertThat(REPLICAS.udpPort(new ServiceName(ServiceKind.REPLICA, 1))).isEqualTo(7541);
        assertThat(REPLICAS.httpPort(new ServiceName(ServiceKind.CLIENT, 0))).isEqualTo(8940);
    }

    @Test
    void addressesStandUnderTheNamesThatServicesRead() {
        assertThat(SERVICES.toLines()).contains(
                "paxos.cluster.name=local-1",
                "paxos.cluster.acceptors=127.0.0.1:7700,127.0.0.1:7701,127.0.0.1:7702",
                "paxos.cluster.proposers=127.0.0.1:7600,127.0.0.1:7601",
                "paxos.cluster.learners=127.0.0.1:7800",
                "paxos.quorum.phase1=2",
                "paxos.quorum.phase2=2");
        assertThat(REPLICAS.toLines())
                .contains("paxos.cluster.replicas=127.0.0.1:7540,127.0.0.1:7541,127.0.0.1:7542")
                .contains("paxos.acceptor.storage=memory", "paxos.learner.storage=memory")
                .noneMatch(line -> line.startsWith("paxos.cluster.acceptors"));
    }

    @Test
    void aClusterHasOneClientService() {
        assertThat(SERVICES.services()).hasSize(7).contains(new ServiceName(ServiceKind.CLIENT, 0));
        assertThat(REPLICAS.services()).hasSize(4).contains(new ServiceName(ServiceKind.CLIENT, 0));
    }

    @Test
    void theTrimmerIsALearnerOrAReplica() {
        assertThat(SERVICES.isTrimmer(new ServiceName(ServiceKind.LEARNER, 0))).isTrue();
        assertThat(SERVICES.isTrimmer(new ServiceName(ServiceKind.ACCEPTOR, 0))).isFalse();
        assertThat(REPLICAS.isTrimmer(new ServiceName(ServiceKind.REPLICA, 2))).isTrue();
    }

    @Test
    void whatCannotBeIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> new ClusterPlan("x", 0, 1, 1, 0, 0, 0, false)).isInstanceOf(CommandFailure.class)
                .hasMessage("--acceptors is 0; allowed are 1 to 31");
        assertThatThrownBy(() -> new ClusterPlan("x", 3, 1, 1, 0, 0, 1, false)).isInstanceOf(CommandFailure.class)
                .hasMessage("--trimmer is 1; allowed are -1 to 0");
        assertThatThrownBy(() -> new ClusterPlan("x", 3, 1, 1, 0, 60_000, 0, false)).isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--port-offset is 60000");
        assertThatThrownBy(() -> ClusterPlan.quorums(3, 1, 2)).isInstanceOf(CommandFailure.class)
                .hasMessageContaining("phase-1 quorum 1 and phase-2 quorum 2");
    }
}
