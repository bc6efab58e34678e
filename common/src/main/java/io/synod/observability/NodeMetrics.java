package io.synod.observability;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.synod.config.NodeDescription;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.codec.RejectReason;
import io.synod.runtime.EventLoop;
import io.synod.runtime.Node;
import io.synod.runtime.NodeCounters;
import io.synod.udp.UdpCounters;
import io.synod.udp.UdpEndpoint;
import java.util.function.ToDoubleFunction;

/**
 * The meters that every node has, whatever its roles. All meters of a process carry the tags {@code role} and {@code id}.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><td>{@code paxos.datagrams.received}</td><td>datagrams that came in</td></tr>
 * <tr><td>{@code paxos.datagrams.sent}</td><td>datagrams given to the system</td></tr>
 * <tr><td>{@code paxos.datagrams.rejected}</td><td>datagrams or messages in them not acted on, by {@code reason}</td></tr>
 * <tr><td>{@code paxos.datagrams.dropped}</td><td>datagrams lost on this host, by {@code where}: the system's receive
 *     buffer, the send buffer, a length that is not allowed, a name that is not resolved, an error of the system</td></tr>
 * <tr><td>{@code paxos.transport.bytes}</td><td>payload bytes, by {@code direction}</td></tr>
 * <tr><td>{@code paxos.transport.batches}</td><td>batches drained and flushed, by {@code direction}</td></tr>
 * <tr><td>{@code paxos.transport.receive.buffer}</td><td>what the system grants for waiting datagrams, in bytes</td></tr>
 * <tr><td>{@code paxos.transport.floods}</td><td>floods of refused datagrams that began</td></tr>
 * <tr><td>{@code paxos.transport.lanes}</td><td>sources that have a socket of their own, in a flood; 0 else</td></tr>
 * <tr><td>{@code paxos.messages.dropped}</td><td>messages lost inside the node, by {@code where}</td></tr>
 * <tr><td>{@code paxos.quorum.acceptors}</td><td>how many acceptors make a quorum, by {@code phase}</td></tr>
 * <tr><td>{@code paxos.security.key.id}</td><td>the key that datagrams are sealed with; 0 for plain text</td></tr>
 * <tr><td>{@code paxos.security.other.key.datagrams}</td><td>datagrams acted on that were sealed with another key</td></tr>
 * <tr><td>{@code paxos.peer.key.id}</td><td>the key that a configured {@code peer} sealed with last; 0 for none</td></tr>
 * <tr><td>{@code paxos.loop.rounds}</td><td>rounds that had something to do</td></tr>
 * <tr><td>{@code paxos.loop.mailbox}</td><td>calls that wait for the loop</td></tr>
 * <tr><td>{@code paxos.loop.commits}</td><td>group commits reported durable</td></tr>
 * <tr><td>{@code paxos.loop.waiting.messages}</td><td>messages that wait for a commit</td></tr>
 * </table>
 */
public final class NodeMetrics implements MeterBinder {

    private final EventLoop loop;
    private final Node node;
    private final UdpEndpoint endpoint;
    private final NodeDescription description;
    private final KeyProbe keys;

    public NodeMetrics(EventLoop loop, Node node, UdpEndpoint endpoint, NodeDescription description, KeyProbe keys) {
        this.loop = loop;
        this.node = node;
        this.endpoint = endpoint;
        this.description = description;
        this.keys = keys;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bindDatagrams(registry);
        UdpCounters udp = endpoint.counters();
        counter(registry, "paxos.transport.bytes", "direction", "in", udp, UdpCounters::receivedBytes);
        counter(registry, "paxos.transport.bytes", "direction", "out", udp, UdpCounters::sentBytes);
        counter(registry, "paxos.transport.batches", "direction", "in", udp, UdpCounters::receivedBatches);
        counter(registry, "paxos.transport.batches", "direction", "out", udp, UdpCounters::sentBatches);
        Gauge.builder("paxos.transport.receive.buffer", endpoint, UdpEndpoint::receiveBufferBytesGranted)
                .baseUnit("bytes").strongReference(true).register(registry);
        FunctionCounter.builder("paxos.transport.floods", udp, UdpCounters::floods).register(registry);
        Gauge.builder("paxos.transport.lanes", endpoint, UdpEndpoint::lanes).strongReference(true).register(registry);
        NodeCounters counters = node.counters();
        counter(registry, "paxos.messages.dropped", "where", "local", counters, NodeCounters::localDropped);
        counter(registry, "paxos.messages.dropped", "where", "commit", counters, NodeCounters::waitingDropped);
        counter(registry, "paxos.messages.dropped", "where", "reassembly", counters,
                NodeCounters::reassembliesDropped);
        counter(registry, "paxos.messages.dropped", "where", "destination", counters,
                NodeCounters::unknownDestination);
        quorum(registry, "1", Quorums::phase1);
        quorum(registry, "2", Quorums::phase2);
        bindKeys(registry);
        FunctionCounter.builder("paxos.loop.rounds", loop, EventLoop::rounds).register(registry);
        FunctionCounter.builder("paxos.loop.commits", counters, NodeCounters::commits).register(registry);
        Gauge.builder("paxos.loop.mailbox", loop, EventLoop::mailboxTasks).strongReference(true).register(registry);
        Gauge.builder("paxos.loop.waiting.messages", counters, NodeCounters::waitingMessages).strongReference(true)
                .register(registry);
    }

    private void bindDatagrams(MeterRegistry registry) {
        NodeCounters counters = node.counters();
        UdpCounters udp = endpoint.counters();
        FunctionCounter.builder("paxos.datagrams.received", udp, UdpCounters::received).register(registry);
        FunctionCounter.builder("paxos.datagrams.sent", udp, UdpCounters::sent).register(registry);
        for (RejectReason reason : RejectReason.values()) {
            counter(registry, "paxos.datagrams.rejected", "reason", reason.tag(), counters,
                    c -> c.rejected(reason));
        }
        String dropped = "paxos.datagrams.dropped";
        counter(registry, dropped, "where", "receive_buffer", endpoint, e -> e.kernelDrops().orElse(0));
        counter(registry, dropped, "where", "oversize", udp, UdpCounters::oversize);
        counter(registry, dropped, "where", "receive_error", udp, UdpCounters::receiveErrors);
        counter(registry, dropped, "where", "send_buffer", udp, UdpCounters::sendDropped);
        counter(registry, dropped, "where", "send_error", udp, UdpCounters::sendErrors);
        counter(registry, dropped, "where", "unresolved", udp, UdpCounters::unresolved);
    }

    private void bindKeys(MeterRegistry registry) {
        Gauge.builder("paxos.security.key.id", keys, KeyProbe::sendingId).strongReference(true).register(registry);
        FunctionCounter.builder("paxos.security.other.key.datagrams", node.counters(), NodeCounters::underOtherKey)
                .register(registry);
        for (NodeId peer : description.cluster().addresses().keySet()) {
            if (!peer.equals(node.settings().nodeId())) {
                Gauge.builder("paxos.peer.key.id", node, n -> n.keyIdOf(peer)).tag("peer", peer.toString())
                        .strongReference(true).register(registry);
            }
        }
    }

    private void quorum(MeterRegistry registry, String phase, ToDoubleFunction<Quorums> size) {
        Gauge.builder("paxos.quorum.acceptors", description.quorums(), size).tag("phase", phase).strongReference(true)
                .register(registry);
    }

    private static <T> void counter(MeterRegistry registry, String name, String tag, String value, T source,
            ToDoubleFunction<T> read) {
        FunctionCounter.builder(name, source, read).tag(tag, value).register(registry);
    }
}
