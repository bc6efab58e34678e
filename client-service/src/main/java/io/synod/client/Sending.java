package io.synod.client;

import io.synod.protocol.SessionId;
import io.synod.protocol.message.Submit;
import io.synod.role.Effects;
import java.util.random.RandomGenerator;

/** Sends the blocks of a lane while its session is open, and sends them again: after a refusal, a loss or a timeout. */
final class Sending {

    /** How much is sent again at one timeout at most, in bytes; the rest goes at the next one, or when this arrives. */
    private static final long RESEND_BURST_BYTES = 256 << 10;

    private final ClientSettings settings;
    private final ClientCounters counters;
    private final ProposerChoice proposers;
    private final RoundTripTime roundTripTime;
    private final Attempts attempts;
    private final LossDetector lossDetector;
    private final Outstanding outstanding;
    private final ResendTimer timer;
    private final SendWindow window;

    /** Whether a block waits because its last send was refused. */
    private boolean refusedWait;
    /** Whether a block may have been overtaken since this was last looked for. */
    private boolean lossSuspected;
    /** Whether any send of the session was refused for its contents; only then is a rejected block looked for. */
    private boolean contentsRefused;

    Sending(
            ClientSettings settings,
            ClientCounters counters,
            ProposerChoice proposers,
            RoundTripTime roundTripTime,
            Attempts attempts,
            LossDetector lossDetector,
            Outstanding outstanding,
            ResendTimer timer,
            RandomGenerator random) {
        this.settings = settings;
        this.counters = counters;
        this.proposers = proposers;
        this.roundTripTime = roundTripTime;
        this.attempts = attempts;
        this.lossDetector = lossDetector;
        this.outstanding = outstanding;
        this.timer = timer;
        this.window = new SendWindow(settings.window(), random);
    }

    /** The session is no more, and its blocks with it. */
    void reset() {
        refusedWait = false;
        lossSuspected = false;
        contentsRefused = false;
    }

    void onDelivered(int count) {
        window.onDelivered(count);
        Block head = outstanding.blocks().peekFirst();
        lossSuspected |= head != null && lossDetector.isOvertaken(head);
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

    /** Sends nothing for a while, and less at a time if proposers are overloaded. Returns when to go on. */
    long holdOff(RefusalReason reason, long nowNanos) {
        window.onRefused(nowNanos, roundTripTime.smoothedNanos(), reason == RefusalReason.OVERLOADED);
        return window.closedUntilNanos();
    }

    /** Another proposer was chosen: whatever the old one refused, the new one is asked at once. */
    void reopen() {
        window.reopen();
    }

    /** Whether the contents of the oldest block were refused: the session cannot go on. */
    boolean isHeadRejected() {
        Block head = outstanding.blocks().peekFirst();
        return head != null && head.isRejected();
    }

    /**
     * Sends again what should be done by now.
     *
     * @param everything whether the burst may be larger than the oldest block
     */
    void resend(boolean everything, long nowNanos, Effects effects) {
        long bytesMax = everything ? RESEND_BURST_BYTES : 1;
        long bytes = 0;
        for (Block block : outstanding.blocks()) {
            if (!block.held && !block.waiting && bytes < bytesMax) {
                bytes += block.entries.length();
                send(block, nowNanos, effects);
            }
        }
    }

    /** Sends again what later sends have overtaken. */
    void resendOvertaken(long nowNanos, Effects effects) {
        if (!lossSuspected) {
            return;
        }
        lossSuspected = false;
        for (Block block : outstanding.blocks()) {
            if (lossDetector.isOvertaken(block)) {
                send(block, nowNanos, effects);
            }
        }
    }

    /** Sends again what was refused, then what waits, as far as the windows allow. */
    void send(SessionId session, int sessionWindow, long nowNanos, Effects effects) {
        if (!window.isOpen(nowNanos)) {
            return;
        }
        int onTheWay = refusedWait ? resendRefused(nowNanos, effects) : outstanding.sealedValues();
        // No block may follow one whose contents were refused: it would never be delivered.
        if (!refusedWait && !(contentsRefused && outstanding.isAnyRejected())) {
            sendNew(session, sessionWindow, onTheWay, nowNanos, effects);
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
                // The oldest goes in any case: all others may have arrived, in part or whole, and wait for it.
                boolean oldest = block == outstanding.blocks().peekFirst();
                boolean narrow = !oldest && onTheWay > 0 && onTheWay + block.count > window.values();
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

    private void sendNew(SessionId session, int sessionWindow, int onTheWay, long nowNanos, Effects effects) {
        int valuesRoom = Math.min(window.values() - onTheWay, sessionWindow - outstanding.sealedValues());
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
        timer.sent(nowNanos);
    }

    /** When the send window opens, if something waits for it; {@link Long#MAX_VALUE} otherwise. */
    long nextDeadlineNanos(long lastRoundNanos) {
        boolean waits = refusedWait || outstanding.waitingValues() > 0;
        return waits && window.closedUntilNanos() > lastRoundNanos ? window.closedUntilNanos() : Long.MAX_VALUE;
    }

    /** How many values may be on their way. */
    int windowValues() {
        return window.values();
    }
}
