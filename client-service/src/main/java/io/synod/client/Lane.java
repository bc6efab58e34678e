package io.synod.client;

import io.synod.learner.Run;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.Submit;
import io.synod.role.Effects;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One of the client's sessions at a time, and the values submitted through it. {@link Outstanding} keeps the values,
 * {@link Sending} sends them.
 *
 * <pre>
 *   IDLE --begin--> OPENING --opened--> OPEN --its own contents refused--> CLOSING
 *     ^                                  |                                    |
 *     +---------- ended or lost ---------+------------------------------------+
 * </pre>
 */
final class Lane {

    /** Where the lane stands with its session. */
    enum State {
        /** No session, and none asked for. */
        IDLE,
        /** An opening entry was sent. */
        OPENING,
        OPEN,
        /** The session cannot go on; a closing entry was sent, so that what it leaves behind is certain. */
        CLOSING
    }

    private static final SessionId NO_SESSION = new SessionId(0, 0);
    private static final int RENEWALS = 5;
    private final int index;
    private final ClientSettings settings;
    private final ClientCounters counters;
    private final ProposerChoice proposers;
    private final RoundTripTime roundTripTime;
    private final Attempts attempts;
    private final Locator locator;
    private final RandomGenerator random;
    private final Outstanding outstanding;
    private final ResendTimer timer;
    private final Sending sending;

    private State state = State.IDLE;
    private SessionId session = NO_SESSION;
    private long nonceHigh;
    private long nonceLow;
    private int window;
    private int renewalsLeft;
    private long movesSeen;
    private long lastRoundNanos = Long.MIN_VALUE;

    Lane(
            int index,
            ClientSettings settings,
            ClientCounters counters,
            ProposerChoice proposers,
            RoundTripTime roundTripTime,
            Attempts attempts,
            Locator locator,
            RandomGenerator random) {
        this.index = index;
        this.settings = settings;
        this.counters = counters;
        this.proposers = proposers;
        this.roundTripTime = roundTripTime;
        this.attempts = attempts;
        this.locator = locator;
        this.random = random;
        LossDetector lossDetector = new LossDetector(roundTripTime);
        this.outstanding = new Outstanding(index, lossDetector, counters);
        this.timer = new ResendTimer(roundTripTime);
        this.sending = new Sending(
                settings, counters, proposers, roundTripTime, attempts, lossDetector, outstanding, timer, random);
    }

    State state() {
        return state;
    }

    boolean hasNonce(long high, long low) {
        return state == State.OPENING && nonceHigh == high && nonceLow == low;
    }

    long nonceHigh() {
        return nonceHigh;
    }

    long nonceLow() {
        return nonceLow;
    }

    /** How many values would be taken now. */
    int room() {
        return outstanding.waitingBytes() >= settings.queueBytesMax()
                ? 0
                : Math.max(0, settings.queueValuesMax() - outstanding.waitingValues());
    }

    Admission submit(List<Bytes> values, @Nullable ValueKey key, long nowNanos) {
        long bytes = 0;
        for (int i = 0; i < values.size(); i++) {
            int length = values.get(i).length();
            if (length > settings.valueBytesMax()) {
                return Admission.TOO_LARGE;
            }
            bytes += length;
        }
        boolean fits = outstanding.waitingBytes() + bytes <= settings.queueBytesMax()
                || outstanding.waitingValues() == 0 && values.size() == 1;
        if (values.size() > room() || !fits) {
            return Admission.FULL;
        }
        counters.submitted(values.size());
        return new Admission(Admission.Status.TAKEN, outstanding.take(values, key, bytes, nowNanos));
    }

    /** Draws a nonce; the opening entry goes with the next {@link #onRound}. */
    void begin(long nowNanos) {
        requireState(State.IDLE, State.OPENING);
        state = State.OPENING;
        nonceHigh = random.nextLong();
        nonceLow = random.nextLong();
        timer.sendFirst(nowNanos);
    }

    void onOpened(SessionId opened, int windowGranted, long nowNanos, Effects effects) {
        requireState(State.OPENING, State.OPEN);
        state = State.OPEN;
        session = opened;
        window = Math.min(windowGranted, SessionLimits.FLOOR.windowMax());
        timer.progress(false, nowNanos);
        effects.output(new ClientOutput.SessionOpened(index, session));
    }

    /**
     * The session is no more.
     *
     * @param certain whether it is certain that nothing further of it is delivered
     */
    void onEnded(boolean certain, Effects effects) {
        boolean hadSession = state == State.OPEN || state == State.CLOSING;
        outstanding.endSession(session, certain, effects);
        if (hadSession) {
            counters.sessionLost();
            effects.output(new ClientOutput.SessionLost(index, session));
        }
        reset();
    }

    private void reset() {
        state = State.IDLE;
        session = NO_SESSION;
        renewalsLeft = 0;
        timer.stop();
        sending.reset();
    }

    /** Returns false if the log and this lane no longer agree about the session. */
    boolean onDelivered(Run run, long instance, LogId logId, long nowNanos, Effects effects) {
        Locator.Question question = ask(run, instance, logId, nowNanos);
        Outstanding.Place place = new Outstanding.Place(session, instance, run.firstIndex(), question);
        if (!outstanding.deliver(run.firstNumber(), run.count(), place, nowNanos, effects)) {
            return false;
        }
        proposers.heard(nowNanos);
        sending.onDelivered(run.count());
        renewalsLeft = 0;
        timer.progress(state != State.OPEN || !outstanding.blocks().isEmpty(), nowNanos);
        return true;
    }

    /** Asks what the learner inside the client cannot know of a run, if there is anything. */
    private Locator.@Nullable Question ask(Run run, long instance, LogId logId, long nowNanos) {
        ValueKey key = outstanding.nextKey();
        if (key != null) {
            return locator.askKey(
                    logId, instance, session, run.firstNumber(), key.digest(), nowNanos, giveUpNanos(nowNanos));
        }
        return run.firstIndex() == Run.INDEX_UNKNOWN
                ? locator.ask(logId, instance, session, run.firstNumber(), nowNanos)
                : null;
    }

    /** Until when an answer is waited for that the next outcome depends on: its deadline, or a while if that is near. */
    private long giveUpNanos(long nowNanos) {
        return settings.deadlineNanos() == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(
                        nowNanos + Locator.GIVE_UP_NANOS,
                        Math.min(nowNanos, outstanding.oldestNanos()) + settings.deadlineNanos());
    }

    /** Values were decided, and learners hold them until the numbers before them are. */
    void onHeld(long firstNumber, int count, long nowNanos) {
        sending.onHeld(firstNumber, count, nowNanos);
    }

    void onNeedsRenewal(long nowNanos) {
        if (state == State.OPEN && outstanding.blocks().isEmpty()) {
            renewalsLeft = RENEWALS;
            timer.sendFirst(nowNanos);
        }
    }

    /** A send of this block was refused. */
    void onRefused(Block block, long attempt, RefusalReason reason, long nowNanos) {
        sending.onRefused(block, attempt, reason, nowNanos);
    }

    /** A send without values was refused. */
    void onControlRefused(RefusalReason reason, long nowNanos) {
        if (state == State.OPENING || state == State.CLOSING) {
            timer.dueBy(sending.holdOff(reason, nowNanos));
        }
    }

    void onRound(long nowNanos, Effects effects) {
        lastRoundNanos = nowNanos;
        if (settings.deadlineNanos() != Long.MAX_VALUE) {
            outstanding.expire(nowNanos - settings.deadlineNanos(), session, effects);
        }
        if (state == State.IDLE) {
            return;
        }
        closeIfHeadIsRejected(nowNanos);
        boolean timedOut = timer.isDue(nowNanos);
        if (timedOut) {
            proposers.onTimeout(nowNanos, roundTripTime.timeoutNanos(0));
        }
        boolean moved = takeMove();
        if (timedOut || moved) {
            onTimeout(timedOut, moved, nowNanos, effects);
        }
        sending.resendOvertaken(nowNanos, effects);
        if (state == State.OPEN) {
            sending.send(session, window, nowNanos, effects);
        }
    }

    private boolean takeMove() {
        boolean moved = movesSeen != proposers.moves();
        movesSeen = proposers.moves();
        if (moved) {
            sending.reopen();
        }
        return moved;
    }

    private void closeIfHeadIsRejected(long nowNanos) {
        if (state == State.OPEN && sending.isHeadRejected()) {
            state = State.CLOSING;
            timer.sendFirst(nowNanos);
        }
    }

    /**
     * Sends again what should be done by now. At most timeouts the oldest block alone: if only that was lost, no more is
     * needed, and if more was, that shows when it is delivered. At some, and to a proposer newly chosen, everything.
     */
    private void onTimeout(boolean timedOut, boolean moved, long nowNanos, Effects effects) {
        if (!timedOut) {
            timer.startOver();
        } else if (timer.timedOut()) {
            counters.timeout();
        }
        sendControl(effects);
        if (state == State.OPEN) {
            sending.resend(moved || timer.isTimeForAll(), nowNanos, effects);
        }
        timer.restart(state != State.OPEN || !outstanding.blocks().isEmpty() || renewalsLeft > 0, nowNanos);
    }

    private void sendControl(Effects effects) {
        EntryWriter writer = new EntryWriter(64);
        switch (state) {
            case OPENING -> writer.open(new LogEntry.OpenSession(nonceHigh, nonceLow, settings.window()));
            case CLOSING -> writer.close(session);
            case OPEN -> {
                if (renewalsLeft == 0) {
                    return;
                }
                renewalsLeft--;
                writer.renew(session);
            }
            case IDLE -> {
                return;
            }
        }
        effects.send(proposers.node(), new Submit(attempts.next(), writer.take()));
    }

    long nextDeadlineNanos() {
        long deadline = timer.dueNanos();
        if (settings.deadlineNanos() != Long.MAX_VALUE && outstanding.oldestNanos() != Long.MAX_VALUE) {
            deadline = Math.min(deadline, outstanding.oldestNanos() + settings.deadlineNanos());
        }
        if (state == State.OPEN) {
            deadline = Math.min(deadline, sending.nextDeadlineNanos(lastRoundNanos));
        }
        return deadline;
    }

    /** Gives the outcomes that need not wait for an index any more. */
    void releaseOutcomes(Effects effects) {
        outstanding.outcomes().release(effects);
    }

    ClientView.LaneView view() {
        return new ClientView.LaneView(
                state.name(),
                session.equals(NO_SESSION) ? null : session,
                outstanding.waitingValues(),
                outstanding.sealedValues(),
                sending.windowValues());
    }

    /** The last chance to say goodbye: a session with nothing outstanding is closed, so that it needs not expire. */
    void onStop(Effects effects) {
        outstanding.outcomes().releaseAll(effects);
        if (state == State.OPEN && outstanding.isEmpty()) {
            Bytes close = new EntryWriter(64).close(session).take();
            effects.send(proposers.node(), new Submit(attempts.next(), close));
        }
    }

    /** Whether the session is open and nothing waits for an outcome. */
    boolean isIdle() {
        return state == State.OPEN && outstanding.isEmpty() && outstanding.outcomes().isEmpty();
    }

    /** The client leaves, idle: the session is closed, and the next one is opened when the client is back. */
    void leave(Effects effects) {
        onStop(effects);
        outstanding.endSession(session, true, effects);
        reset();
    }

    private void requireState(State expected, State next) {
        if (state != expected) {
            throw new IllegalStateException("lane " + index + " cannot go from " + state + " to " + next);
        }
    }
}
