package io.synod.simulation.world;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.role.Output;
import io.synod.role.Write;
import io.synod.runtime.DatagramSink;
import io.synod.runtime.LoopTask;
import io.synod.runtime.Node;
import io.synod.runtime.OutputSink;
import io.synod.runtime.Storage;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine in the cluster: it drives one node as the event loop does in production, in rounds, by virtual time. A crash
 * ends the node with all it holds; the next start is the next life.
 */
public final class Host implements Storage, DatagramSink, OutputSink {

    /** What joins a host to the rest of the world. */
    public interface Surroundings {

        /** The number of the host that answers to a name; -1 if there is none. */
        int hostOf(NodeId node);

        void send(Packet packet);

        /** Whether a commit of this host may fail, so that its store is lost. */
        boolean mayFail(Host host);

        /** Called when a commit begins that takes some time; may arrange for a crash in it. */
        void committing(Host host, long nanos);
    }

    private static final int DATAGRAMS_A_ROUND_MAX = 256;
    private static final long RECEIVE_BUFFER_BYTES_MAX = 1 << 20;
    /** A node that is due at once, again and again, gets its next round no sooner than this. */
    private static final long ROUND_NANOS_MIN = 1_000;

    private final int index;
    private final NodeType type;
    private final int id;
    private final EventQueue events;
    private final VirtualDisk disk;
    private final HostClock clock;
    private final SeededRandom random;
    private final FaultCounts counts;
    private final Surroundings surroundings;
    private final HostObserver observer;
    private final ArrayDeque<Packet> inbox = new ArrayDeque<>();
    private final ArrayDeque<LoopTask> tasks = new ArrayDeque<>();
    private long inboxBytes;
    private @Nullable Node node;
    private long life;
    private int moves;
    private final long usualSlownessNanos;
    private long slownessNanos;
    private long pausedUntilNanos;
    private long soonNanos = Long.MAX_VALUE;
    private long timerNanos = Long.MAX_VALUE;
    private long dueNanos = Long.MAX_VALUE;
    private List<Write> committing = List.of();
    private long committedNumber;
    private boolean commitFailed;
    private boolean inRound;
    private long idleRounds;

    /**
     * Creates a host that is down.
     *
     * @param slownessNanos how long after there was a reason for a round it begins, on average
     */
    public Host(
            int index,
            NodeType type,
            int id,
            EventQueue events,
            VirtualDisk disk,
            HostClock clock,
            long slownessNanos,
            SeededRandom random,
            FaultCounts counts,
            Surroundings surroundings,
            HostObserver observer) {
        this.index = index;
        this.type = type;
        this.id = id;
        this.events = events;
        this.disk = disk;
        this.clock = clock;
        this.usualSlownessNanos = slownessNanos;
        this.slownessNanos = slownessNanos;
        this.random = random;
        this.counts = counts;
        this.surroundings = surroundings;
        this.observer = observer;
    }

    public int index() {
        return index;
    }

    public NodeType type() {
        return type;
    }

    public int id() {
        return id;
    }

    /** Counts the starts, from 1; 0 before the first. */
    public long life() {
        return life;
    }

    public boolean isUp() {
        return node != null;
    }

    /** The running node, which must be up. */
    public Node node() {
        if (node == null) {
            throw new IllegalStateException(this + " is down");
        }
        return node;
    }

    public VirtualDisk disk() {
        return disk;
    }

    /** Whether a commit of this life failed. */
    public boolean hasCommitFailed() {
        return commitFailed;
    }

    /** How many rounds began with nothing to do but what was due by the clock. */
    public long idleRounds() {
        return idleRounds;
    }

    /** The time as the host's own clock shows it. */
    public long localNanos() {
        return clock.shownAt(events.nowNanos());
    }

    /** Begins a life, before its node is made. */
    public void beginLife() {
        life++;
        commitFailed = false;
    }

    /** Starts the node of this life. */
    public void start(Node started) {
        node = started;
        started.start(localNanos());
        round();
    }

    /** Ends this life; what is not durable is lost. */
    public void crash() {
        List<Write> left = disk.isMemory() ? List.of() : disk.torn(committing);
        if (!left.isEmpty()) {
            observer.durable(this, left);
        }
        end();
    }

    /** Ends this life in good order. */
    public void stop() {
        node().stop(localNanos());
        end();
    }

    private void end() {
        node = null;
        inbox.clear();
        inboxBytes = 0;
        tasks.clear();
        committing = List.of();
        committedNumber = 0;
        soonNanos = Long.MAX_VALUE;
        timerNanos = Long.MAX_VALUE;
        pausedUntilNanos = 0;
        observer.down(this);
    }

    /** Lets nothing happen on this host until then; what arrives waits. */
    public void pause(long untilNanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, untilNanos);
    }

    /** Lets each round begin this much after there was a reason for it, on average. */
    public void setSlownessNanos(long nanos) {
        slownessNanos = nanos;
    }

    /** Ends pauses, and slowness beyond the usual. */
    public void heal() {
        slownessNanos = usualSlownessNanos;
        disk.heal();
        if (pausedUntilNanos > events.nowNanos()) {
            pausedUntilNanos = 0;
            soonNanos = Long.MAX_VALUE;
            if (node != null) {
                wakeSoon();
            }
        }
    }

    /** Gives the host another address. */
    public void move() {
        moves++;
    }

    /** Runs a task in the host's next round, which comes soon. */
    public void execute(LoopTask task) {
        tasks.add(task);
        wakeSoon();
    }

    /** Takes a datagram from the network. */
    public void arrive(Packet packet) {
        if (node == null || packet.source().host() == index && packet.isGenuine()) {
            return;
        }
        if (inboxBytes + packet.bytes().length > RECEIVE_BUFFER_BYTES_MAX) {
            counts.overflowed++;
            return;
        }
        inbox.add(packet);
        inboxBytes += packet.bytes().length;
        wakeSoon();
    }

    @Override
    public void commit(long number, List<Write> writes) {
        if (disk.isMemory()) {
            observer.durable(this, writes);
            node().committed(number, localNanos());
            return;
        }
        committing = List.copyOf(writes);
        long nanos = disk.commitNanos();
        boolean fails = surroundings.mayFail(this) && disk.fails();
        long inLife = life;
        events.after(nanos, () -> {
            if (life == inLife && node != null) {
                endCommit(number, fails);
            }
        });
        surroundings.committing(this, nanos);
    }

    private void endCommit(long number, boolean fails) {
        List<Write> written = fails ? disk.torn(committing) : committing;
        committing = List.of();
        if (!written.isEmpty()) {
            observer.durable(this, written);
        }
        if (fails) {
            commitFailed = true;
            observer.commitFailed(this);
            execute((now, effects) -> node().commitFailed(number, new java.io.IOException("sync failed"), now));
        } else {
            committedNumber = number;
            wakeSoon();
        }
    }

    @Override
    public void send(NodeId to, @Nullable SocketAddress learned, ByteBuffer datagram) {
        observer.sent(this, to, datagram.duplicate());
        int target = learned instanceof SimAddress address ? address.host() : surroundings.hostOf(to);
        if (target < 0) {
            return;
        }
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        surroundings.send(new Packet(new SimAddress(index, moves), target, bytes, true));
    }

    @Override
    public void accept(Output output) {
        observer.output(this, output);
    }

    /** There is a reason for a round: it begins now, or as soon as this host gets to it. */
    private void wakeSoon() {
        if (inRound) {
            return;
        }
        long at = Math.max(events.nowNanos() + random.exponential(slownessNanos), pausedUntilNanos);
        if (at == events.nowNanos()) {
            round();
        } else if (at < soonNanos) {
            soonNanos = at;
            atInThisLife(at, () -> {
                if (soonNanos == events.nowNanos()) {
                    soonNanos = Long.MAX_VALUE;
                    wake();
                }
            });
        }
    }

    /** A round is due at a time. A timer that is set already and fires too early sets itself anew. */
    private void setTimer(long timeNanos) {
        dueNanos = timeNanos;
        if (timeNanos < timerNanos) {
            timerNanos = timeNanos;
            atInThisLife(timeNanos, () -> {
                if (timerNanos == events.nowNanos()) {
                    timerNanos = Long.MAX_VALUE;
                    if (dueNanos > events.nowNanos()) {
                        setTimer(dueNanos);
                    } else {
                        wake();
                    }
                }
            });
        }
    }

    private void atInThisLife(long timeNanos, Runnable action) {
        long inLife = life;
        events.at(timeNanos, () -> {
            if (life == inLife && node != null) {
                action.run();
            }
        });
    }

    private void wake() {
        if (events.nowNanos() < pausedUntilNanos) {
            wakeSoon();
        } else {
            round();
        }
    }

    private void round() {
        Node running = node();
        inRound = true;
        idleRounds += inbox.isEmpty() && tasks.isEmpty() && committedNumber == 0 ? 1 : 0;
        long now = localNanos();
        if (committedNumber != 0) {
            long number = committedNumber;
            committedNumber = 0;
            running.committed(number, now);
        }
        for (int i = 0; i < DATAGRAMS_A_ROUND_MAX && !inbox.isEmpty(); i++) {
            receive(running, inbox.remove(), now);
        }
        while (!tasks.isEmpty()) {
            running.execute(tasks.remove(), now);
        }
        running.endRound(now);
        inRound = false;
        observer.roundEnded(this);
        if (node != null) {
            long due = inbox.isEmpty() ? clock.whenShown(running.nextDeadlineNanos()) : events.nowNanos();
            setTimer(Math.max(due, events.nowNanos() + ROUND_NANOS_MIN));
        }
    }

    private void receive(Node running, Packet packet, long now) {
        inboxBytes -= packet.bytes().length;
        long before = running.counters().messagesReceived();
        running.receive(ByteBuffer.wrap(packet.bytes()), packet.source(), now);
        observer.received(this, packet, running.counters().messagesReceived() > before);
    }

    @Override
    public String toString() {
        return type.name().toLowerCase(java.util.Locale.ROOT) + "-" + id;
    }
}
