package io.synod.runtime;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Message;
import io.synod.protocol.seal.KeyRing;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Routing;
import io.synod.role.Sender;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A process on the network: judges what comes in, gives it to its roles, and carries out what they record. It owns no
 * thread and reads no clock: a loop calls it, always on the same thread, with times that never fall.
 *
 * <p>A loop calls {@link #start} once, then goes round: any number of {@link #receive}, {@link #execute}, {@link
 * #committed} and {@link #commitFailed}, then {@link #endRound}, and again at {@link #nextDeadlineNanos} at the latest.
 *
 * <p>A round ends in passes: each role ends it, what all of them recorded is carried out, and where roles of the node have said
 * something to each other, they hear it and there is another pass. An exception from a role is a broken rule: nothing of
 * that pass is carried out, no datagram of the round is sent any more, and the node does nothing any more.
 */
public final class Node {

    /** How often roles that talk to each other go round within one round of the loop. */
    private static final int PASSES_MAX = 16;

    private final NodeSettings settings;
    private final Role[] roles;
    private final NodeId self;
    private final Sender selfAsSender;
    private final NodeCounters counters = new NodeCounters();
    private final Effects effects = new Effects();
    private final PeerGuard guard;
    private final Seals seals;
    private final Outbox outbox;
    private final Inbox inbox;
    private final EffectRunner runner;
    private final ArrayDeque<Message> local = new ArrayDeque<>();

    private @Nullable Message lastLocal;
    private boolean inRound;
    private boolean storageFailureTold;
    private boolean backlogTold;
    private boolean stopped;
    private long lastNanos;
    private @Nullable Throwable failure;

    /**
     * Makes a node that is not started.
     *
     * @param roles the roles it hosts, no two of one type
     * @param random draws the secret behind the tokens of echoes; where forgery matters it must not be guessable
     */
    public Node(
            NodeSettings settings,
            List<Role> roles,
            Storage storage,
            OutputSink outputs,
            DatagramSink network,
            RandomGenerator random) {
        this.settings = settings;
        this.roles = roles.toArray(Role[]::new);
        requireHosted(settings, roles);
        this.self = settings.nodeId();
        this.selfAsSender = new Sender(self, settings.incarnation());
        this.guard = new PeerGuard(settings, random);
        this.seals = new Seals(settings);
        this.outbox = new Outbox(settings, guard, seals, network, counters);
        this.inbox = new Inbox(settings, guard, seals, outbox, this::deliver, counters);
        this.runner = new EffectRunner(storage, outputs, this::post, settings.bounds(), counters);
    }

    /** Called once, before anything else. */
    public void start(long nowNanos) {
        lastNanos = nowNanos;
        try {
            for (Role role : roles) {
                role.onStart(nowNanos, effects);
            }
        } catch (Throwable t) {
            fail(t);
        }
        endRound(nowNanos);
    }

    /**
     * Takes a datagram. Whatever its bytes are, this throws nothing: what is not acceptable is dropped and counted.
     *
     * @param datagram the bytes from position to limit; not kept
     * @param source where it came from; addresses are told apart by their {@code equals} and {@code toString}
     * @return whether it was acted on
     */
    public boolean receive(ByteBuffer datagram, SocketAddress source, long nowNanos) {
        if (isDead()) {
            return false;
        }
        lastNanos = nowNanos;
        try {
            return inbox.receive(datagram, source, nowNanos);
        } catch (Throwable t) {
            fail(t);
            return false;
        }
    }

    /** Runs a call from outside. What it throws fails the node. */
    public void execute(LoopTask task, long nowNanos) {
        if (isDead()) {
            return;
        }
        lastNanos = nowNanos;
        try {
            task.run(nowNanos, effects);
        } catch (Throwable t) {
            fail(t);
        }
    }

    /** Ends a round: timers fire, roles of the node hear each other, and all that was recorded is carried out. */
    public void endRound(long nowNanos) {
        if (isDead()) {
            return;
        }
        lastNanos = nowNanos;
        inRound = true;
        try {
            for (int pass = 0; pass < PASSES_MAX; pass++) {
                tellStorageFailure(nowNanos);
                for (Role role : roles) {
                    role.onRound(nowNanos, effects);
                }
                runner.carryOut(effects);
                if (local.isEmpty()) {
                    break;
                }
                deliverLocal(nowNanos);
            }
            tellBacklog();
            outbox.flush();
            inbox.expire(nowNanos);
        } catch (Throwable t) {
            fail(t);
        } finally {
            inRound = false;
        }
        counters.publishWaiting(runner.waitingMessages(), runner.waitingBytes(), runner.formingWrites());
    }

    private void tellBacklog() {
        boolean backlogged = runner.isBacklogged();
        if (backlogged != backlogTold) {
            backlogTold = backlogged;
            for (Role role : roles) {
                role.onBacklog(backlogged);
            }
        }
    }

    private void tellStorageFailure(long nowNanos) {
        Throwable cause = runner.storageFailure();
        if (cause != null && !storageFailureTold) {
            storageFailureTold = true;
            for (Role role : roles) {
                role.onStorageFailed(cause.toString(), nowNanos, effects);
            }
        }
    }

    /** Storage reports a commit as durable. May be called from within {@link Storage#commit}. */
    public void committed(long number, long nowNanos) {
        report(() -> runner.committed(number), nowNanos);
    }

    /** Storage reports that a commit failed: whatever states promised or accepted state never leaves again. */
    public void commitFailed(long number, Throwable cause, long nowNanos) {
        report(() -> runner.commitFailed(number, cause), nowNanos);
    }

    private void report(Runnable report, long nowNanos) {
        if (isDead()) {
            return;
        }
        lastNanos = nowNanos;
        if (inRound) {
            report.run(); // what it throws ends the round
            return;
        }
        try {
            report.run();
        } catch (Throwable t) {
            fail(t);
        }
    }

    /** When {@link #endRound} is to be called at the latest; {@link Long#MAX_VALUE} for no timer. */
    public long nextDeadlineNanos() {
        if (isDead()) {
            return Long.MAX_VALUE;
        }
        boolean storageFailureUntold = runner.storageFailure() != null && !storageFailureTold;
        if (!effects.isEmpty() || !local.isEmpty() || !outbox.isEmpty() || storageFailureUntold) {
            return lastNanos;
        }
        long next = Long.MAX_VALUE;
        for (Role role : roles) {
            next = Math.min(next, role.nextDeadlineNanos());
        }
        return next;
    }

    /** Lets the roles say goodbye; afterwards the node does nothing any more. */
    public void stop(long nowNanos) {
        if (isDead()) {
            return;
        }
        try {
            for (Role role : roles) {
                role.onStop(nowNanos, effects);
            }
            runner.carryOut(effects);
            outbox.flush();
        } catch (Throwable t) {
            fail(t);
        }
        stopped = true;
    }

    public boolean isFailed() {
        return failure != null;
    }

    /** What a role threw, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Why storage failed, or null: the node goes on, and its roles were told. */
    public @Nullable Throwable storageFailure() {
        return runner.storageFailure();
    }

    /**
     * For how long nothing of a configured node was acted on, in nanoseconds; {@link Long#MAX_VALUE} if nothing ever was.
     * May be called by any thread.
     */
    public long silentNanos(NodeId configured, long nowNanos) {
        Peer peer = configured.type() == NodeType.CLIENT ? null : guard.find(configured);
        return peer == null ? Long.MAX_VALUE : peer.silentNanos(nowNanos);
    }

    /**
     * Seals and opens with other keys from now on, as keys are rotated. Called on the loop's thread.
     *
     * @throws IllegalStateException if the node began without keys
     */
    public void useKeys(KeyRing ring) {
        if (settings.keys() == null) {
            throw new IllegalStateException(self + " began without keys; it takes some at its next start");
        }
        seals.use(ring);
    }

    /**
     * The id of the key with which a configured node sealed what was last acted on; 0 for none. May be called by any thread.
     */
    public int keyIdOf(NodeId configured) {
        Peer peer = configured.type() == NodeType.CLIENT ? null : guard.find(configured);
        return peer == null ? 0 : peer.keyId();
    }

    public NodeSettings settings() {
        return settings;
    }

    /** The node's counters, readable from any thread. */
    public NodeCounters counters() {
        return counters;
    }

    private boolean isDead() {
        return failure != null || stopped;
    }

    private void fail(Throwable cause) {
        failure = cause;
        effects.clear();
        local.clear();
        outbox.discard();
    }

    @SuppressWarnings("ReferenceEquality") // the very same message, recorded once for each role of the node
    private void post(NodeId to, Message message) {
        if (!to.equals(self)) {
            outbox.post(to, message);
        } else if (message != lastLocal) {
            // One message for several roles of the node is recorded once for each; it is delivered to all of them at once.
            lastLocal = message;
            if (local.size() < settings.bounds().localMessagesMax()) {
                local.addLast(message);
            } else {
                counters.countLocalDropped();
            }
        }
    }

    private void deliverLocal(long nowNanos) {
        // What is said in answer is recorded in effects and comes with the next pass.
        for (int left = local.size(); left > 0; left--) {
            deliver(selfAsSender, local.removeFirst(), nowNanos);
        }
        lastLocal = null;
    }

    private boolean deliver(Sender from, Message message, long nowNanos) {
        Set<RoleType> receivers = Routing.of(message).receivers();
        boolean delivered = false;
        for (Role role : roles) {
            if (takes(role.type(), receivers)) {
                role.onMessage(from, message, nowNanos, effects);
                delivered = true;
            }
        }
        return delivered;
    }

    /** A client's one role also takes what is for a learner: it contains one. */
    private static boolean takes(RoleType role, Set<RoleType> receivers) {
        return receivers.contains(role) || (role == RoleType.CLIENT && receivers.contains(RoleType.LEARNER));
    }

    private static void requireHosted(NodeSettings settings, List<Role> roles) {
        Set<RoleType> seen = EnumSet.noneOf(RoleType.class);
        for (Role role : roles) {
            if (!settings.type().hosts(role.type()) || !seen.add(role.type())) {
                throw new IllegalArgumentException(
                        "a " + settings.type() + " does not host a " + role.type() + ", or not two of them");
            }
        }
    }
}
