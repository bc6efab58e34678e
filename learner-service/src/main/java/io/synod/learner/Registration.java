package io.synod.learner;

import io.synod.protocol.LogId;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.role.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a learner knows of each acceptor, and what it says to be sent votes and values: hi, repeated as a lease; a choice
 * of one acceptor for values, changed when that one goes quiet while others speak; del at the end. Votes count only from
 * an acceptor that has named the log it belongs to, since it started, and it is this learner's.
 */
final class Registration {

    private static final long HI_WAIT_NANOS_MIN = 50_000_000;
    private static final long HI_WAIT_NANOS_MAX = 200_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int NO_ACCEPTOR = -1;

    private static final class Peer {
        long incarnation;
        LogId logId = LogId.UNKNOWN;
        boolean voting = true;
        boolean out;
        boolean ok;
        long heardNanos;
        /** Since when others vote and this one does not; {@link #NEVER} if they do not. */
        long missedSinceNanos = NEVER;
        long hiNanos;
        long nextHiNanos;
        long hiWaitNanos = HI_WAIT_NANOS_MIN;
        long trimPoint;
        long watermark;
    }

    private final LearnerSettings settings;
    private final Peer[] peers;

    private LogId logId;
    private int source;
    /** The highest watermark that heartbeats named; they do not say of which log. */
    private long heartbeatWatermark;
    private long votedNanos;
    private long nextSourceCheckNanos;
    private boolean started;

    /** @param logId the log, if it is known already; else {@link LogId#UNKNOWN} */
    Registration(LearnerSettings settings, LogId logId, RandomGenerator random) {
        this.settings = settings;
        this.logId = logId;
        peers = new Peer[settings.layout().acceptors()];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = new Peer();
        }
        // In a replica the acceptor next door costs no datagram; elsewhere learners spread over the acceptors.
        source = settings.layout().replicas() && !settings.ownSessions() ? settings.id() : random.nextInt(peers.length);
    }

    void start(long nowNanos) {
        started = true;
        for (Peer peer : peers) {
            peer.heardNanos = nowNanos;
            peer.hiNanos = nowNanos;
            peer.nextHiNanos = nowNanos;
        }
        nextSourceCheckNanos = nowNanos + settings.sourceSilentNanos();
    }

    LogId logId() {
        return logId;
    }

    /** The acceptor that is asked for values. */
    int source() {
        return source;
    }

    /** The highest watermark that anyone named, of the acceptors those of this learner's log. */
    long watermark() {
        return Math.max(heartbeatWatermark, present());
    }

    /** The highest watermark that acceptors of this learner's log named. */
    long present() {
        long highest = 0;
        for (int acceptor = 0; acceptor < peers.length; acceptor++) {
            highest = Math.max(highest, isOfLog(acceptor) ? peers[acceptor].watermark : 0);
        }
        return highest;
    }

    void onHeartbeat(long watermark) {
        heartbeatWatermark = Math.max(heartbeatWatermark, watermark);
    }

    /** How far an acceptor of this learner's log has trimmed; 0 for one of another log, whose instances are others. */
    long trimPoint(int acceptor) {
        return isOfLog(acceptor) ? peers[acceptor].trimPoint : 0;
    }

    /**
     * Takes note of a trim point. One that an acceptor named without its log is of the log that it named last; that of another
     * log is kept, and counts only if this learner joins that log.
     */
    void trimPoint(int acceptor, long named) {
        Peer peer = peers[acceptor];
        peer.trimPoint = Math.max(peer.trimPoint, named);
        peer.watermark = Math.max(peer.watermark, named);
    }

    private static void watermark(Peer peer, long named) {
        peer.watermark = Math.max(peer.watermark, named);
    }

    /**
     * Notes that an acceptor spoke. One that started anew knows nothing of what was said to it before.
     *
     * @return whether it has started anew
     */
    boolean heard(int acceptor, long incarnation, long nowNanos) {
        Peer peer = peers[acceptor];
        boolean anew = peer.incarnation != incarnation;
        if (anew) {
            Peer fresh = new Peer();
            fresh.incarnation = incarnation;
            // Before the first word of all, the hi said at the start may still be on its way.
            fresh.hiNanos = peer.hiNanos;
            fresh.nextHiNanos = peer.incarnation == 0 ? peer.nextHiNanos : nowNanos;
            peers[acceptor] = fresh;
            peer = fresh;
        }
        peer.heardNanos = nowNanos;
        return anew;
    }

    void voted(int acceptor, long nowNanos) {
        peers[acceptor].missedSinceNanos = NEVER;
        votedNanos = nowNanos;
        for (int other = 0; other < peers.length; other++) {
            if (other != acceptor && peers[other].missedSinceNanos == NEVER) {
                peers[other].missedSinceNanos = nowNanos;
            }
        }
    }

    void onOk(int acceptor, LearnerOk ok, long nowNanos, Effects effects) {
        Peer peer = peers[acceptor];
        boolean first = !peer.ok;
        peer.ok = true;
        nameLog(peer, ok.logId());
        trimPoint(acceptor, ok.trimPoint());
        watermark(peer, ok.watermark());
        if (ok.values() == (acceptor == source)) {
            peer.hiWaitNanos = HI_WAIT_NANOS_MIN;
            peer.nextHiNanos = nowNanos + settings.leaseNanos() / 3;
        }
        if (first) {
            effects.output(new LearnerNotice.Registered(acceptor, ok.logId(), ok.values()));
        }
    }

    void onBeacon(int acceptor, AcceptorState state, long nowNanos) {
        Peer peer = peers[acceptor];
        peer.voting = state.status() == AcceptorState.Status.VOTING;
        peer.out = state.status() == AcceptorState.Status.OUT;
        nameLog(peer, state.logId());
        trimPoint(acceptor, state.trimPoint());
        watermark(peer, state.watermark());
        if (peer.voting && !peer.ok && nowNanos - peer.hiNanos >= HI_WAIT_NANOS_MIN) {
            peer.nextHiNanos = nowNanos;
        }
    }

    private void nameLog(Peer peer, LogId named) {
        if (named.isKnown()) {
            if (!named.equals(peer.logId)) {
                peer.logId = named;
                peer.trimPoint = 0;
                peer.watermark = 0;
            }
            if (!logId.isKnown()) {
                logId = named;
            }
        }
    }

    /** Returns whether an acceptor belongs to this learner's log, by its own word since it started. */
    boolean isOfLog(int acceptor) {
        return logId.isKnown() && peers[acceptor].logId.equals(logId);
    }

    /** Returns whether so many acceptors belong to one other log that none can be decided in this one. */
    boolean isOtherLog() {
        return otherLog().isKnown();
    }

    /** Joins the log that the acceptors hold, and forgets what was said of the former; only while nothing was delivered. */
    void joinOtherLog() {
        LogId other = otherLog();
        if (other.isKnown()) {
            logId = other;
            heartbeatWatermark = 0;
        }
    }

    private LogId otherLog() {
        for (Peer peer : peers) {
            if (peer.logId.isKnown() && !peer.logId.equals(logId)) {
                int same = 0;
                for (Peer that : peers) {
                    same += that.logId.equals(peer.logId) ? 1 : 0;
                }
                if (same > peers.length - settings.quorums().phase2()) {
                    return peer.logId;
                }
            }
        }
        return LogId.UNKNOWN;
    }

    /** Returns whether a phase-1 quorum said ok and belongs to this log: then {@link #present} is the present. */
    boolean knowsPresent() {
        int oks = 0;
        for (int acceptor = 0; acceptor < peers.length; acceptor++) {
            oks += peers[acceptor].ok && isOfLog(acceptor) ? 1 : 0;
        }
        return oks >= settings.quorums().phase1();
    }

    /** Returns whether an acceptor holds an instance, for all that is known: it has not trimmed it, nor lost its store. */
    boolean mayHold(int acceptor, long instance) {
        return trimPoint(acceptor) < instance && !peers[acceptor].out;
    }

    /** Returns whether an acceptor spoke lately, and votes in this learner's log. */
    boolean speaks(int acceptor, long nowNanos) {
        Peer peer = peers[acceptor];
        return peer.incarnation != 0
                && peer.voting
                && isOfLog(acceptor)
                && nowNanos - peer.heardNanos <= settings.sourceSilentNanos();
    }

    /** Returns the acceptors as they are known now, by id. */
    List<LearnerView.AcceptorView> views(long nowNanos) {
        List<LearnerView.AcceptorView> views = new ArrayList<>();
        for (int id = 0; id < peers.length; id++) {
            views.add(new LearnerView.AcceptorView(id, peers[id].ok, speaks(id, nowNanos), trimPoint(id)));
        }
        return views;
    }

    void onRound(long nowNanos, long delivered, Effects effects) {
        if (nowNanos >= nextSourceCheckNanos) {
            nextSourceCheckNanos = nowNanos + settings.sourceSilentNanos() / 4;
            checkSource(nowNanos, effects);
        }
        for (int acceptor = 0; acceptor < peers.length; acceptor++) {
            Peer peer = peers[acceptor];
            if (nowNanos >= peer.nextHiNanos) {
                effects.send(
                        settings.layout().acceptor(acceptor), new LearnerHi(logId, delivered, acceptor == source));
                peer.hiNanos = nowNanos;
                peer.nextHiNanos = nowNanos + peer.hiWaitNanos;
                peer.hiWaitNanos = Math.min(2 * peer.hiWaitNanos, HI_WAIT_NANOS_MAX);
            }
        }
    }

    private void checkSource(long nowNanos, Effects effects) {
        boolean speaks = speaks(source, nowNanos);
        if (speaks && !lags(source)) {
            return;
        }
        int next = NO_ACCEPTOR;
        for (int step = peers.length - 1; step >= 1; step--) {
            int candidate = (source + step) % peers.length;
            if (speaks(candidate, nowNanos) && !lags(candidate)) {
                next = candidate;
            }
        }
        if (next != NO_ACCEPTOR) {
            effects.output(new LearnerNotice.SourceChanged(source, next, speaks ? "sends no votes" : "is silent"));
            hiAtOnce(source, nowNanos);
            hiAtOnce(next, nowNanos);
            source = next;
        }
    }

    private void hiAtOnce(int acceptor, long nowNanos) {
        peers[acceptor].nextHiNanos = nowNanos;
        peers[acceptor].hiWaitNanos = HI_WAIT_NANOS_MIN;
    }

    /** Returns whether an acceptor sends no votes while others do. */
    private boolean lags(int acceptor) {
        long since = peers[acceptor].missedSinceNanos;
        return since != NEVER && votedNanos - since > settings.sourceSilentNanos();
    }

    long nextDeadlineNanos() {
        if (!started) {
            return NEVER;
        }
        long next = nextSourceCheckNanos;
        for (Peer peer : peers) {
            next = Math.min(next, peer.nextHiNanos);
        }
        return next;
    }

    /** Says goodbye to all. */
    void leave(Effects effects) {
        effects.send(settings.layout().acceptorNodes(), new LearnerDel());
    }
}
