package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.Forward;
import io.synod.protocol.message.ForwardRefused;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.LocateKey;
import io.synod.protocol.message.Located;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinRange;
import io.synod.protocol.message.RejoinReply;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.Repropose;
import io.synod.protocol.message.Submit;
import io.synod.protocol.message.SubmitRefused;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The acceptor of <i>Paxos Made Simple</i>, section 2.2, for a log of instances: one promise covers all of them, and
 * each has at most one accepted value, that of the highest ballot. It serves rules S1, S3, S5, S9 and S10 of
 * {@code docs/protocol.md}; rule S2 follows from the type of each message (see {@link io.synod.role.Durability}).
 */
public class Acceptor implements Role {

    private final AcceptorSettings settings;
    private final ClusterLayout layout;
    private final Peers peers;
    private final RandomGenerator random;
    private final AcceptedRing accepted;
    private final Forming forming;
    private final Rejoining rejoining;
    private final Voting voting;
    private final Registrations registrations;
    private final LeaderHeard leader = new LeaderHeard();
    private final Trimming trimming;
    private final AcceptorCounts counts = new AcceptorCounts();

    private long watermark;
    private long nextBeaconNanos;
    private AcceptorStatusChanged announced;

    /**
     * @param recovered what the store remembers
     * @param random spreads the beacons of the acceptors over the interval
     */
    public Acceptor(AcceptorSettings settings, AcceptorRecovery recovered, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        layout = settings.layout();
        peers = new Peers(settings.id(), layout);
        registrations = new Registrations(settings.clientsMax(), peers.proposersAndLearners());
        forming = new Forming(settings.id(), layout.acceptors(), recovered);
        watermark = recovered.trimPoint();
        accepted = new AcceptedRing(settings.storedInstancesMax(), settings.storedBytesMax(), recovered.trimPoint());
        for (AcceptedEntry entry : recovered.accepted()) {
            accepted.restore(new Accepted(entry.ballot(), entry.instance(), entry.value().checksum(), entry.value()));
        }
        rejoining = new Rejoining(settings, rejoinRules(), forming, accepted, recovered.rejoin(), random);
        PromisePages pages = new PromisePages(settings, accepted, forming, this::coveredThrough);
        voting = new Voting(this, recovered.promised(), peers, forming, rejoining, accepted, pages, registrations,
                leader, counts);
        trimming = new Trimming(settings, peers, forming, accepted, counts, this::trimBound, this::mayExclude);
        announced = new AcceptorStatusChanged(forming.status(), forming.reason(), rejoining.remedy());
    }

    @Override
    public RoleType type() {
        return RoleType.ACCEPTOR;
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        effects.output(announced);
        forming.ask(peers.acceptors(), effects);
        rejoining.ask(peers.acceptors(), effects);
        afterForming(nowNanos, effects);
        trimming.start(nowNanos);
        beacon(nowNanos, effects);
        nextBeaconNanos = nowNanos + random.nextLong(settings.heartbeatIntervalNanos()) + 1;
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        switch (message) {
            case Accept accept -> {
                voting.onAccept(from, accept, nowNanos, effects);
                comeInIfComplete(nowNanos, effects);
            }
            case Prepare prepare -> voting.onPrepare(from, prepare, watermark, nowNanos, effects);
            case Heartbeat heartbeat -> onHeartbeat(from, heartbeat, nowNanos);
            case Repeat repeat -> onRepeat(from, repeat, effects);
            case LearnerHi hi -> onHi(from, hi, nowNanos, effects);
            case LearnerDel _ -> registrations.del(from);
            case Report report -> onReport(from, report, nowNanos, effects);
            case TrimRequest request -> onTrimRequest(from, request, nowNanos, effects);
            case Form form -> onForm(from, form, nowNanos, effects);
            case FormReply reply -> onFormReply(from, reply, nowNanos, effects);
            case Rejoin rejoin -> onRejoin(from, rejoin, effects);
            case RejoinReply reply -> onRejoinReply(from, reply, nowNanos, effects);
            case RejoinRange range -> onRejoinRange(from, range, nowNanos, effects);
            case Promise _, Accepted _, Preempted _, AcceptRefused _, Trimmed _, AcceptorState _ ->
                    counts.misdirected++;
            case LearnerOk _, TrimState _, Repropose _, Submit _, SubmitRefused _, Locate _, Located _ ->
                    counts.misdirected++;
            case LocateKey _, KeyLocated _ -> counts.misdirected++;
            case Forward _, ForwardRefused _, LeaderHint _, Echo _, EchoReply _ -> counts.misdirected++;
        }
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        if (nextBeaconNanos - nowNanos > 0) {
            return;
        }
        nextBeaconNanos = nowNanos + settings.heartbeatIntervalNanos();
        registrations.expire(nowNanos);
        forming.ask(peers.acceptors(), effects);
        rejoining.ask(peers.acceptors(), effects);
        beacon(nowNanos, effects);
    }

    @Override
    public void onBacklog(boolean tooMuchWaits) {
        voting.backlogged(tooMuchWaits);
    }

    @Override
    public void onStorageFailed(String reason, long nowNanos, Effects effects) {
        forming.onStorageFailed(reason);
        afterForming(nowNanos, effects);
    }

    @Override
    public long nextDeadlineNanos() {
        return nextBeaconNanos;
    }

    // Leaders

    private void onHeartbeat(Sender from, Heartbeat heartbeat, long nowNanos) {
        if (!peers.isProposerOf(heartbeat.ballot(), from)) {
            counts.misdirected++;
            return;
        }
        // One that was preempted here leads no more, or will soon learn that it does not.
        if (!heartbeat.ballot().isBelow(voting.promised())) {
            leader.heard(heartbeat.ballot(), nowNanos);
        }
        if (forming.status() == Status.VOTING) {
            watermark = Math.max(watermark, heartbeat.watermark());
        }
    }

    private void beacon(long nowNanos, Effects effects) {
        effects.send(registrations.forBeacons(), new AcceptorState(forming.own(), forming.logId(), forming.status(),
                voting.promised(), leader.ballot(), leader.silentMicros(nowNanos), accepted.trimPoint(), watermark,
                accepted.stored(), accepted.isNearlyFull() || voting.isDiskNearlyFull()));
    }

    // Learners

    private void onRepeat(Sender from, Repeat repeat, Effects effects) {
        if (forming.status() != Status.VOTING) {
            counts.notVoting++;
            return;
        }
        counts.repeats++;
        accepted.answer(from.node(), repeat, settings.repeatInstancesMax(), settings.replyBytesMax(), effects);
    }

    private void onHi(Sender from, LearnerHi hi, long nowNanos, Effects effects) {
        boolean isConfigured = peers.isLearner(from);
        if (!isConfigured && from.node().type() != NodeType.CLIENT) {
            counts.misdirected++;
            return;
        }
        if (isConfigured) {
            trimming.seen(from.id(), from.incarnation(), nowNanos);
            if (hi.logId().isKnown() && hi.delivered() > 0) {
                forming.onDelivered(from.id(), hi.logId());
                afterForming(nowNanos, effects);
            }
        }
        boolean isVoting = forming.status() == Status.VOTING;
        if (isVoting && hi.logId().isKnown() && !hi.logId().equals(forming.logId())) {
            // It is told which log this is, and nothing of what happens in it: an accepted does not name its log.
            counts.foreign++;
            effects.send(from.node(), ok(false));
        } else if (!registrations.hi(from, hi.logId(), hi.values(), nowNanos + settings.leaseNanos())) {
            counts.unregistered++;
        } else if (isVoting) {
            if (isConfigured && hi.logId().isKnown()) {
                watermark = Math.max(watermark, hi.delivered());
            }
            effects.send(from.node(), ok(hi.values()));
        }
    }

    private LearnerOk ok(boolean values) {
        return new LearnerOk(forming.logId(), accepted.trimPoint(), watermark, values);
    }

    // Trim

    private void onReport(Sender from, Report report, long nowNanos, Effects effects) {
        trimming.onReport(from, report, nowNanos, effects);
        noteTrimPoint();
    }

    private void onTrimRequest(Sender from, TrimRequest request, long nowNanos, Effects effects) {
        trimming.onRequest(from, request, nowNanos, effects);
        noteTrimPoint();
    }

    /** What a quorum of learners holds is decided. */
    private void noteTrimPoint() {
        watermark = Math.max(watermark, accepted.trimPoint());
    }

    // Forming

    private void onForm(Sender from, Form form, long nowNanos, Effects effects) {
        if (!peers.isOtherAcceptor(from) || !form.storageId().isKnown()) {
            counts.misdirected++;
            return;
        }
        forming.onForm(from.id(), from.node(), form, effects);
        afterForming(nowNanos, effects);
    }

    private void onFormReply(Sender from, FormReply reply, long nowNanos, Effects effects) {
        if (!peers.isOtherAcceptor(from) || !reply.own().isKnown() || !reply.noted().isKnown()) {
            counts.misdirected++;
            return;
        }
        forming.onFormReply(from.id(), reply, effects);
        afterForming(nowNanos, effects);
    }

    // Rejoining

    private void onRejoin(Sender from, Rejoin rejoin, Effects effects) {
        if (!peers.isOtherAcceptor(from) || !rejoin.storageId().isKnown()) {
            counts.misdirected++;
        } else {
            rejoining.onRejoin(from.id(), from.node(), rejoin, voting.promised(), effects);
        }
    }

    private void onRejoinReply(Sender from, RejoinReply reply, long nowNanos, Effects effects) {
        if (!peers.isOtherAcceptor(from) || reply.storageIds().size() != layout.acceptors()) {
            counts.misdirected++;
            return;
        }
        rejoining.onReply(from.id(), reply, effects);
        Ballot above = rejoining.admit(effects);
        if (above != null) {
            voting.rejoinedWith(above);
            comeInIfComplete(nowNanos, effects);
        }
        announce(nowNanos, effects);
    }

    private void onRejoinRange(Sender from, RejoinRange range, long nowNanos, Effects effects) {
        Ballot ballot = range.ballot();
        if (!peers.isProposerOf(ballot, from)) {
            counts.misdirected++;
        } else if (forming.status() != Status.REJOINING) {
            counts.notVoting++;
        } else if (voting.follow(from, ballot, nowNanos, effects)) {
            rejoining.onRange(range, effects);
            noteTrimPoint();
            comeInIfComplete(nowNanos, effects);
            announce(nowNanos, effects);
        }
    }

    private void comeInIfComplete(long nowNanos, Effects effects) {
        if (forming.status() == Status.REJOINING && rejoining.isComplete()) {
            forming.comeIn(effects);
            welcomeLearners(effects);
            announce(nowNanos, effects);
        }
    }

    /** Forms the log when that has become possible, and tells the service and the others what has changed. */
    private void afterForming(long nowNanos, Effects effects) {
        if (forming.status() == Status.FORMING && completesForming(forming.agreed(), layout.acceptors() - 1)) {
            forming.form(effects);
            welcomeLearners(effects);
        }
        announce(nowNanos, effects);
    }

    private void welcomeLearners(Effects effects) {
        registrations.keepOnly(forming.logId());
        for (Registrations.Registration learner : registrations.all()) {
            effects.send(learner.node(), ok(learner.values()));
        }
    }

    private void announce(long nowNanos, Effects effects) {
        AcceptorStatusChanged current =
                new AcceptorStatusChanged(forming.status(), forming.reason(), rejoining.remedy());
        if (!current.equals(announced)) {
            effects.output(current);
            if (current.status() != announced.status()) {
                beacon(nowNanos, effects);
            }
            announced = current;
        }
    }

    // Decisions that the simulation breaks on purpose, to see that its checkers notice

    /** S1: only a strictly higher ballot is promised, or the same one again. */
    boolean mayPromise(Ballot ballot, Ballot promisedBallot) {
        return ballot.isAbove(promisedBallot) || ballot.equals(promisedBallot);
    }

    /** S3: nothing is accepted below the promise. */
    boolean mayAccept(Ballot ballot, Ballot promisedBallot) {
        return !ballot.isBelow(promisedBallot);
    }

    /** S4 rests on it: a page claims no more than was looked at. */
    long coveredThrough(long collectedThrough, long highestAccepted) {
        return collectedThrough >= highestAccepted ? Promise.NOTHING_ABOVE : collectedThrough;
    }

    /** S9: no more is trimmed than was asked for, and no more than the trim quorum holds. */
    long trimBound(long asked, long heldByQuorum) {
        return Math.min(asked, heldByQuorum);
    }

    /** S9: of the trim quorum only who has been silent for so long is left out. */
    boolean mayExclude(long silentNanos, long goneNanos) {
        return silentNanos >= goneNanos;
    }

    /** S10: a log is formed by all acceptors. */
    boolean completesForming(int othersAgreed, int others) {
        return othersAgreed == others;
    }

    /** S10: makes the rules of a way back. */
    RejoinRules rejoinRules() {
        return new RejoinRules();
    }

    // What the service tells and shows

    /**
     * Tells an acceptor that stays out to rejoin; one that does so already goes on.
     *
     * @return why it cannot; null if it does
     */
    public @Nullable String rejoin(long nowNanos, Effects effects) {
        String obstacle = rejoining.obstacle();
        if (obstacle == null) {
            rejoining.begin(peers.acceptors(), effects);
            announce(nowNanos, effects);
        }
        return obstacle;
    }

    /**
     * Takes note of what the service sees of its disk.
     *
     * @param nearlyFull whether new instances are refused, as overload, until this is called with false
     */
    public void diskNearlyFull(boolean nearlyFull) {
        voting.diskNearlyFull(nearlyFull);
    }

    /** Returns the state as it is now. */
    public AcceptorView view(long nowNanos) {
        List<AcceptorView.Registered> registered = new ArrayList<>();
        for (Registrations.Registration learner : registrations.all()) {
            registered.add(new AcceptorView.Registered(learner.node().toString(), learner.values()));
        }
        return new AcceptorView(settings.id(), forming.status(), forming.reason(), forming.own(), forming.noted(),
                forming.logId(), voting.promised(), leader.ballot(), leader.silentMicros(nowNanos), watermark,
                accepted.trimPoint(), trimming.asked(), trimming.excluded(), trimming.held(), accepted.highest(),
                accepted.stored(),
                accepted.bytes(), voting.isDiskNearlyFull(), rejoining.view(), registered, counts.snapshot());
    }
}
