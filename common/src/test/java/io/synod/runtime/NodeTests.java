package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.Prepare;
import io.synod.role.Sender;
import org.junit.jupiter.api.Test;

class NodeTests {

    private static final ClusterLayout SERVICES = new ClusterLayout(3, 2, 2, false);
    private static final NodeId ACCEPTOR = NodeId.of(NodeType.ACCEPTOR, 0);
    private static final NodeId PROPOSER = NodeId.of(NodeType.PROPOSER, 1);

    private final TestCluster cluster = new TestCluster(SERVICES);

    @Test
    void messagesGoFromRoleToRole() {
        TestCluster.Host acceptor = cluster.start(NodeType.ACCEPTOR, 0, 100);
        TestCluster.Host proposer = cluster.start(NodeType.PROPOSER, 1, 200);
        meet(acceptor, proposer);
        Prepare prepare = new Prepare(new Ballot(1, 1, 200), 1, LogId.UNKNOWN);
        Accept large = new Accept(new Ballot(1, 1, 200), 1, Bytes.wrap(new byte[100_000]));
        proposer.role().sendNextRound(ACCEPTOR, prepare);
        proposer.role().sendNextRound(ACCEPTOR, large);
        cluster.settle();
        assertThat(acceptor.role().heard).containsExactly(
                new RecordingRole.Heard(new Sender(PROPOSER, 200), prepare),
                new RecordingRole.Heard(new Sender(PROPOSER, 200), large));
        assertThat(acceptor.node.isFailed()).isFalse();
    }

    /** Lets two nodes admit each other, and forgets what they said for it. */
    private void meet(TestCluster.Host a, TestCluster.Host b) {
        a.role().sendNextRound(b.name, new Echo(0));
        cluster.settle();
        a.role().heard.clear();
        b.role().heard.clear();
    }
}
