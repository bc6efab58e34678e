package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.RoleType;
import io.synod.protocol.SessionId;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Sender;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The learner: finds out what is decided (Paxos Made Simple, 2.3) and delivers it in the order of instances, each value
 * of a session once (rules S6 to S8). Its rooms: {@link VoteWindow} counts votes, {@link Registration} keeps the acceptors
 * sending, {@link Repair} asks for what is missing, {@link Delivery} turns batches into deliveries ({@link LogState}),
 * {@link CatchingUp} takes from other learners what acceptors have trimmed, {@link HashComparison} compares with other learners, {@link TrimAsker} asks acceptors to trim;
 * {@link MessageDispatcher} gives each message to whom it is for, {@link LearnerViews} tells what the learner knows.
 *
 * <p>A configured learner begins after what its store remembers, at instance 1 if that is nothing. It reports as held what its
 * service has said to be stored, never more. The learner inside a client begins at the present, delivers the values of
 * the sessions it is told to expect and nothing else, and neither reports nor compares.
 */
public class Learner implements Role {

    private final LearnerSettings settings;
    private final @Nullable Doubt doubt;
    private final VoteWindow window;
    private final Registration registration;
    private final Repair repair;
    private final Delivery delivery;
    private final CatchingUp catchingUp;
    private final Reports reports;
    private final TrimAsker trim;
    private final Halt halt;
    private final MessageDispatcher dispatcher;
    private final LearnerViews views;

    private boolean started;

    /**
     * @param recovered what its store remembers; nothing, of an unknown storage id, inside a client, which reports nothing
     * @param random for the choice of the first value source
     * @throws IllegalArgumentException if what the store remembers cannot be understood
     */
    public Learner(LearnerSettings settings, LearnerRecovery recovered, RandomGenerator random) {
        this(settings, recovered, random, new Decisions());
    }

    Learner(LearnerSettings settings, LearnerRecovery recovered, RandomGenerator random, Decisions decisions) {
        this.settings = settings;
        this.doubt = recovered.doubt();
        this.window = new VoteWindow(
                settings.layout().acceptors(),
                settings.quorums().phase2(),
                settings.windowInstances(),
                settings.windowBytesMax(),
                decisions);
        this.registration = new Registration(settings, recovered.logId(), random);
        this.repair = new Repair(settings, window, registration);
        this.delivery = new Delivery(
                settings,
                settings.ownSessions()
                        ? LogState.ofClient(settings.sessionFloor(), decisions)
                        : LogState.of(recovered, decisions),
                decisions);
        this.catchingUp = new CatchingUp(settings, window, repair, delivery, this::deliver);
        this.reports = new Reports(settings, recovered.storageId(), random);
        this.trim = new TrimAsker(settings);
        this.halt = new Halt(window);
        this.dispatcher = new MessageDispatcher(settings, () -> started && !isStopped(), halt, window, registration,
                repair, delivery, catchingUp, reports, trim);
        this.views = new LearnerViews(halt, window, registration, repair, delivery, catchingUp, reports, dispatcher);
        if (recovered.damage() != null) {
            delivery.holding().lost(recovered.damage());
        }
    }

    @Override
    public RoleType type() {
        return RoleType.LEARNER;
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        registration.start(nowNanos);
        if (doubt != null) {
            window.start(delivery.state().position() + 1);
            stop(doubt.reason(), doubt.text(), effects);
            return;
        }
        if (!settings.ownSessions()) {
            begin(delivery.state().position() + 1, effects);
        }
        registration.onRound(nowNanos, delivered(), effects);
    }

    private void begin(long first, Effects effects) {
        started = true;
        window.start(first);
        effects.output(new LearnerStarted(registration.logId(), first));
    }

    /**
     * Inside a client: the session that an opening with this nonce opens, or is answered by, is this client's own. To be
     * called after the learner started and before the opening is sent; {@link SessionOpened} then tells the session.
     */
    public void expectNonce(long nonceHigh, long nonceLow) {
        delivery.state().sessions().expectNonce(nonceHigh, nonceLow);
    }

    /** Inside a client: an opening with this nonce is not waited for any more. */
    public void forgetNonce(long nonceHigh, long nonceLow) {
        delivery.state().sessions().forgetNonce(nonceHigh, nonceLow);
    }

    /** Inside a client: deliver nothing more of this session, and say nothing more of it. */
    public void forgetSession(SessionId session) {
        delivery.state().sessions().forget(session);
    }

    /** Whether the learner knows where it begins. */
    public boolean isStarted() {
        return started;
    }

    /** Whether the learner stopped for good; {@link LearnerStopped} told why. */
    public boolean isStopped() {
        return halt.isStopped();
    }

    /** The learner's configured id; 0 inside a client. */
    public int id() {
        return settings.id();
    }

    /** The last instance delivered; 0 if none. */
    public long delivered() {
        return window.next() - 1;
    }

    /** Up to which instance this learner holds everything, and says so to acceptors (rule S9). */
    public long held() {
        return delivery.holding().held();
    }

    /** The service has stored all that was delivered up to an instance: it outlives the process. */
    public void stored(long through) {
        delivery.holding().stored(through);
    }

    /** The disk of the store is nearly full, or is no longer: until there is room nothing more is delivered. */
    public void diskNearlyFull(boolean nearlyFull) {
        delivery.holding().pause(nearlyFull);
    }

    /**
     * Some of what was stored cannot be read any more. The learner goes on with what comes, and holds what lies before the damage,
     * no more: it says so to acceptors under a storage id of a higher generation, which voids what it reported so far.
     *
     * @param drawn drawn at random, for that storage id
     */
    public void storeDamaged(StoreDamage damage, long drawn) {
        long before = held();
        delivery.holding().lost(damage);
        if (held() < before) {
            reports.renew(drawn);
        }
    }

    /** Why what its store holds may be wrong, since an earlier run; the learner delivers nothing then. */
    public @Nullable Doubt doubt() {
        return doubt;
    }

    /** The service cannot store any more: the learner stops. */
    public void storeFailed(String reason, Effects effects) {
        stop(LearnerStopped.Reason.STORE_FAILED, "the store failed: " + reason, effects);
    }

    /**
     * Takes over a snapshot that a peer made, if it is of this log and further on than this learner, and if acceptors have
     * trimmed what this learner needs next: else it would lose for nothing what it keeps.
     *
     * @return how far this learner is now
     */
    public Learned restore(LearnerSnapshot snapshot, Effects effects) {
        boolean taken = takesFromPeers()
                && snapshot.logId().equals(registration.logId())
                && catchingUp.restore(snapshot, effects);
        return learned(taken);
    }

    /**
     * Takes over what a peer delivered in some instances, one after the other, as far as it follows and there is room.
     *
     * @param first the first of them
     * @return how far this learner is now
     */
    public Learned learn(LogId logId, long first, List<Bytes> batches, long nowNanos, Effects effects) {
        boolean taken = takesFromPeers() && logId.equals(registration.logId());
        if (taken) {
            catchingUp.learn(first, batches, nowNanos, effects);
        }
        return learned(taken);
    }

    private boolean takesFromPeers() {
        return settings.catchUp() && started && !isStopped();
    }

    /** Returns how far this learner is. */
    public Learned progress() {
        return learned(takesFromPeers());
    }

    private Learned learned(boolean accepted) {
        return new Learned(window.next(), repair.known(), catchingUp.needsPeer() && !isStopped(),
                delivery.holding().hasRoom(), accepted);
    }

    /** The log, or {@link LogId#UNKNOWN}. */
    public LogId logId() {
        return registration.logId();
    }

    /**
     * Asks acceptors to trim now. A {@link TrimOutcome} follows, at the latest after a second and a half.
     *
     * @param request a number of the caller's choice that the outcome repeats
     * @param instance the highest instance that is to go, 1 or more
     * @param excluded the ids of learners that acceptors are not to wait for, from now on until these are heard again; they
     *     heed that for one that they have missed for long enough
     */
    public void requestTrim(long request, long instance, List<Integer> excluded, long nowNanos, Effects effects) {
        trim.request(request, instance, excluded, delivered(), nowNanos, effects);
        reports.reportAtOnce();
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        dispatcher.onMessage(from, message, nowNanos, effects);
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        if (isStopped()) {
            onRoundStopped(nowNanos, effects);
            return;
        }
        if (!started && registration.knowsPresent()) {
            begin(registration.present() + 1, effects);
        }
        if (registration.isOtherLog()) {
            meetOtherLog(effects);
        }
        if (started && !isStopped()) {
            deliver(nowNanos, effects);
            compare(nowNanos, effects);
        }
        if (started && !isStopped() && catchingUp.check(nowNanos, effects) == CatchingUp.Verdict.STOPS) {
            stop(
                    LearnerStopped.Reason.BELOW_TRIM,
                    "instance " + window.next() + " is trimmed at too many acceptors for a quorum to show it",
                    effects);
        }
        if (started && !isStopped() && catchingUp.asksAcceptors()) {
            repair.onRound(nowNanos, effects);
        }
        if (isStopped()) {
            onRoundStopped(nowNanos, effects);
            return;
        }
        registration.onRound(nowNanos, delivered(), effects);
        if (!settings.ownSessions()) {
            reports.onRound(registration.logId(), held(), delivery.state(), nowNanos, effects);
            trim.onRound(nowNanos, effects);
        }
    }

    private void onRoundStopped(long nowNanos, Effects effects) {
        if (isInDoubt()) {
            reports.onRoundInDoubt(registration.logId(), doubt == null ? delivery.state().hashes() : List.of(),
                    nowNanos,
                    effects);
        }
        trim.onRound(nowNanos, effects);
    }

    private void deliver(long nowNanos, Effects effects) {
        while (delivery.holding().hasRoom() && window.isReady(window.next())) {
            long instance = window.next();
            Bytes batch = window.take();
            if (batch == null) {
                halt.stopForTwoValues(effects);
                return;
            }
            deliver(instance, window.takenChecksum(), batch, nowNanos, effects);
        }
    }

    private void deliver(long instance, long checksum, Bytes batch, long nowNanos, Effects effects) {
        delivery.deliver(registration.logId(), instance, checksum, batch, effects);
        if (!settings.ownSessions()) {
            reports.delivered(instance);
            trim.delivered(instance, batch.length(), nowNanos);
        }
        catchingUp.checkSoon();
    }

    private void compare(long nowNanos, Effects effects) {
        String differs = reports.compare(delivery.state(), nowNanos);
        if (differs != null) {
            stop(LearnerStopped.Reason.HASH_DIFFERS, differs, effects);
        }
    }

    private void meetOtherLog(Effects effects) {
        if (delivery.state().position() == 0 && !(started && settings.ownSessions())) {
            registration.joinOtherLog();
            reports.forgetOthers();
            trim.forget();
            window.start(window.next());
        } else {
            stop(
                    LearnerStopped.Reason.OTHER_LOG,
                    "the acceptors hold another log than " + registration.logId()
                            + ", which was delivered up to instance "
                            + delivered(),
                    effects);
        }
    }

    /** Whether it stopped since what it delivered may be wrong, and others reckon with what it reported. */
    private boolean isInDoubt() {
        LearnerStopped.Reason reason = halt.reason();
        return reason != null && reason.isOfContent() && !settings.ownSessions();
    }

    private void stop(LearnerStopped.Reason reason, String detail, Effects effects) {
        halt.stop(reason, detail, effects);
    }

    @Override
    public long nextDeadlineNanos() {
        if (isStopped()) {
            return isInDoubt()
                    ? Math.min(trim.nextDeadlineNanos(), reports.nextDeadlineInDoubtNanos())
                    : trim.nextDeadlineNanos();
        }
        long next = registration.nextDeadlineNanos();
        if (catchingUp.asksAcceptors()) {
            next = Math.min(next, repair.nextDeadlineNanos());
        }
        if (!settings.ownSessions()) {
            next = Math.min(next, Math.min(reports.nextDeadlineNanos(), trim.nextDeadlineNanos()));
        }
        return next;
    }

    @Override
    public void onStop(long nowNanos, Effects effects) {
        registration.leave(effects);
    }

    /** Returns what happened so far. */
    public LearnerCounters counters() {
        return views.counters();
    }

    /** Returns what the learner knows now. */
    public LearnerView view(long nowNanos) {
        return views.view(started, nowNanos);
    }
}
