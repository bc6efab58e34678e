package io.synod.udp;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the configured nodes. A name is resolved on a thread of the directory's own, again and again until it
 * can be, and then now and then, and more often while the peer is silent: it may have come back elsewhere. Peers are known by the id in the
 * header of what they send; the address here is only where to send to. Lookups may be made by any thread and never wait.
 */
public final class PeerDirectory implements AutoCloseable {

    /** Tells how long a peer has been silent. */
    @FunctionalInterface
    public interface Silence {

        /** Returns how long nothing was heard of a node, in nanoseconds; {@link Long#MAX_VALUE} for never. */
        long nanos(NodeId peer);
    }

    /**
     * A peer for people to read.
     *
     * @param node who
     * @param configured the address as configured
     * @param address the address in use; null while the name is not resolved
     * @param problem why the name is not resolved; null when it is
     */
    public record Peer(NodeId node, PeerAddress configured, @Nullable InetSocketAddress address,
            @Nullable String problem) {}

    private static final class Entry {
        private final NodeId node;
        private final PeerAddress configured;
        private final boolean literal;
        private volatile @Nullable InetSocketAddress address;
        private volatile @Nullable String problem;

        Entry(NodeId node, PeerAddress configured) {
            this.node = node;
            this.configured = configured;
            this.address = configured.literal();
            this.literal = address != null;
            this.problem = literal ? null : "not resolved yet";
        }
    }

    /** How often names that need it are looked up. */
    public static final long RESOLVE_INTERVAL_NANOS = 1_000_000_000L;

    /** Of how many lookups one takes all names, also those of peers that are heard: one that moved is heard, but hears nothing. */
    static final int LOOKUPS_PER_FULL = 10;

    /** A peer that was heard within this time stays where it is, until all names are looked up. */
    public static final long SILENCE_NANOS = 3_000_000_000L;

    private final Map<NodeType, Entry[]> byType = new EnumMap<>(NodeType.class);
    private final List<Entry> entries = new ArrayList<>();
    private final NameResolver resolver;
    private final BiConsumer<Peer, @Nullable InetSocketAddress> onMove;
    private volatile Silence silence = _ -> Long.MAX_VALUE;
    private @Nullable ScheduledExecutorService thread;
    /** Belongs to the directory's thread. */
    private long lookups;

    /**
     * @param peers the configured nodes, ids from 0 without a gap
     * @param resolver asked for names
     * @param onMove told, on the directory's thread, of each peer that has another address, with the address before, or
     *        that cannot be resolved
     */
    public PeerDirectory(Map<NodeId, PeerAddress> peers, NameResolver resolver,
            BiConsumer<Peer, @Nullable InetSocketAddress> onMove) {
        this.resolver = resolver;
        this.onMove = onMove;
        for (NodeType type : NodeType.values()) {
            List<Entry> ofType = new ArrayList<>();
            PeerAddress configured = type == NodeType.CLIENT ? null : peers.get(NodeId.of(type, 0));
            while (configured != null) {
                ofType.add(new Entry(NodeId.of(type, ofType.size()), configured));
                configured = peers.get(NodeId.of(type, ofType.size()));
            }
            byType.put(type, ofType.toArray(Entry[]::new));
            entries.addAll(ofType);
        }
        if (entries.size() != peers.size()) {
            throw new IllegalArgumentException("peers have ids from 0 without a gap: " + peers.keySet());
        }
    }

    /** Says who knows how long a peer was silent. */
    public void setSilence(Silence newSilence) {
        this.silence = newSilence;
    }

    /** Starts to resolve names; without any there is no thread. */
    public synchronized void start() {
        if (thread != null || entries.stream().allMatch(e -> e.literal)) {
            return;
        }
        thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("paxos-resolver").factory());
        var _ = thread.scheduleWithFixedDelay(this::resolve, 0, RESOLVE_INTERVAL_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Looks up the names that need it; on the directory's thread. */
    void resolve() {
        boolean full = lookups++ % LOOKUPS_PER_FULL == 0;
        for (Entry entry : entries) {
            if (!entry.literal && (full || entry.address == null || silence.nanos(entry.node) > SILENCE_NANOS)) {
                resolve(entry);
            }
        }
    }

    private void resolve(Entry entry) {
        InetSocketAddress before = entry.address;
        try {
            InetSocketAddress found = entry.configured.resolve(resolver);
            entry.address = found;
            entry.problem = null;
            if (!found.equals(before)) {
                onMove.accept(describe(entry), before);
            }
        } catch (UnknownHostException | RuntimeException e) {
            // An address that was good once is kept: the resolver may be down while the peer is well.
            String problem = "the name '" + entry.configured.host() + "' is not resolved: " + e.getMessage();
            boolean isNew = !problem.equals(entry.problem);
            entry.problem = problem;
            if (isNew && before == null) {
                onMove.accept(describe(entry), null);
            }
        }
    }

    /** Returns a configured node's address; null while it is not resolved, or when there is no such node. */
    public @Nullable InetSocketAddress address(NodeId node) {
        Entry[] ofType = byType.get(node.type());
        int id = node.id();
        return ofType != null && id >= 0 && id < ofType.length ? ofType[id].address : null;
    }

    /** Returns all peers, by type and id. */
    public List<Peer> peers() {
        return entries.stream().map(PeerDirectory::describe).toList();
    }

    /** Returns the peers that nothing can be sent to. */
    public List<Peer> missing() {
        return entries.stream().filter(e -> e.address == null).map(PeerDirectory::describe).toList();
    }

    private static Peer describe(Entry entry) {
        return new Peer(entry.node, entry.configured, entry.address, entry.problem);
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }
}
