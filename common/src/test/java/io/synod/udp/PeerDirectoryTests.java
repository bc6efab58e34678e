package io.synod.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PeerDirectoryTests {

    private static final NodeId NAMED = NodeId.of(NodeType.ACCEPTOR, 0);
    private static final NodeId LITERAL = NodeId.of(NodeType.PROPOSER, 0);

    private final List<String> moves = new ArrayList<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private @Nullable String found;
    private final PeerDirectory directory = new PeerDirectory(
            Map.of(NAMED, PeerAddress.parse("acceptor.example:7700"), LITERAL, PeerAddress.parse("127.0.0.1:7600")),
            this::lookUp, (peer, before) -> moves.add(before + " -> " + peer.address()));

    private InetAddress lookUp(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        if (found == null) {
            throw new UnknownHostException("the resolver is down");
        }
        return InetAddress.ofLiteral(found);
    }

    @Test
    void anAddressByNumberIsThereAtOnceAndNobodyIsAsked() {
        assertThat(directory.address(LITERAL)).isEqualTo(new InetSocketAddress("127.0.0.1", 7_600));
        assertThat(lookups).hasValue(0);
    }

    @Test
    void aNameThatIsNotResolvedIsMissingWithTheReasonAndAskedForAgain() {
        directory.resolve();
        assertThat(directory.address(NAMED)).isNull();
        assertThat(directory.missing()).singleElement().satisfies(peer -> {
            assertThat(peer.node()).isEqualTo(NAMED);
            assertThat(peer.problem()).contains("acceptor.example", "the resolver is down");
        });
        directory.resolve();
        assertThat(moves).as("the same problem is told once").containsExactly("null -> null");
        found = "192.0.2.1";
        directory.resolve();
        assertThat(directory.address(NAMED)).isEqualTo(new InetSocketAddress("192.0.2.1", 7_700));
        assertThat(directory.missing()).isEmpty();
    }

    @Test
    void aSilentPeerIsLookedUpAgainAndFoundElsewhere() {
        found = "192.0.2.1";
        directory.resolve();
        found = "192.0.2.2";
        directory.resolve();
        assertThat(directory.address(NAMED)).isEqualTo(new InetSocketAddress("192.0.2.2", 7_700));
        assertThat(moves).containsExactly("null -> /192.0.2.1:7700", "/192.0.2.1:7700 -> /192.0.2.2:7700");
    }

    @Test
    void aPeerThatIsHeardIsLookedUpOnlyNowAndThen() {
        directory.setSilence(_ -> 0);
        found = "192.0.2.1";
        for (int i = 0; i < 3 * PeerDirectory.LOOKUPS_PER_FULL; i++) {
            directory.resolve();
        }
        assertThat(lookups).hasValue(3);
    }

    @Test
    void anAddressThatWasGoodIsKeptWhileTheResolverIsDown() {
        found = "192.0.2.1";
        directory.resolve();
        found = null;
        directory.resolve();
        assertThat(directory.address(NAMED)).isEqualTo(new InetSocketAddress("192.0.2.1", 7_700));
        assertThat(directory.peers()).filteredOn(peer -> peer.node().equals(NAMED)).singleElement()
                .satisfies(peer -> assertThat(peer.problem()).contains("the resolver is down"));
    }

    @Test
    void namesAreResolvedOnAThreadOfTheDirectorysOwn() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        String[] thread = new String[1];
        PeerDirectory own = new PeerDirectory(Map.of(NAMED, PeerAddress.parse("a.example:1")), _ -> {
            thread[0] = Thread.currentThread().getName();
            asked.countDown();
            throw new UnknownHostException("no");
        }, (_, _) -> {});
        own.start();
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thread[0]).isEqualTo("paxos-resolver");
        own.close();
    }

    @Test
    void nobodyIsAtAnIdThatIsNotConfigured() {
        assertThat(directory.address(NodeId.of(NodeType.ACCEPTOR, 1))).isNull();
        assertThat(directory.address(NodeId.of(NodeType.REPLICA, 0))).isNull();
        assertThat(directory.address(NodeId.client(5))).isNull();
    }

    @Test
    void idsHaveNoGap() {
        Map<NodeId, PeerAddress> gap = Map.of(NodeId.of(NodeType.ACCEPTOR, 1), PeerAddress.parse("a:1"));
        assertThatThrownBy(() -> new PeerDirectory(gap, NameResolver.system(), (_, _) -> {}))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("without a gap");
    }
}
