package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.LeaderHint;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to ask for leadership and when to give it up. It knows what acceptors say in their beacons and what leaders say in
 * their heartbeats; all of it is a hint, and safety rests on none of it.
 *
 * <p>A proposer asks for leadership once a phase-1 quorum of voting acceptors has not heard a leader for the leader timeout,
 * after a random wait. A promise that rises meanwhile tells of another candidate, which is given the leader timeout to
 * finish. Each preemption at least doubles the random wait, so that competing proposers settle on one (L1).
 */
final class Election {

    /** Stands where there is no such acceptor. */
    static final int NOBODY = -1;

    private static final int BACKOFFS_MAX = 6;

    /** The newest beacon of an acceptor. */
    private record Beacon(AcceptorState state, long arrivedNanos) {}

    private final ProposerSettings settings;
    private final RandomGenerator random;
    private final long incarnation;
    private final long timeoutNanos;
    private final @Nullable Beacon[] beacons;

    private LogId logId = LogId.UNKNOWN;
    private Ballot highestSeen = Ballot.NONE;
    private Ballot leader = Ballot.NONE;
    private long leaderHeardNanos = Time.NEVER;
    private long rivalSeenNanos = Time.NEVER;
    private long campaignNanos = Time.NO_DEADLINE;
    private long backoffNanos = Time.NEVER;
    private int backoffs;
    private long supportedNanos = Time.NEVER;

    Election(ProposerSettings settings, long incarnation, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.incarnation = incarnation;
        this.timeoutNanos = settings.timing().leaderTimeoutNanos();
        this.beacons = new Beacon[settings.quorums().acceptors()];
    }

    /** Takes note of a ballot that somebody named: the own ones must be above it. */
    void onBallot(Ballot ballot) {
        highestSeen = Ballot.max(highestSeen, ballot);
    }

    void onBeacon(int acceptor, AcceptorState state, long nowNanos) {
        onBallot(state.promised());
        onBallot(state.leader());
        Beacon previous = beacons[acceptor];
        if (previous != null
                && state.promised().isAbove(previous.state.promised())
                && state.promised().incarnation() != incarnation) {
            rivalSeenNanos = nowNanos;
        }
        beacons[acceptor] = new Beacon(state, nowNanos);
        if (!isNamedByQuorum(logId)) {
            LogId common = commonLogId();
            logId = common.isKnown() ? common : logId;
        }
    }

    /** The log that a phase-1 quorum of beacons names. */
    private LogId commonLogId() {
        for (Beacon beacon : beacons) {
            if (beacon != null && isNamedByQuorum(beacon.state.logId())) {
                return beacon.state.logId();
            }
        }
        return LogId.UNKNOWN;
    }

    private boolean isNamedByQuorum(LogId log) {
        int same = 0;
        for (Beacon beacon : beacons) {
            if (beacon != null && isVoting(beacon) && beacon.state.logId().equals(log)) {
                same++;
            }
        }
        return same >= settings.quorums().phase1();
    }

    private static boolean isVoting(Beacon beacon) {
        return beacon.state.status() == AcceptorState.Status.VOTING && beacon.state.logId().isKnown();
    }

    /** Takes note of another proposer's heartbeat. */
    void onHeartbeat(Ballot ballot, long nowNanos) {
        onBallot(ballot);
        if (ballot.compareTo(leader) >= 0 || !Time.within(leaderHeardNanos, nowNanos, timeoutNanos)) {
            leader = ballot;
            leaderHeardNanos = nowNanos;
            backoffs = 0;
        }
    }

    /** Returns whether to ask for leadership now. Draws and cancels the random wait before it. */
    boolean isTimeToCampaign(long nowNanos) {
        if (!isLeaderMissed(nowNanos) || !hasRoundsLeft()) {
            campaignNanos = Time.NO_DEADLINE;
            return false;
        }
        if (campaignNanos == Time.NO_DEADLINE) {
            // A lone proposer has nobody to compete with.
            long jitterNanos = settings.layout().proposers() == 1 ? 0 : random.nextLong(timeoutNanos / 3 + 1);
            long earliest = backoffNanos == Time.NEVER ? nowNanos : Math.max(nowNanos, backoffNanos);
            campaignNanos = earliest + jitterNanos;
        }
        return nowNanos >= campaignNanos;
    }

    private boolean isLeaderMissed(long nowNanos) {
        if (Time.within(rivalSeenNanos, nowNanos, timeoutNanos)) {
            return false;
        }
        int missing = 0;
        for (Beacon beacon : beacons) {
            if (beacon != null
                    && isOfLog(beacon)
                    && Time.within(beacon.arrivedNanos, nowNanos, timeoutNanos)
                    && beacon.state.leaderSilentMicros() >= timeoutNanos / 1_000) {
                missing++;
            }
        }
        return missing >= settings.quorums().phase1();
    }

    private boolean isOfLog(Beacon beacon) {
        return isVoting(beacon) && beacon.state.logId().equals(logId);
    }

    /** Returns whether there is a ballot above all that were seen. */
    boolean hasRoundsLeft() {
        return highestSeen.round() < ProtocolLimits.ROUND_MAX;
    }

    /** Returns a ballot above all that were seen. */
    Ballot nextBallot() {
        campaignNanos = Time.NO_DEADLINE;
        Ballot drawn = new Ballot(highestSeen.round() + 1, settings.id(), incarnation);
        highestSeen = drawn;
        return drawn;
    }

    /** The own candidacy or leadership failed: the next one waits, longer each time. */
    void backOff(long nowNanos) {
        long spanNanos = (timeoutNanos / 2) << backoffs;
        backoffs = Math.min(backoffs + 1, BACKOFFS_MAX);
        backoffNanos = nowNanos + timeoutNanos / 6 + random.nextLong(spanNanos);
        campaignNanos = Time.NO_DEADLINE;
    }

    /** The own leadership begins. */
    void onElected(long nowNanos) {
        supportedNanos = nowNanos;
    }

    /**
     * Returns whether a leader at {@code own} still has a quorum: it had, within the leader timeout, a phase-2 quorum of
     * beacons that named it as heard within the leader timeout. Without one it can decide nothing; with one, nobody else
     * can find a phase-1 quorum that misses it.
     */
    boolean isSupported(Ballot own, long nowNanos) {
        int hearing = 0;
        for (Beacon beacon : beacons) {
            if (beacon != null
                    && isOfLog(beacon)
                    && Time.within(beacon.arrivedNanos, nowNanos, timeoutNanos)
                    && beacon.state.leader().equals(own)
                    && beacon.state.leaderSilentMicros() < timeoutNanos / 1_000) {
                hearing++;
            }
        }
        if (hearing >= settings.quorums().phase2()) {
            supportedNanos = nowNanos;
            backoffs = 0;
        }
        return Time.within(supportedNanos, nowNanos, timeoutNanos);
    }

    /** Returns the id of the other proposer that leads, as far as heartbeats and beacons tell. */
    int otherLeaderId(long nowNanos) {
        Ballot known = Time.within(leaderHeardNanos, nowNanos, timeoutNanos) ? leader : Ballot.NONE;
        for (Beacon beacon : beacons) {
            if (beacon != null
                    && Time.within(beacon.arrivedNanos, nowNanos, timeoutNanos)
                    && beacon.state.leaderSilentMicros() < timeoutNanos / 1_000
                    && beacon.state.leader().isAbove(known)) {
                known = beacon.state.leader();
            }
        }
        int id = known.proposerId();
        boolean other =
                !known.equals(Ballot.NONE) && id != settings.id() && id >= 0 && id < settings.layout().proposers();
        return other ? id : LeaderHint.NOBODY;
    }

    /** The acceptors that have not beaconed within the leader timeout that they vote in this log, as a bit set. */
    int awayBits(long nowNanos) {
        int bits = 0;
        for (int a = 0; a < beacons.length; a++) {
            Beacon beacon = beacons[a];
            if (beacon == null || !isOfLog(beacon) || !Time.within(beacon.arrivedNanos, nowNanos, timeoutNanos)) {
                bits |= 1 << a;
            }
        }
        return bits;
    }

    /** The acceptors whose newest beacon says that they accept in the log, those that rejoin it among them, as a bit set. */
    int memberBits() {
        int bits = 0;
        for (int a = 0; a < beacons.length; a++) {
            Beacon beacon = beacons[a];
            if (beacon != null && (isOfLog(beacon) || isRejoining(a))) {
                bits |= 1 << a;
            }
        }
        return bits;
    }

    /** Returns whether an acceptor's newest beacon says that it rejoins the log: it accepts, and promises nothing yet. */
    boolean isRejoining(int acceptor) {
        Beacon beacon = beacons[acceptor];
        return beacon != null && beacon.state.status() == AcceptorState.Status.REJOINING && isOfLog(acceptor);
    }

    /** The first acceptor that rejoins the log and was heard within the leader timeout, or {@link #NOBODY}. */
    int rejoiningAcceptor(long nowNanos) {
        for (int a = 0; a < beacons.length; a++) {
            if (isRejoining(a) && Time.within(heardNanos(a), nowNanos, timeoutNanos)) {
                return a;
            }
        }
        return NOBODY;
    }

    /**
     * Returns whether an acceptor's newest beacon names the log that this proposer knows. What others say of instances is
     * about another log, whatever it is, since most messages do not name theirs.
     */
    boolean isOfLog(int acceptor) {
        Beacon beacon = beacons[acceptor];
        return beacon != null && logId.isKnown() && beacon.state.logId().equals(logId);
    }

    int acceptors() {
        return beacons.length;
    }

    @Nullable
    AcceptorState stateOf(int acceptor) {
        Beacon beacon = beacons[acceptor];
        return beacon == null ? null : beacon.state;
    }

    /** When an acceptor's newest beacon came; {@link Time#NEVER} without one. */
    long heardNanos(int acceptor) {
        Beacon beacon = beacons[acceptor];
        return beacon == null ? Time.NEVER : beacon.arrivedNanos;
    }

    /** The log that a phase-1 quorum of beacons named last, or {@link LogId#UNKNOWN}. */
    LogId logId() {
        return logId;
    }

    long nextDeadlineNanos() {
        return campaignNanos;
    }
}
