package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Submit;
import io.synod.role.Effects;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Real proposers before model acceptors, on a virtual network and clock: enough to see that leaders settle, that lost
 * accepts are repeated in time, and that no ballot proposes two values in an instance. Whole clusters of real roles are
 * the simulation's business.
 */
final class MiniCluster {

    private record Event(long atNanos, long order, Runnable action) {}

    /** An acceptor as the paper has it, with pages of at most three entries. */
    private final class ModelAcceptor {
        final int id;
        final TreeMap<Long, AcceptedEntry> accepted = new TreeMap<>();
        Ballot promised = Ballot.NONE;
        Ballot leader = Ballot.NONE;
        long leaderHeardNanos;
        long watermark;
        boolean full;

        ModelAcceptor(int id) {
            this.id = id;
        }

        void receive(NodeId from, Message message) {
            switch (message) {
                case Prepare prepare -> onPrepare(from, prepare);
                case Accept accept -> onAccept(from, accept);
                case Heartbeat heartbeat -> {
                    if (!heartbeat.ballot().isBelow(promised)) {
                        heard(heartbeat.ballot());
                    }
                    watermark = Math.max(watermark, heartbeat.watermark());
                }
                default -> {}
            }
        }

        private void heard(Ballot ballot) {
            leader = ballot;
            leaderHeardNanos = now;
        }

        private void onPrepare(NodeId from, Prepare prepare) {
            if (prepare.ballot().isBelow(promised)) {
                send(node(), from, new Preempted(prepare.ballot(), promised, 0), 0);
                return;
            }
            if (!prepare.ballot().equals(promised)) {
                promised = prepare.ballot();
                heard(promised);
            }
            List<AcceptedEntry> entries = new ArrayList<>();
            for (AcceptedEntry entry : accepted.tailMap(prepare.from()).values()) {
                if (entries.size() == 3) {
                    break;
                }
                entries.add(entry);
            }
            long last = entries.isEmpty() ? 0 : entries.getLast().instance();
            boolean more = entries.size() == 3 && last < accepted.lastKey();
            send(
                    node(),
                    from,
                    new Promise(
                            promised,
                            prepare.from(),
                            more ? last : Promise.NOTHING_ABOVE,
                            entries,
                            0,
                            watermark,
                            ProposerRig.LOG,
                            storageIds),
                    commitNanos[id]);
        }

        private void onAccept(NodeId from, Accept accept) {
            if (accept.ballot().isBelow(promised)) {
                send(node(), from, new Preempted(accept.ballot(), promised, accept.instance()), 0);
                return;
            }
            heard(accept.ballot());
            if (full && !accepted.containsKey(accept.instance())) {
                send(
                        node(),
                        from,
                        new AcceptRefused(accept.ballot(), accept.instance(), AcceptRefused.Reason.STORAGE_FULL),
                        0);
                return;
            }
            promised = accept.ballot();
            accepted.put(accept.instance(), new AcceptedEntry(accept.instance(), accept.ballot(), accept.value()));
            recordAccept(id, accept);
            send(node(), from, ProposerRig.vote(accept), commitNanos[id]);
        }

        void beacon() {
            long silent = leader.equals(Ballot.NONE) ? Long.MAX_VALUE : (now - leaderHeardNanos) / 1_000;
            for (NodeId proposer : layout.proposerNodes()) {
                send(
                        node(),
                        proposer,
                        new AcceptorState(
                                storageIds.get(id),
                                ProposerRig.LOG,
                                AcceptorState.Status.VOTING,
                                promised,
                                leader,
                                silent,
                                0,
                                watermark,
                                accepted.size(),
                                false),
                        0);
            }
            later(50 * ProposerRig.MILLI, this::beacon);
        }

        NodeId node() {
            return layout.acceptor(id);
        }
    }

    final ClusterLayout layout;
    final Quorums quorums;
    final RandomGenerator random;
    final List<StorageId> storageIds = new ArrayList<>();
    final long[] commitNanos;
    final @Nullable Proposer[] proposers;
    private final ModelAcceptor[] acceptors;
    private final long[] incarnations;
    private final long[] wakeNanos;
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> a.atNanos != b.atNanos
            ? Long.compare(a.atNanos, b.atNanos)
            : Long.compare(a.order, b.order));
    private final Map<Ballot, Map<Long, Bytes>> proposed = new LinkedHashMap<>();
    private final TreeMap<Long, Map<Ballot, Integer>> votes = new TreeMap<>();
    final TreeMap<Long, Bytes> decided = new TreeMap<>();
    final Map<Long, Long> decidedNanos = new LinkedHashMap<>();
    double loss;
    long delayNanosMin = 100_000;
    long delayNanosMax = 300_000;
    long now = 1_000 * ProposerRig.MILLI;
    long acceptsSent;
    private long order;

    MiniCluster(ClusterLayout layout, Quorums quorums, long seed) {
        this.layout = layout;
        this.quorums = quorums;
        this.random = ProposerRig.random(seed);
        this.commitNanos = new long[layout.acceptors()];
        this.proposers = new Proposer[layout.proposers()];
        this.incarnations = new long[layout.proposers()];
        this.wakeNanos = new long[layout.proposers()];
        this.acceptors = new ModelAcceptor[layout.acceptors()];
        for (int a = 0; a < acceptors.length; a++) {
            storageIds.add(new StorageId(1, 100 + a));
            acceptors[a] = new ModelAcceptor(a);
            later(random.nextLong(50 * ProposerRig.MILLI), acceptors[a]::beacon);
        }
    }

    static MiniCluster of(int acceptors, int proposers, long seed) {
        return new MiniCluster(
                new ClusterLayout(acceptors, proposers, 1, false), Quorums.majority(acceptors), seed);
    }

    void start(int proposer) {
        start(proposer, ProposerSettings.of(proposer, layout, quorums));
    }

    void start(int proposer, ProposerSettings settings) {
        incarnations[proposer] = random.nextLong();
        proposers[proposer] = new Proposer(settings, incarnations[proposer], ProposerRig.random(random.nextLong()));
        wakeNanos[proposer] = Long.MAX_VALUE;
        act(proposer, (role, out) -> role.onStart(now, out));
    }

    void crash(int proposer) {
        proposers[proposer] = null;
    }

    void full(int acceptor, boolean full) {
        acceptors[acceptor].full = full;
    }

    private interface Act {
        void on(Proposer role, Effects out);
    }

    private void act(int proposer, Act act) {
        Proposer role = proposers[proposer];
        if (role == null) {
            return;
        }
        Effects out = new Effects();
        act.on(role, out);
        role.onRound(now, out);
        for (Effects.Outgoing outgoing : out.now()) {
            if (outgoing.message() instanceof Accept accept) {
                recordProposal(accept);
            }
            send(layout.proposer(proposer), outgoing.to(), outgoing.message(), 0);
        }
        long deadline = role.nextDeadlineNanos();
        if (deadline != Long.MAX_VALUE && (deadline < wakeNanos[proposer] || wakeNanos[proposer] <= now)) {
            wakeNanos[proposer] = Math.max(deadline, now + 1);
            long incarnation = incarnations[proposer];
            later(wakeNanos[proposer] - now, () -> {
                if (incarnations[proposer] == incarnation) {
                    act(proposer, (_, _) -> {});
                }
            });
        }
    }

    void submit(int proposer, Bytes entries) {
        act(proposer,
                (role, out) -> role.onMessage(new Sender(NodeId.client(5), 5), new Submit(++order, entries), now, out));
    }

    private void send(NodeId from, NodeId to, Message message, long extraNanos) {
        boolean client = to.type() == NodeType.CLIENT || to.type() == NodeType.LEARNER;
        if (client || random.nextDouble() < loss) {
            return;
        }
        acceptsSent += message instanceof Accept ? 1 : 0;
        later(random.nextLong(delayNanosMin, delayNanosMax) + extraNanos, () -> {
            if (to.type() == NodeType.ACCEPTOR) {
                acceptors[to.id()].receive(from, message);
            } else {
                act(to.id(), (role, out) -> role.onMessage(new Sender(from, 1), message, now, out));
            }
        });
    }

    void later(long nanos, Runnable action) {
        events.add(new Event(now + nanos, order++, action));
    }

    void run(long nanos) {
        long until = now + nanos;
        for (Event event = events.peek(); event != null && event.atNanos <= until; event = events.peek()) {
            events.poll();
            now = event.atNanos;
            event.action.run();
        }
        now = until;
    }

    private void recordProposal(Accept accept) {
        Bytes before = proposed
                .computeIfAbsent(accept.ballot(), _ -> new TreeMap<>())
                .putIfAbsent(accept.instance(), accept.value());
        if (before != null && !before.equals(accept.value())) {
            throw new AssertionError("S5: ballot " + accept.ballot() + " proposes two values in " + accept.instance());
        }
    }

    private void recordAccept(int acceptor, Accept accept) {
        int set = votes.computeIfAbsent(accept.instance(), _ -> new TreeMap<>())
                .merge(accept.ballot(), 1 << acceptor, (a, b) -> a | b);
        if (Integer.bitCount(set) >= quorums.phase2()) {
            Bytes before = decided.putIfAbsent(accept.instance(), accept.value());
            decidedNanos.putIfAbsent(accept.instance(), now);
            if (before != null && !before.equals(accept.value())) {
                throw new AssertionError("two values are decided in instance " + accept.instance());
            }
        }
    }

    /** The ids of the proposers that lead. */
    List<Integer> leaders() {
        List<Integer> leaders = new ArrayList<>();
        for (int p = 0; p < proposers.length; p++) {
            Proposer role = proposers[p];
            if (role != null && role.view(now).isLeader()) {
                leaders.add(p);
            }
        }
        return leaders;
    }

    ProposerView view(int proposer) {
        Proposer role = proposers[proposer];
        if (role == null) {
            throw new IllegalStateException("proposer " + proposer + " is down");
        }
        return role.view(now);
    }
}
