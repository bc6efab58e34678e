package io.synod.client;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.Submit;
import io.synod.role.Effects;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One of the client's sessions at a time, and the values submitted through it.
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
    /** As a count of timeouts: the timer stands for a first send. */
    private static final int NOTHING_SENT = -1;
    /** How much is sent again at one timeout at most, in bytes; the rest goes at the next one, or when this arrives. */
    private static final long RESEND_BURST_BYTES = 256 << 10;

    private final int index;
    private final ClientSettings settings;
    private final ClientCounters counters;
    private final ProposerChoice proposers;
    private final RoundTripTime roundTripTime;
    private final Attempts attempts;
    private final RandomGenerator random;
    private final LossDetector lossDetector;
    private final Outstanding outstanding;
    private final SendWindow sendWindow;

    private State state = State.IDLE;
    private SessionId session = NO_SESSION;
    private long nonceHigh;
    private long nonceLow;
    private int window;
    private int renewalsLeft;
    private int timeouts;
    private long movesSeen;
    private long timerNanos = Long.MAX_VALUE;
    private long lastRoundNanos = Long.MIN_VALUE;
    /** Whether a block waits because its last send was refused. */
    private boolean refusedWait;
    /** Whether a block may have been overtaken since this was last looked for. */
    private boolean lossSuspected;
    /** Whether any send of the session was refused for its contents; only then is a rejected block looked for. */
    private boolean contentsRefused;

    Lane(
            int index,
            ClientSettings settings,
            ClientCounters counters,
            ProposerChoice proposers,
            RoundTripTime roundTripTime,
            Attempts attempts,
            RandomGenerator random) {
        this.index = index;
        this.settings = settings;
        this.counters = counters;
        this.proposers = proposers;
        this.roundTripTime = roundTripTime;
        this.attempts = attempts;
        this.random = random;
        this.lossDetector = new LossDetector(roundTripTime);
        this.outstanding = new Outstanding(index, lossDetector, counters);
        this.sendWindow = new SendWindow(settings.window(), random);
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

    Admission submit(List<Bytes> values, long nowNanos) {
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
        return new Admission(Admission.Status.TAKEN, outstanding.take(values, bytes, nowNanos));
    }

    /** Draws a nonce; the opening entry goes with the next {@link #onRound}. */
    void begin(long nowNanos) {
        requireState(State.IDLE, State.OPENING);
        state = State.OPENING;
        nonceHigh = random.nextLong();
        nonceLow = random.nextLong();
        timeouts = NOTHING_SENT;
        timerNanos = nowNanos;
    }

    void onOpened(SessionId opened, int windowGranted, Effects effects) {
        requireState(State.OPENING, State.OPEN);
        state = State.OPEN;
        session = opened;
        window = Math.min(windowGranted, SessionLimits.FLOOR.windowMax());
        timeouts = 0;
        timerNanos = Long.MAX_VALUE;
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
        timerNanos = Long.MAX_VALUE;
        refusedWait = false;
        lossSuspected = false;
        contentsRefused = false;
    }

    /** Returns false if the log and this lane no longer agree about the session. */
    boolean onDelivered(long firstNumber, int count, long instance, int firstIndex, long nowNanos, Effects effects) {
        if (!outstanding.deliver(firstNumber, count, instance, firstIndex, nowNanos, effects)) {
            return false;
        }
        proposers.heard(nowNanos);
        sendWindow.onDelivered(count);
        timeouts = 0;
        renewalsLeft = 0;
        Block head = outstanding.blocks().peekFirst();
        timerNanos = head == null && state == State.OPEN ? Long.MAX_VALUE : nowNanos + roundTripTime.timeoutNanos(0);
        lossSuspected |= head != null && lossDetector.isOvertaken(head);
        return true;
    }

    /** Values were decided, and learners hold them until the numbers before them are. */
    void onHeld(long firstNumber, int count, long nowNanos) {
        for (Block block : outstanding.blocks()) {
            if (block.firstNumber >= firstNumber && block.endNumber() <= firstNumber + count && !block.held) {
                block.held = true;
                block.waiting = false;
                lossDetector.onDecided(block, nowNanos);
                lossSuspected = true;
            }
        }
    }

    void onNeedsRenewal(long nowNanos) {
        if (state == State.OPEN && outstanding.blocks().isEmpty()) {
            renewalsLeft = RENEWALS;
            timeouts = NOTHING_SENT;
            timerNanos = nowNanos;
        }
    }

    /** A send of this block was refused. */
    void onRefused(Block block, long attempt, RefusalReason reason, long nowNanos) {
        block.refusal = reason;
        contentsRefused |= reason.isOfContents();
        if (block.lastAttempt != attempt || block.held) {
            return;
        }
        block.waiting = true;
        refusedWait = true;
        if (!block.isRejected()) {
            holdOff(reason, nowNanos);
        }
    }

    /** A send without values was refused. */
    void onControlRefused(RefusalReason reason, long nowNanos) {
        if (state == State.OPENING || state == State.CLOSING) {
            holdOff(reason, nowNanos);
            timerNanos = Math.min(timerNanos, sendWindow.closedUntilNanos());
        }
    }

    private void holdOff(RefusalReason reason, long nowNanos) {
        sendWindow.onRefused(nowNanos, roundTripTime.smoothedNanos(), reason == RefusalReason.OVERLOADED);
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
        boolean timedOut = nowNanos >= timerNanos;
        if (timedOut) {
            proposers.onTimeout(nowNanos, roundTripTime.timeoutNanos(0));
        }
        boolean moved = takeMove();
        if (timedOut || moved) {
            onTimeout(timedOut, moved, nowNanos, effects);
        }
        if (lossSuspected) {
            resendOvertaken(nowNanos, effects);
        }
        if (state == State.OPEN && sendWindow.isOpen(nowNanos)) {
            int onTheWay = refusedWait ? resendRefused(nowNanos, effects) : outstanding.sealedValues();
            if (!refusedWait && !isAnyRejected()) {
                sendNew(onTheWay, nowNanos, effects);
            }
        }
    }

    private boolean takeMove() {
        boolean moved = movesSeen != proposers.moves();
        movesSeen = proposers.moves();
        if (moved) {
            sendWindow.reopen();
        }
        return moved;
    }

    private void closeIfHeadIsRejected(long nowNanos) {
        Block head = outstanding.blocks().peekFirst();
        if (state == State.OPEN && head != null && head.isRejected()) {
            state = State.CLOSING;
            timeouts = NOTHING_SENT;
            timerNanos = nowNanos;
        }
    }

    /** Whether the contents of a block were refused, so that no further block may follow it. */
    private boolean isAnyRejected() {
        return contentsRefused && outstanding.isAnyRejected();
    }

    /**
     * Sends again what should be done by now. At the first timeout the oldest block alone: if only that was lost, no more is
     * needed, and if more was, that shows when it is delivered. Then, or to a proposer newly chosen, everything.
     */
    private void onTimeout(boolean timedOut, boolean moved, long nowNanos, Effects effects) {
        boolean first = timeouts == 0 && !moved;
        if (timedOut && timeouts != NOTHING_SENT) {
            counters.timeout();
        }
        timeouts = timedOut ? timeouts + 1 : 0;
        sendControl(effects);
        if (state == State.OPEN) {
            resend(first ? 1 : RESEND_BURST_BYTES, nowNanos, effects);
        }
        boolean needed = state != State.OPEN || !outstanding.blocks().isEmpty() || renewalsLeft > 0;
        timerNanos = needed ? nowNanos + roundTripTime.timeoutNanos(timeouts) : Long.MAX_VALUE;
    }

    private void resend(long bytesMax, long nowNanos, Effects effects) {
        long bytes = 0;
        for (Block block : outstanding.blocks()) {
            if (!block.held && !block.waiting && bytes < bytesMax) {
                bytes += block.entries.length();
                send(block, nowNanos, effects);
            }
        }
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

    private void resendOvertaken(long nowNanos, Effects effects) {
        lossSuspected = false;
        for (Block block : outstanding.blocks()) {
            if (lossDetector.isOvertaken(block)) {
                send(block, nowNanos, effects);
            }
        }
    }

    /** Sends again what was refused, as far as the send window allows; returns how many values are on their way then. */
    private int resendRefused(long nowNanos, Effects effects) {
        int onTheWay = 0;
        for (Block block : outstanding.blocks()) {
            // What learners hold has arrived, and waits for what is refused here: it must not keep that back.
            onTheWay += block.waiting || block.held ? 0 : block.count - block.delivered;
        }
        refusedWait = false;
        // A send whose answer cannot come before the deadline would turn a certain refusal into an unknown outcome.
        boolean tooLate = isTooLate(nowNanos);
        for (Block block : outstanding.blocks()) {
            if (block.waiting && !block.isRejected()) {
                boolean narrow = onTheWay > 0 && onTheWay + block.count > sendWindow.values();
                if (narrow || tooLate && block.isCertainlyNotSubmitted()) {
                    refusedWait = true;
                    break;
                }
                onTheWay += block.count;
                send(block, nowNanos, effects);
            }
        }
        return onTheWay;
    }

    private boolean isTooLate(long nowNanos) {
        return settings.deadlineNanos() != Long.MAX_VALUE
                && nowNanos - outstanding.oldestNanos() > settings.deadlineNanos() - roundTripTime.timeoutNanos(0);
    }

    private void sendNew(int onTheWay, long nowNanos, Effects effects) {
        int valuesRoom = Math.min(sendWindow.values() - onTheWay, window - outstanding.sealedValues());
        while (valuesRoom > 0 && outstanding.waitingValues() > 0) {
            long bytesRoom = settings.windowBytes() - outstanding.sealedBytes();
            if (bytesRoom <= 0) {
                return;
            }
            Block block = outstanding.seal(session, valuesRoom, Math.min(bytesRoom, settings.blockBytesMax()));
            valuesRoom -= block.count;
            send(block, nowNanos, effects);
        }
    }

    private void send(Block block, long nowNanos, Effects effects) {
        long attempt = attempts.next(block);
        if (block.sends == 0) {
            block.firstAttempt = attempt;
        } else {
            counters.resent(block.count);
        }
        block.sends++;
        block.lastAttempt = attempt;
        block.lastSentNanos = nowNanos;
        block.waiting = false;
        effects.send(proposers.node(), new Submit(attempt, block.entries));
        if (timerNanos == Long.MAX_VALUE) {
            timerNanos = nowNanos + roundTripTime.timeoutNanos(timeouts);
        }
    }

    long nextDeadlineNanos() {
        long deadline = timerNanos;
        if (settings.deadlineNanos() != Long.MAX_VALUE && outstanding.oldestNanos() != Long.MAX_VALUE) {
            deadline = Math.min(deadline, outstanding.oldestNanos() + settings.deadlineNanos());
        }
        boolean waits = state == State.OPEN && (refusedWait || outstanding.waitingValues() > 0);
        if (waits && sendWindow.closedUntilNanos() > lastRoundNanos) {
            deadline = Math.min(deadline, sendWindow.closedUntilNanos());
        }
        return deadline;
    }

    ClientView.LaneView view() {
        return new ClientView.LaneView(
                state.name(),
                session.equals(NO_SESSION) ? null : session,
                outstanding.waitingValues(),
                outstanding.sealedValues(),
                sendWindow.values());
    }

    /** The last chance to say goodbye: a session with nothing outstanding is closed, so that it needs not expire. */
    void onStop(Effects effects) {
        if (state == State.OPEN && outstanding.isEmpty()) {
            Bytes close = new EntryWriter(64).close(session).take();
            effects.send(proposers.node(), new Submit(attempts.next(), close));
        }
    }

    /** Whether the session is open and nothing waits for an outcome. */
    boolean isIdle() {
        return state == State.OPEN && outstanding.isEmpty();
    }

    /** The client leaves, idle: the session is closed, and the next one is opened when the client is back. */
    void leave(Effects effects) {
        onStop(effects);
        reset();
    }

    private void requireState(State expected, State next) {
        if (state != expected) {
            throw new IllegalStateException("lane " + index + " cannot go from " + state + " to " + next);
        }
    }
}
