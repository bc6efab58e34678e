package io.synod.learner.service.peer;

import io.synod.http.ServiceCalls;
import io.synod.learner.Learned;
import io.synod.learner.Learner;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.storage.Checkpoint;
import io.synod.learner.storage.CheckpointStore;
import io.synod.learner.storage.Checkpoints;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.runtime.EventLoop;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Takes from other learners what acceptors have trimmed, on a thread of its own: the log from where this learner is, or, where
 * no peer has that any more, a peer's newest snapshot and the log after it. It goes on until this learner is close to the present, and
 * leaves the rest to the acceptors. Whom it fails with it asks again when it has asked the others.
 */
public final class CatchUp implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    private static final long LOOP_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
    private static final long ROOM_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** As close to the present, acceptors give the rest: they keep more than that. */
    private static final long NEAR_INSTANCES = 2_048;

    private final Learner learner;
    private final Supplier<EventLoop> loops;
    private final List<PeerSource> peers;
    private final Checkpoints checkpoints;
    private volatile @Nullable Thread thread;
    private volatile boolean needed;
    private volatile boolean running;
    private boolean waitingTold;
    private final Map<URI, String> refusedTold = new HashMap<>();
    private boolean failureTold;

    /**
     * @param loops gives the loop, which is made after this
     * @param peers where the HTTP of other learners is
     * @param calls how they are called
     * @param checkpoints where that of a peer is copied to
     * @param seals opens what they answer
     */
    public CatchUp(Learner learner, Supplier<EventLoop> loops, List<URI> peers, ServiceCalls calls,
            Checkpoints checkpoints, PeerSeals seals) {
        this.learner = learner;
        this.checkpoints = checkpoints;
        this.loops = loops;
        this.peers = peers.stream().map(peer -> new PeerSource(peer, calls, seals)).toList();
    }

    /** The learner needs a peer. Called on the loop's thread. */
    public void need() {
        needed = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void start() {
        running = true;
        Thread started = Thread.ofPlatform().name("paxos-catch-up").daemon().unstarted(this::run);
        thread = started;
        started.start();
    }

    @Override
    public void stop() {
        running = false;
        Thread ending = thread;
        if (ending != null) {
            ending.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        try {
            while (running) {
                if (needed) {
                    needed = false;
                    catchUp();
                } else {
                    LockSupport.park(this);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void catchUp() throws InterruptedException {
        try {
            catchUpWithPeers();
            failureTold = false;
        } catch (RuntimeException e) {
            if (!failureTold) {
                failureTold = true;
                log.warn("The log is not taken from other learners for now; that is tried again", e);
            }
            needed = true;
            rest(RETRY_NANOS);
        }
    }

    private void catchUpWithPeers() throws InterruptedException {
        Learned before = progress();
        long begunNanos = System.nanoTime();
        while (running && isFar(progress())) {
            if (!takeLog() && !restore() && isFar(progress())) {
                waitForPeer();
            }
        }
        Learned after = progress();
        if (after.next() > before.next()) {
            waitingTold = false;
            log.info("Took instances {} to {} from other learners in {} ms", before.next(), after.next() - 1,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos));
        }
    }

    private void waitForPeer() throws InterruptedException {
        if (!waitingTold) {
            waitingTold = true;
            log.warn("No other learner gives instance {}; asked are {} (paxos.learner.peers)", progress().next(),
                    peers.stream().map(PeerSource::peer).toList());
        }
        rest(RETRY_NANOS);
    }

    private void rest(long nanos) throws InterruptedException {
        LockSupport.parkNanos(this, nanos);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static boolean isFar(Learned learned) {
        return learned.accepted() && (learned.needsPeer() || learned.known() - learned.next() > NEAR_INSTANCES);
    }

    private Learned progress() {
        return loops.get().call((_, _) -> learner.progress(), LOOP_NANOS_MAX);
    }

    /** Takes what each peer gives of the log; returns whether that led further. */
    private boolean takeLog() throws InterruptedException {
        long from = progress().next();
        for (PeerSource peer : peers) {
            Learned now = progress();
            if (isFar(now)) {
                try {
                    peer.log(now.next(), this::learn);
                } catch (PeerSource.RefusedException e) {
                    tellRefused(peer, e);
                } catch (IOException e) {
                    log.debug("{} gives no log: {}", peer.peer(), e.toString());
                }
            }
        }
        return progress().next() > from;
    }

    private void tellRefused(PeerSource peer, PeerSource.RefusedException e) {
        String why = "The log is not taken from " + peer.peer() + ": " + e.getMessage();
        if (!why.equals(refusedTold.put(peer.peer(), why))) {
            log.warn("{}", why);
        }
    }

    /** Takes the snapshot of one peer, if that is needed: nobody has the log from here on. */
    private boolean restore() throws InterruptedException {
        for (PeerSource peer : peers) {
            if (progress().needsPeer() && restore(peer)) {
                return true;
            }
        }
        return false;
    }

    private boolean restore(PeerSource peer) throws InterruptedException {
        try {
            LearnerSnapshot snapshot = peer.snapshot();
            boolean taken =
                    loops.get().call((_, effects) -> learner.restore(snapshot, effects), LOOP_NANOS_MAX).accepted();
            if (taken) {
                copyCheckpoint(peer, snapshot);
            }
            return taken;
        } catch (IOException e) {
            log.debug("{} gives no snapshot: {}", peer.peer(), e.toString());
            return false;
        }
    }

    /** Where the snapshot is one of a checkpoint, applications find that here too: the log goes on from it. */
    private void copyCheckpoint(PeerSource peer, LearnerSnapshot snapshot) {
        CheckpointStore target = checkpoints.store();
        if (target == null) {
            return;
        }
        try {
            peer.checkpoint(snapshot.instance(), bytes -> {
                Checkpoint copied = target.put(snapshot, bytes);
                log.info("Copied the checkpoint at instance {} ({} bytes) from {}", copied.instance(), copied.bytes(),
                        peer.peer());
            });
        } catch (PeerSource.GoneException e) {
            log.debug("No checkpoint is copied: {}", e.getMessage());
        } catch (IOException e) {
            log.warn("The checkpoint at instance {} could not be copied from {}: {}", snapshot.instance(), peer.peer(),
                    e.toString());
        }
    }

    private void learn(LogId logId, long first, List<Bytes> batches) throws IOException, InterruptedException {
        while (true) {
            Learned learned = loops.get().call(
                    (nowNanos, effects) -> learner.learn(logId, first, batches, nowNanos, effects), LOOP_NANOS_MAX);
            if (!learned.accepted()) {
                throw new IOException("what is given is of log " + logId);
            }
            if (learned.next() >= first + batches.size()) {
                return;
            }
            if (learned.hasRoom() && learned.next() < first) {
                throw new IOException("instance " + learned.next() + " is needed before " + first);
            }
            rest(ROOM_WAIT_NANOS);
        }
    }
}
