package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Repropose;
import io.synod.role.Effects;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a leader does: proposes anew, in order, what phase 1 reported, then what clients submit, keeps both in flight until
 * decided, and says that it leads. One object serves all leaderships of a proposer, one after the other.
 */
final class Leadership {

    private final ProposerSettings settings;
    private final Pipeline pipeline;
    private final Reproposals reproposals;
    private final Readmission readmission;
    private final SubmitQueue queue;
    private final List<NodeId> acceptors;
    private final List<NodeId> heartbeatTo;
    private final Bytes genesis;

    private Ballot ballot = Ballot.NONE;
    private boolean recovered;
    private long firstOwn;
    private long recoveredThrough;
    private long announcedWatermark;
    private long heartbeatNanos = Time.NEVER;
    private long valuesProposed;

    Leadership(ProposerSettings settings, Pipeline pipeline, SubmitQueue queue) {
        this.settings = settings;
        this.pipeline = pipeline;
        this.reproposals = new Reproposals(settings);
        this.readmission = new Readmission(settings);
        this.queue = queue;
        this.acceptors = settings.layout().acceptorNodes();
        this.heartbeatTo = heartbeatNodes(settings);
        this.genesis = new EntryWriter(64)
                .genesis(new LogEntry.Genesis(settings.sessionLimits()))
                .take();
    }

    /** Each node once; the own node only where it hosts an acceptor and a learner too. */
    private static List<NodeId> heartbeatNodes(ProposerSettings settings) {
        Set<NodeId> nodes = new LinkedHashSet<>(settings.layout().acceptorNodes());
        nodes.addAll(settings.layout().proposerNodes());
        nodes.addAll(settings.layout().learnerNodes());
        if (!settings.layout().replicas()) {
            nodes.remove(settings.layout().proposer(settings.id()));
        }
        return List.copyOf(nodes);
    }

    /** Begins: the first instance to propose in is the one above the floor of the phase 1 that was won. */
    void begin(PhaseOne won) {
        ballot = won.ballot();
        firstOwn = won.floor() + 1;
        recovered = false;
        heartbeatNanos = Time.NEVER;
        pipeline.begin(ballot, firstOwn);
    }

    /** Ends: what is in flight is forgotten. */
    void end() {
        pipeline.end();
        reproposals.end();
        readmission.end();
    }

    /** Names the acceptor that rejoins the log, or {@link Election#NOBODY}. */
    void onRejoining(int acceptor) {
        readmission.setTarget(acceptor);
    }

    void onAccepted(int acceptor, Accepted accepted, long nowNanos) {
        pipeline.onAccepted(acceptor, accepted, nowNanos);
        if (reproposals.isActive()) {
            reproposals.onAccepted(acceptor, accepted);
        }
        readmission.onAccepted(acceptor, accepted);
    }

    /** A page for a range of reproposals, maybe; the leadership's own phase 1 has taken it already. */
    void onPage(int acceptor, Promise page, long nowNanos) {
        reproposals.onPage(acceptor, page, nowNanos);
        readmission.onPage(acceptor, page, nowNanos);
    }

    /** Everything up to {@code trimPoint} is decided and dropped somewhere: it is never proposed (rule S4). */
    void onTrimmed(PhaseOne phaseOne, long trimPoint) {
        pipeline.onTrimmed(trimPoint);
        phaseOne.raiseFloor(pipeline.next() - 1);
    }

    /** A learner cannot piece together some decided instances. */
    void onRepropose(
            Repropose wish,
            PhaseOne.Factory factory,
            LogId logId,
            long trimPoint,
            long nowNanos) {
        long first = Math.max(wish.first(), trimPoint + 1);
        long last = Math.min(wish.last(), pipeline.watermark());
        if (!reproposals.isActive() && first >= 1 && first <= last) {
            reproposals.begin(factory, ballot, logId, first, last, nowNanos);
        }
    }

    /**
     * Proposes, repeats, and says that it leads.
     *
     * @param watermark the highest instance up to which all are known to be decided
     * @param factory makes the phase 1 of what is proposed anew to an acceptor that rejoins
     */
    void onRound(PhaseOne phaseOne, long watermark, PhaseOne.Factory factory, LogId logId, long nowNanos, Effects out) {
        if (!recovered) {
            recover(phaseOne, nowNanos, out);
        }
        if (recovered) {
            proposeQueued(phaseOne, nowNanos, out);
        }
        pipeline.onRound(nowNanos, out);
        reproposals.onRound(firstOwn, pipeline::isMember, nowNanos, out);
        if (readmits()) {
            readmission.onRound(
                    new Readmission.Extent(ballot, logId, phaseOne.trimFloor(), firstOwn, recoveredThrough),
                    factory,
                    nowNanos,
                    out);
        }
        phaseOne.onRound(acceptors, nowNanos, out);
        if (nowNanos >= nextHeartbeatNanos(watermark)) {
            heartbeatNanos = nowNanos;
            announcedWatermark = watermark;
            out.send(heartbeatTo, new Heartbeat(ballot, watermark));
        }
    }

    /** Whether an acceptor is to be brought back, and all that phase 1 reported is decided anew: pages show it at this ballot. */
    private boolean readmits() {
        return readmission.hasTarget() && recovered && pipeline.watermark() >= recoveredThrough;
    }

    /** When the next heartbeat is due: soon, if the last decision of a burst is not announced yet. */
    private long nextHeartbeatNanos(long watermark) {
        if (heartbeatNanos == Time.NEVER) {
            return Time.NEVER;
        }
        boolean tail = pipeline.isIdle() && announcedWatermark < watermark;
        long interval = settings.timing().heartbeatNanos();
        return heartbeatNanos + (tail ? interval / 10 : interval);
    }

    /** Proposes anew, in order, what phase 1 reported, and no-ops in the gaps between (rule S4). */
    private void recover(PhaseOne phaseOne, long nowNanos, Effects out) {
        while (!phaseOne.isExhausted()) {
            long instance = pipeline.next();
            if (!phaseOne.covers(instance)) {
                return;
            }
            AcceptedEntry reported = phaseOne.reportedIn(instance);
            Bytes value = reported != null ? reported.value() : instance == 1 ? genesis : Bytes.EMPTY;
            if (!pipeline.hasRoom(value.length(), true)) {
                return;
            }
            propose(phaseOne, value, nowNanos, out);
        }
        recovered = true;
        recoveredThrough = pipeline.next() - 1;
    }

    /** Proposes what waits, as far as the window allows. */
    private void proposeQueued(PhaseOne phaseOne, long nowNanos, Effects out) {
        if (pipeline.next() == 1) {
            propose(phaseOne, genesis, nowNanos, out);
        }
        int batchBytesMax = settings.batching().batchBytesMax();
        while (!queue.isEmpty()) {
            boolean complete = queue.bytes() >= batchBytesMax || queue.values() >= settings.batching().valuesMax();
            if (!pipeline.hasRoom(Math.min(queue.bytes(), batchBytesMax), complete)) {
                return;
            }
            SubmitQueue.Batch batch = queue.take();
            valuesProposed += batch.values();
            propose(phaseOne, batch.bytes(), nowNanos, out);
        }
    }

    private void propose(PhaseOne phaseOne, Bytes value, long nowNanos, Effects out) {
        long instance = pipeline.next();
        phaseOne.checkMayPropose(instance);
        phaseOne.raiseFloor(instance);
        pipeline.propose(value, nowNanos, out);
    }

    long nextDeadlineNanos(long watermark) {
        long work = Math.min(pipeline.nextDeadlineNanos(), reproposals.nextDeadlineNanos());
        long readmit = readmits() ? readmission.nextDeadlineNanos() : Time.NO_DEADLINE;
        return Math.min(nextHeartbeatNanos(watermark), Math.min(work, readmit));
    }

    /** Returns whether it still proposes anew what phase 1 reported. */
    boolean isRecovering() {
        return !recovered;
    }

    long valuesProposed() {
        return valuesProposed;
    }

    long retransmissions() {
        return pipeline.retransmissions() + reproposals.retransmissions() + readmission.retransmissions();
    }
}
