package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.RoleType;
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
import io.synod.role.Role;
import io.synod.role.Sender;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The proposer (Lamport, Paxos Made Simple, 2 and 3; van Renesse and Altinbuken, Paxos Made Moderately Complex).
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>to</th><th>when</th></tr>
 * <tr><td>FOLLOWER</td><td>CANDIDATE</td><td>a phase-1 quorum of acceptors misses a leader, and the random wait is over</td></tr>
 * <tr><td>CANDIDATE</td><td>LEADER</td><td>pages of a phase-1 quorum cover the next instance</td></tr>
 * <tr><td>CANDIDATE</td><td>FOLLOWER</td><td>preempted; a higher leader heard; another log met; no quorum for too long</td></tr>
 * <tr><td>LEADER</td><td>FOLLOWER</td><td>preempted; a higher leader heard; another log met; no quorum hears it</td></tr>
 * </table>
 *
 * No other transition is legal. A leader first proposes anew what phase 1 reported, in order, and then what clients
 * submit. When it steps down, what is in flight is forgotten: it may be chosen or not, and the clients, who alone know what
 * is still undelivered, send it again. What waited unproposed is forwarded to the next leader as soon as one is known, a
 * bounded part of it and without an answer, or proposed by itself if that is the next leader.
 *
 * <p>A proposer that stops says nothing; its silence makes the next one lead.
 */
public class Proposer implements Role {

    /** Whether a proposer leads. */
    public enum State {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    private final ProposerSettings settings;
    private final Election election;
    private final Pipeline pipeline;
    private final Leadership leadership;
    private final SubmitQueue queue;
    private final Submissions submissions;
    private final KnownPositions known;
    private final List<NodeId> acceptors;

    private State state = State.FOLLOWER;
    private Ballot ballot = Ballot.NONE;
    private @Nullable PhaseOne phaseOne;
    private long candidateSinceNanos = Time.NEVER;

    private long refusedNotVoting;
    private long refusedStorageFull;
    private long implausible;

    /**
     * @param settings what it is set to
     * @param incarnation the incarnation of its process, part of each of its ballots
     * @param random source of the random waits that keep proposers apart
     */
    public Proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
        this.settings = settings;
        this.election = new Election(settings, incarnation, random);
        this.pipeline = newPipeline(settings);
        this.queue = new SubmitQueue(settings.batching(), settings.queue());
        this.leadership = new Leadership(settings, pipeline, queue);
        this.submissions = new Submissions(settings, election, queue);
        this.acceptors = settings.layout().acceptorNodes();
        this.known = new KnownPositions(acceptors.size());
    }

    /** Makes the phase 1 of a range: where simulation breaks rule S4 on purpose. */
    PhaseOne newPhaseOne(Ballot at, LogId logId, long from, long last, long nowNanos) {
        return new PhaseOne(at, logId, settings.quorums(), from, last, settings.timing().retryNanosMax(), nowNanos);
    }

    /** Makes the pipeline: where simulation breaks the counting of votes on purpose. */
    Pipeline newPipeline(ProposerSettings pipelineSettings) {
        return new Pipeline(pipelineSettings);
    }

    @Override
    public RoleType type() {
        return RoleType.PROPOSER;
    }

    @Override
    public void onStart(long nowNanos, Effects out) {}

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects out) {
        switch (message) {
            case Accepted accepted -> onAccepted(acceptorId(from), accepted, nowNanos);
            case Submit submit -> onSubmit(from, submit, nowNanos, out);
            case Promise page -> onPromise(acceptorId(from), page, nowNanos, out);
            case Preempted preempted -> onPreempted(acceptorId(from), preempted, nowNanos, out);
            case AcceptRefused refused -> onAcceptRefused(acceptorId(from), refused, nowNanos);
            case Trimmed trimmed -> onTrimmed(acceptorId(from), trimmed);
            case AcceptorState beacon -> onBeacon(acceptorId(from), beacon, nowNanos, out);
            case Heartbeat heartbeat -> onHeartbeat(from, heartbeat, nowNanos, out);
            case Repropose wish -> onRepropose(wish, nowNanos);
            case Forward forward -> onForward(from, forward, nowNanos, out);
            case ForwardRefused refused -> submissions.onForwardRefused(refused, out);
            // Not for a proposer; listed so that a new message is not forgotten here.
            case Accept _, Prepare _, Echo _, EchoReply _, Form _, FormReply _, LeaderHint _ -> {}
            case LearnerDel _, LearnerHi _, LearnerOk _, Repeat _, Report _, SubmitRefused _ -> {}
            case TrimRequest _, TrimState _, Locate _, Located _ -> {}
            case LocateKey _, KeyLocated _ -> {}
            case Rejoin _, RejoinReply _, RejoinRange _ -> {}
        }
    }

    /** The sender's id as an acceptor, or -1 if it is none. */
    private int acceptorId(Sender from) {
        boolean known = from.node().type().hosts(RoleType.ACCEPTOR) && from.id() >= 0 && from.id() < acceptors.size();
        return known ? from.id() : -1;
    }

    private void onAccepted(int acceptor, Accepted accepted, long nowNanos) {
        if (acceptor < 0 || state != State.LEADER || !election.isOfLog(acceptor)) {
            return;
        }
        leadership.onAccepted(acceptor, accepted, nowNanos);
        known.noteWatermark(pipeline.watermark());
    }

    private void onPromise(int acceptor, Promise page, long nowNanos, Effects out) {
        PhaseOne current = phaseOne;
        if (acceptor < 0 || current == null) {
            return;
        }
        if (!current.isPlausible(page)) {
            implausible++;
            return;
        }
        if (!current.onPage(acceptor, page, nowNanos)) {
            return;
        }
        known.noteWatermark(decidedThrough(page.watermark(), page.trimPoint()));
        if (state == State.CANDIDATE) {
            current.raiseFloor(known.watermark());
            if (current.covers(current.floor() + 1)) {
                lead(current, nowNanos, out);
            }
        } else {
            trimTo(current.trimFloor());
            leadership.onPage(acceptor, page, nowNanos);
        }
    }

    private void onPreempted(int acceptor, Preempted preempted, long nowNanos, Effects out) {
        if (acceptor < 0) {
            return;
        }
        election.onBallot(preempted.promised());
        if (state == State.FOLLOWER || !preempted.refused().equals(ballot)) {
            return;
        }
        if (preempted.promised().isAbove(ballot)) {
            election.backOff(nowNanos);
            follow("preempted by " + preempted.promised() + " at acceptor " + acceptor, nowNanos, out);
        } else if (state == State.LEADER && election.isRejoining(acceptor) && election.hasRoundsLeft()) {
            // It accepts above this ballot alone, and nobody but the leader knows that a higher one is wanted.
            String reason = "acceptor " + acceptor + " rejoins, and accepts above " + preempted.promised() + " alone";
            follow(reason, nowNanos, out);
            campaign(reason, nowNanos, out);
        }
    }

    private void onAcceptRefused(int acceptor, AcceptRefused refused, long nowNanos) {
        if (acceptor < 0 || state != State.LEADER || !election.isOfLog(acceptor)) {
            return;
        }
        switch (refused.reason()) {
            case NOT_VOTING -> refusedNotVoting++;
            case STORAGE_FULL -> refusedStorageFull++;
        }
        pipeline.onRefused(acceptor, refused, nowNanos);
    }

    private void onTrimmed(int acceptor, Trimmed trimmed) {
        if (acceptor >= 0 && election.isOfLog(acceptor)) {
            known.noteWatermark(decidedThrough(0, trimmed.trimPoint()));
            noteTrimPoint(acceptor, trimmed.trimPoint());
        }
    }

    private void onBeacon(int acceptor, AcceptorState beacon, long nowNanos, Effects out) {
        if (acceptor < 0) {
            return;
        }
        LogId former = election.logId();
        election.onBeacon(acceptor, beacon, nowNanos);
        if (former.isKnown() && !former.equals(election.logId())) {
            changeLog(former, nowNanos, out);
        }
        if (election.isOfLog(acceptor) && beacon.status() == AcceptorState.Status.VOTING) {
            known.noteWatermark(decidedThrough(beacon.watermark(), beacon.trimPoint()));
            noteTrimPoint(acceptor, beacon.trimPoint());
        }
        if (state == State.LEADER) {
            pipeline.setMembers(election.memberBits(), nowNanos);
            leadership.onRejoining(election.rejoiningAcceptor(nowNanos));
        }
    }

    /**
     * The acceptors hold another log than before: they were all formed anew. What was known and what waited was of the
     * former log, and is dropped; a proposer holds nothing durable.
     */
    private void changeLog(LogId former, long nowNanos, Effects out) {
        if (state != State.FOLLOWER) {
            follow("the acceptors hold another log", nowNanos, out);
        }
        known.forget();
        submissions.drop();
        out.output(new LogChanged(former, election.logId()));
    }

    private void onHeartbeat(Sender from, Heartbeat heartbeat, long nowNanos, Effects out) {
        boolean own = from.id() == settings.id();
        if (own || heartbeat.ballot().proposerId() != from.id()) {
            return;
        }
        known.noteWatermark(heartbeat.watermark());
        election.onHeartbeat(heartbeat.ballot(), nowNanos);
        if (state != State.FOLLOWER && heartbeat.ballot().isAbove(ballot)) {
            follow("proposer " + from.id() + " leads at " + heartbeat.ballot(), nowNanos, out);
        }
    }

    private void onRepropose(Repropose wish, long nowNanos) {
        PhaseOne current = phaseOne;
        if (state == State.LEADER && current != null) {
            leadership.onRepropose(wish, this::newPhaseOne, election.logId(), current.trimFloor(), nowNanos);
        }
    }

    private void onSubmit(Sender from, Submit submit, long nowNanos, Effects out) {
        if (from.node().type() != NodeType.CLIENT) {
            return;
        }
        if (state == State.LEADER) {
            submissions.onSubmitToLeader(from, submit, !isStorageFull(nowNanos), nowNanos, out);
        } else {
            submissions.onSubmitElsewhere(from, submit, nowNanos, out);
        }
    }

    private void onForward(Sender from, Forward forward, long nowNanos, Effects out) {
        if (state == State.LEADER) {
            submissions.onForwardToLeader(from, forward, !isStorageFull(nowNanos), nowNanos, out);
        } else {
            submissions.onForwardElsewhere(from, forward, nowNanos, out);
        }
    }

    private boolean isStorageFull(long nowNanos) {
        return pipeline.isStorageFull(election.awayBits(nowNanos));
    }

    private void noteTrimPoint(int acceptor, long trimPoint) {
        if (known.noteTrimPoint(acceptor, trimPoint)) {
            pipeline.onRoom(acceptor);
        }
        trimTo(decidedThrough(0, trimPoint));
    }

    /**
     * The highest instance that an acceptor's watermark and trim point show to be decided: where simulation takes what is
     * trimmed as empty on purpose.
     */
    long decidedThrough(long watermarkNamed, long trimPoint) {
        return Math.max(watermarkNamed, trimPoint);
    }

    private void trimTo(long trimPoint) {
        PhaseOne current = phaseOne;
        if (state == State.LEADER && current != null && trimPoint < ProtocolLimits.INSTANCE_MAX) {
            leadership.onTrimmed(current, trimPoint);
            known.noteWatermark(pipeline.watermark());
        }
    }

    @Override
    public void onRound(long nowNanos, Effects out) {
        switch (state) {
            case FOLLOWER -> {
                submissions.passLeftoverOn(nowNanos, out);
                if (election.isTimeToCampaign(nowNanos)) {
                    campaign("a phase-1 quorum of acceptors hears no leader", nowNanos, out);
                }
            }
            case CANDIDATE -> {
                if (!Time.within(candidateSinceNanos, nowNanos, settings.timing().candidateNanosMax())) {
                    election.backOff(nowNanos);
                    follow("no phase-1 quorum promised in time", nowNanos, out);
                } else if (phaseOne != null) {
                    phaseOne.onRound(acceptors, nowNanos, out);
                }
            }
            case LEADER -> leaderRound(nowNanos, out);
        }
    }

    private void leaderRound(long nowNanos, Effects out) {
        PhaseOne current = phaseOne;
        if (current == null || !election.isSupported(ballot, nowNanos)) {
            follow("no quorum of acceptors hears it", nowNanos, out);
            return;
        }
        leadership.onRound(current, known.watermark(), this::newPhaseOne, election.logId(), nowNanos, out);
    }

    private void campaign(String reason, long nowNanos, Effects out) {
        ballot = election.nextBallot();
        candidateSinceNanos = nowNanos;
        PhaseOne begun =
                newPhaseOne(ballot, election.logId(), known.watermark() + 1, Promise.NOTHING_ABOVE, nowNanos);
        phaseOne = begun;
        become(State.CANDIDATE, reason, known.watermark() + 1, out);
        begun.onRound(acceptors, nowNanos, out);
    }

    private void lead(PhaseOne won, long nowNanos, Effects out) {
        leadership.begin(won);
        pipeline.setMembers(election.memberBits(), nowNanos);
        leadership.onRejoining(election.rejoiningAcceptor(nowNanos));
        submissions.onLead();
        election.onElected(nowNanos);
        become(State.LEADER, "a phase-1 quorum promised", pipeline.next(), out);
    }

    private void follow(String reason, long nowNanos, Effects out) {
        phaseOne = null;
        leadership.end();
        submissions.onFollow(nowNanos);
        become(State.FOLLOWER, reason, known.watermark() + 1, out);
    }

    private void become(State to, String reason, long firstInstance, Effects out) {
        boolean legal =
                switch (state) {
                    case FOLLOWER -> to == State.CANDIDATE;
                    case CANDIDATE -> to == State.LEADER || to == State.FOLLOWER;
                    case LEADER -> to == State.FOLLOWER;
                };
        if (!legal) {
            throw new IllegalStateException("a proposer that is " + state + " cannot become " + to);
        }
        State from = state;
        state = to;
        out.output(new LeadershipChanged(from, to, ballot, firstInstance, reason));
    }

    @Override
    public long nextDeadlineNanos() {
        PhaseOne current = phaseOne;
        long pages = current == null ? Time.NO_DEADLINE : current.nextDeadlineNanos();
        return switch (state) {
            case FOLLOWER -> Math.min(election.nextDeadlineNanos(), submissions.leftoverUntilNanos());
            case CANDIDATE -> Math.min(pages, candidateSinceNanos + settings.timing().candidateNanosMax());
            case LEADER -> Math.min(pages, leadership.nextDeadlineNanos(known.watermark()));
        };
    }

    /** Returns the state at {@code nowNanos}. Called on the loop's thread; the view may go to any. */
    public ProposerView view(long nowNanos) {
        boolean leads = state == State.LEADER;
        return new ProposerView(
                settings.id(),
                state,
                ballot,
                leads ? settings.id() : election.otherLeaderId(nowNanos),
                election.logId(),
                known.watermark(),
                pipeline.next(),
                leads && leadership.isRecovering(),
                isStorageFull(nowNanos),
                pipeline.undecided(),
                pipeline.undecidedBytes(),
                pipeline.windowBytes(),
                pipeline.stragglers(),
                queue.entries(),
                queue.values(),
                queue.bytes(),
                counters(),
                AcceptorPeers.of(election, pipeline, nowNanos));
    }

    private ProposerView.Counters counters() {
        return new ProposerView.Counters(
                pipeline.instancesDecided(),
                leadership.valuesProposed(),
                leadership.retransmissions(),
                submissions.rejections(),
                submissions.forwarded(),
                refusedNotVoting,
                refusedStorageFull,
                pipeline.checksumMismatches(),
                implausible);
    }
}
