package io.synod.client;

import io.synod.learner.Delivered;
import io.synod.learner.Learner;
import io.synod.learner.LearnerNotice;
import io.synod.learner.LearnerOutput;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerRestored;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.LearnerStarted;
import io.synod.learner.LearnerStopped;
import io.synod.learner.Run;
import io.synod.learner.SessionEnded;
import io.synod.learner.SessionNeedsRenewal;
import io.synod.learner.SessionOpened;
import io.synod.learner.TrimOutcome;
import io.synod.learner.ValuesHeld;
import io.synod.protocol.Bytes;
import io.synod.protocol.RoleType;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState;
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
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The client: opens sessions, numbers values, sends them in blocks, resends them, and tells what became of each. It holds a
 * learner of its own, which shows it what is delivered. {@code docs/protocol.md}, "Sessions" and "Clients", specifies it.
 *
 * <p>A client has one or more lanes. Each holds one session at a time, and its values are delivered in the order in which
 * they were submitted; between lanes there is no order. A value is named by its lane and its ticket; tickets of a lane count
 * from 1 without a gap.
 *
 * <p>A client that was given nothing for {@link ClientSettings#idleNanos} leaves: it closes its sessions, and its learner says
 * del, so that acceptors need not send it what is decided for others. The next value brings it back.
 */
public class Client implements Role {

    /** How long to wait before the learner is started anew, after it had to stop. */
    private static final long LEARNER_RESTART_NANOS = 1_000_000_000L;

    private final ClientSettings settings;
    private final RandomGenerator random;
    private final ProposerChoice proposers;
    private final RoundTripTime roundTripTime;
    private final Attempts attempts = new Attempts();
    private final ClientCounters counters = new ClientCounters();
    private final Locator locator;
    private final List<Lane> lanes;
    private final TreeMap<SessionId, Lane> bySession = new TreeMap<>();
    private final Effects learnerEffects = new Effects();

    private Learner learner;
    private boolean learnerStarted;
    private long learnerRestartNanos = Long.MAX_VALUE;
    private boolean away;
    private long usedNanos;

    /**
     * Makes a client that is not started.
     *
     * @param incarnation the incarnation of the node, which names the client
     * @param random draws the nonces of sessions, and waits
     */
    public Client(ClientSettings settings, long incarnation, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.proposers = new ProposerChoice(
                settings.layout().proposerNodes(), settings.proposer(), settings.leaderTimeoutNanos());
        this.roundTripTime = new RoundTripTime(settings.resendNanosMin(), settings.resendNanosMax());
        this.locator = new Locator(settings.locates() ? settings.layout().learnerNodes() : List.of());
        this.learner = newLearner();
        List<Lane> all = new ArrayList<>(settings.lanes());
        for (int i = 0; i < settings.lanes(); i++) {
            all.add(new Lane(i, settings, counters, proposers, roundTripTime, attempts, locator, random));
        }
        this.lanes = List.copyOf(all);
    }

    private Learner newLearner() {
        return new Learner(settings.learner(), LearnerRecovery.empty(StorageId.UNKNOWN), random);
    }

    @Override
    public RoleType type() {
        return RoleType.CLIENT;
    }

    /** How many lanes there are. */
    public int lanes() {
        return lanes.size();
    }

    /** Whether the lane has a session, so that what is submitted is sent at once. */
    public boolean isOpen(int lane) {
        return lanes.get(lane).state() == Lane.State.OPEN;
    }

    /** How many values the lane would take now. */
    public int room(int lane) {
        return lanes.get(lane).room();
    }

    /**
     * Takes values, all or none. They go out at the end of the round; each gets its outcome as a {@link ClientOutput}.
     *
     * @param lane the lane, from 0
     * @param values the values in order, at least one; not to be changed afterwards
     */
    public Admission submit(int lane, List<Bytes> values, long nowNanos) {
        return admitted(lanes.get(lane).submit(values, null, nowNanos), nowNanos);
    }

    /**
     * Takes a value with an idempotency key. It goes out at the end of the round. If a value was delivered under its key that is
     * not forgotten, its outcome is that one's, or a refusal if that is another value.
     *
     * @param lane the lane, from 0
     * @param value the value; not to be changed afterwards
     */
    public Admission submit(int lane, ValueKey key, Bytes value, long nowNanos) {
        return admitted(lanes.get(lane).submit(List.of(value), key, nowNanos), nowNanos);
    }

    private Admission admitted(Admission admission, long nowNanos) {
        if (admission.isTaken()) {
            usedNanos = nowNanos;
            if (away) {
                away = false;
                learnerRestartNanos = nowNanos;
            }
        }
        return admission;
    }

    /** Whether the client has left since it had nothing to do. */
    public boolean isAway() {
        return away;
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        usedNanos = nowNanos;
        proposers.onStart(nowNanos);
        learner.onStart(nowNanos, learnerEffects);
        takeFromLearner(nowNanos, effects);
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        switch (message) {
            case SubmitRefused refused -> onRefused(from, refused, nowNanos);
            case LeaderHint hint -> proposers.onHint(from.id(), hint.leaderId(), nowNanos);
            case AcceptorState state -> {
                proposers.onBeacon(state, nowNanos);
                toLearner(from, message, nowNanos, effects);
            }
            case Accepted _, Trimmed _, Heartbeat _, LearnerOk _, Report _, TrimState _ ->
                    toLearner(from, message, nowNanos, effects);
            case Rejoin _, RejoinReply _, RejoinRange _ -> {}
            case Accept _, AcceptRefused _, Echo _, EchoReply _, Form _, FormReply _, Forward _, ForwardRefused _ -> {}
            case Located located -> {
                locator.onLocated(located);
                releaseOutcomes(effects);
            }
            case KeyLocated located -> {
                locator.onLocated(located);
                releaseOutcomes(effects);
            }
            case LearnerDel _, LearnerHi _, Locate _, LocateKey _, Preempted _, Prepare _, Promise _, Repeat _, Repropose _ ->
                    {}
            case Submit _, TrimRequest _ -> {}
        }
    }

    private void toLearner(Sender from, Message message, long nowNanos, Effects effects) {
        if (away) {
            return;
        }
        learner.onMessage(from, message, nowNanos, learnerEffects);
        takeFromLearner(nowNanos, effects);
    }

    private void onRefused(Sender from, SubmitRefused refused, long nowNanos) {
        counters.refusal();
        proposers.onRefused(from.id(), refused.reason(), refused.leaderId(), nowNanos);
        RefusalReason reason = RefusalReason.of(refused.reason());
        Block block = attempts.refuse(refused.attempt());
        if (block != null) {
            lanes.get(block.lane).onRefused(block, refused.attempt(), reason, nowNanos);
            return;
        }
        for (Lane lane : lanes) {
            lane.onControlRefused(reason, nowNanos);
        }
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        if (nowNanos >= learnerRestartNanos) {
            restartLearner(nowNanos);
        }
        if (!away) {
            learner.onRound(nowNanos, learnerEffects);
            takeFromLearner(nowNanos, effects);
        }
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            if (lane.state() == Lane.State.IDLE && learnerStarted) {
                lane.begin(nowNanos);
                learner.expectNonce(lane.nonceHigh(), lane.nonceLow());
            }
            lane.onRound(nowNanos, effects);
        }
        locator.onRound(nowNanos, effects);
        releaseOutcomes(effects);
        if (isIdle(nowNanos)) {
            leave(nowNanos, effects);
        }
    }

    private void releaseOutcomes(Effects effects) {
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).releaseOutcomes(effects);
        }
    }

    private boolean isIdle(long nowNanos) {
        if (away || nowNanos - usedNanos < settings.idleNanos()) {
            return false;
        }
        for (int i = 0; i < lanes.size(); i++) {
            if (!lanes.get(i).isIdle()) {
                // What has no outcome yet keeps the client; so does a session that is being opened or closed.
                usedNanos = nowNanos;
                return false;
            }
        }
        return true;
    }

    private void leave(long nowNanos, Effects effects) {
        for (Lane lane : lanes) {
            lane.leave(effects);
        }
        bySession.clear();
        learner.onStop(nowNanos, learnerEffects);
        takeFromLearner(nowNanos, effects);
        learnerStarted = false;
        away = true;
    }

    private void restartLearner(long nowNanos) {
        learnerRestartNanos = Long.MAX_VALUE;
        // Nobody was asked anything meanwhile, so nobody is silent.
        proposers.heard(nowNanos);
        learner = newLearner();
        learner.onStart(nowNanos, learnerEffects);
    }

    @Override
    public long nextDeadlineNanos() {
        long deadline = Math.min(learnerRestartNanos, locator.nextDeadlineNanos());
        if (!away) {
            deadline = Math.min(deadline, learner.nextDeadlineNanos());
            if (settings.idleNanos() != Long.MAX_VALUE) {
                deadline = Math.min(deadline, usedNanos + settings.idleNanos());
            }
        }
        for (int i = 0; i < lanes.size(); i++) {
            deadline = Math.min(deadline, lanes.get(i).nextDeadlineNanos());
        }
        return deadline;
    }

    @Override
    public void onStop(long nowNanos, Effects effects) {
        for (Lane lane : lanes) {
            lane.onStop(effects);
        }
        if (!away) {
            learner.onStop(nowNanos, learnerEffects);
            takeFromLearner(nowNanos, effects);
        }
    }

    /** Passes the learner's messages on, and acts on what it shows. */
    private void takeFromLearner(long nowNanos, Effects effects) {
        if (learnerEffects.isEmpty()) {
            return;
        }
        effects.now().addAll(learnerEffects.now());
        effects.afterCommit().addAll(learnerEffects.afterCommit());
        List<Output> outputs = learnerEffects.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i) instanceof LearnerOutput output) {
                onLearnerOutput(output, nowNanos, effects);
            }
        }
        learnerEffects.clear();
    }

    private void onLearnerOutput(LearnerOutput output, long nowNanos, Effects effects) {
        switch (output) {
            case Delivered delivered -> onDelivered(delivered, nowNanos, effects);
            case ValuesHeld held -> onHeld(held, nowNanos);
            case SessionOpened opened -> onOpened(opened, nowNanos, effects);
            case SessionEnded ended -> onEnded(ended, effects);
            case SessionNeedsRenewal stale -> onNeedsRenewal(stale, nowNanos);
            case LearnerStarted started -> {
                learnerStarted = true;
                effects.output(started);
            }
            case LearnerStopped stopped -> {
                onLearnerStopped(nowNanos, effects);
                effects.output(stopped);
            }
            case LearnerNotice notice -> effects.output(notice);
            // The learner inside a client stores nothing, takes nothing from other learners, and asks for no trim.
            case LearnerSnapshot _, LearnerRestored _, TrimOutcome _ -> {}
        }
    }

    private void onDelivered(Delivered delivered, long nowNanos, Effects effects) {
        List<Run> runs = delivered.runs();
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            Lane lane = bySession.get(run.session());
            if (lane != null
                    && !lane.onDelivered(run, delivered.instance(), learner.logId(), nowNanos, effects)) {
                // A proposer refused what it had taken. What else it did not do is anybody's guess.
                abandon(lane, run.session(), effects);
            }
        }
    }

    private void onHeld(ValuesHeld held, long nowNanos) {
        Lane lane = bySession.get(held.session());
        if (lane != null) {
            lane.onHeld(held.firstNumber(), held.count(), nowNanos);
        }
    }

    private void onOpened(SessionOpened opened, long nowNanos, Effects effects) {
        for (Lane lane : lanes) {
            if (lane.hasNonce(opened.nonceHigh(), opened.nonceLow())) {
                lane.onOpened(opened.session(), opened.window(), nowNanos, effects);
                bySession.put(opened.session(), lane);
                return;
            }
        }
    }

    private void onEnded(SessionEnded ended, Effects effects) {
        Lane lane = bySession.remove(ended.session());
        if (lane != null) {
            lane.onEnded(ended.certain(), effects);
        }
    }

    private void onNeedsRenewal(SessionNeedsRenewal stale, long nowNanos) {
        Lane lane = bySession.get(stale.session());
        if (lane != null) {
            lane.onNeedsRenewal(nowNanos);
        }
    }

    private void abandon(Lane lane, SessionId session, Effects effects) {
        bySession.remove(session);
        learner.forgetSession(session);
        lane.onEnded(false, effects);
    }

    /** Without its learner the client sees nothing: it begins anew at the present. */
    private void onLearnerStopped(long nowNanos, Effects effects) {
        learnerStarted = false;
        learnerRestartNanos = nowNanos + LEARNER_RESTART_NANOS;
        bySession.clear();
        for (Lane lane : lanes) {
            lane.onEnded(false, effects);
        }
    }

    /** Returns the client's state at this moment. */
    public ClientView view(long nowNanos) {
        List<ClientView.LaneView> views = new ArrayList<>(lanes.size());
        for (Lane lane : lanes) {
            views.add(lane.view());
        }
        return new ClientView(
                away,
                proposers.current(),
                proposers.leader(),
                roundTripTime.smoothedNanos(),
                roundTripTime.timeoutNanos(0),
                views,
                counters.counts(proposers.moves()),
                learner.view(nowNanos));
    }
}
