package io.synod.learner;

import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Repropose;
import io.synod.role.Effects;

/**
 * Closes gaps. The head of the window is blocked when it is not ready although it is, or a later instance is, known to
 * be decided. Most gaps close by themselves, because votes and values travel apart: how long that takes is measured, and
 * only a head blocked for longer is asked for, in ranges that grow while they are answered and shrink when they are not.
 */
final class Repair {

    private static final long PATIENCE_NANOS_MAX = 20_000_000;
    private static final long REPLY_NANOS_AT_FIRST = 4_000_000;
    private static final int SPAN_MIN = 16;
    private static final int SPAN_AT_FIRST = 64;
    private static final int RANGES_MAX = 32;
    private static final int ATTEMPTS_UNTIL_REPROPOSE = 6;
    private static final int ATTEMPTS_UNTIL_NO_VOTE = 32;

    private final LearnerSettings settings;
    private final VoteWindow window;
    private final Registration registration;

    // How long a blocked head takes to come by itself: mean and deviation (Jacobson, 1988), and what is added while
    // requests prove needless.
    private long blockedMeanNanos;
    private long blockedDeviationNanos;
    private long needlessNanos;
    private boolean needlessSeen;

    // How long a request takes to be answered, likewise.
    private long replyMeanNanos = REPLY_NANOS_AT_FIRST;
    private long replyDeviationNanos = REPLY_NANOS_AT_FIRST / 4;

    private boolean blocked;
    private long head;
    private long headSinceNanos;
    private int attempts;
    private long waitNanos;
    private long dueNanos = Long.MAX_VALUE;

    private int span = SPAN_AT_FIRST;
    private long askedFirst;
    private long askedLast;
    private long askedNanos;
    /** What was known to be decided when it was last asked: all of it is overdue. */
    private long overdue;
    private long gapFirst;
    private long gapSinceNanos;

    private long repeats;

    Repair(LearnerSettings settings, VoteWindow window, Registration registration) {
        this.settings = settings;
        this.window = window;
        this.registration = registration;
    }

    /** How many requests to repeat were sent. */
    long repeats() {
        return repeats;
    }

    /** The highest instance known to be decided. */
    long known() {
        return Math.max(registration.watermark(), window.decidedMax());
    }

    /** How long a blocked head is left to close by itself. */
    long patienceNanos() {
        long patience = blockedMeanNanos + 4 * blockedDeviationNanos + needlessNanos;
        return settings.repairNanosMin() + Math.min(patience, PATIENCE_NANOS_MAX);
    }

    /** A value came that had been asked for, though it was delivered already: the next request may wait longer. */
    void onLateValue(long instance) {
        if (!needlessSeen && attempts <= 1 && instance >= askedFirst && instance <= askedLast) {
            needlessSeen = true;
            needlessNanos = Math.min(PATIENCE_NANOS_MAX, needlessNanos + settings.repairNanosMin());
        }
    }

    /** To be called once a round, after all that is ready was taken out of the window. */
    void onRound(long nowNanos, Effects effects) {
        long next = window.next();
        if (overdue != 0 && next > overdue) {
            effects.output(new LearnerNotice.GapRepaired(gapFirst, overdue, nowNanos - gapSinceNanos));
            overdue = 0;
        }
        long known = known();
        if (head != next && blocked) {
            headCame(next, nowNanos);
        }
        if (next > known) {
            blocked = false;
            dueNanos = Long.MAX_VALUE;
            return;
        }
        if (!blocked || head != next) {
            newHead(next, nowNanos);
        }
        if (nowNanos >= dueNanos) {
            askAgain(known, nowNanos, effects);
        } else if (overdue > askedLast && next <= askedLast && askedLast - next < span / 2) {
            // Half of what was asked for has come: ask for the next part while the rest is on its way.
            long last = lastOf(askedLast + 1, overdue);
            if (last > askedLast) {
                ask(askedLast + 1, last, nowNanos, effects);
                askedLast = last;
            }
        }
    }

    private void newHead(long next, long nowNanos) {
        blocked = true;
        head = next;
        headSinceNanos = nowNanos;
        attempts = 0;
        if (next > askedLast || overdue == 0) {
            dueNanos = overdue >= next ? nowNanos : nowNanos + patienceNanos();
        } else {
            // It was asked for with others that came: the answer is under way.
            waitNanos = replyWaitNanos();
            dueNanos = nowNanos + waitNanos;
        }
    }

    private void headCame(long next, long nowNanos) {
        long blockedNanos = nowNanos - headSinceNanos;
        needlessNanos -= needlessNanos / 16;
        // What took longer than an answer takes was lost, and came by somebody else's repair: it must not teach patience.
        if (attempts == 0 && head > askedLast && blockedNanos <= replyWaitNanos()) {
            long deviation = Math.abs(blockedNanos - blockedMeanNanos);
            blockedMeanNanos += (blockedNanos - blockedMeanNanos) / 16;
            blockedDeviationNanos += (deviation - blockedDeviationNanos) / 16;
        } else if (attempts == 1) {
            long replyNanos = nowNanos - askedNanos;
            long deviation = Math.abs(replyNanos - replyMeanNanos);
            replyMeanNanos += (replyNanos - replyMeanNanos) / 8;
            replyDeviationNanos += (deviation - replyDeviationNanos) / 4;
        }
        if (next > askedLast && attempts <= 1 && askedLast >= head) {
            span = Math.min(settings.repeatInstancesMax(), 2 * span);
        }
    }

    private long replyWaitNanos() {
        long wait = replyMeanNanos + 4 * replyDeviationNanos + settings.repairNanosMin();
        return Math.min(settings.repairNanosMax(), wait);
    }

    private void askAgain(long known, long nowNanos, Effects effects) {
        if (attempts == 0) {
            waitNanos = replyWaitNanos();
        } else {
            waitNanos = Math.min(settings.repairNanosMax(), 2 * waitNanos);
            span = Math.max(SPAN_MIN, span / 2);
        }
        if (overdue == 0) {
            gapFirst = head;
            gapSinceNanos = headSinceNanos;
        }
        overdue = Math.max(overdue, known);
        needlessSeen = false;
        askedFirst = head;
        askedLast = lastOf(head, known);
        ask(head, askedLast, nowNanos, effects);
        if (attempts >= 1) {
            repropose(nowNanos, effects);
        }
        attempts++;
        dueNanos = nowNanos + waitNanos;
    }

    private long lastOf(long first, long known) {
        return Math.min(Math.min(known, window.last()), first + span - 1);
    }

    /** Asks for what is missing of a range: votes from all, values from one, which changes with each attempt. */
    private void ask(long first, long last, long nowNanos, Effects effects) {
        askedNanos = nowNanos;
        int ranges = 0;
        long instance = first;
        while (instance <= last && ranges < RANGES_MAX) {
            if (window.isReady(instance)) {
                instance++;
                continue;
            }
            long from = instance;
            boolean votes = !window.isDecided(from);
            while (instance <= last && !window.isReady(instance) && votes == !window.isDecided(instance)) {
                instance++;
            }
            askRange(from, instance - 1, votes, nowNanos, effects);
            ranges++;
        }
    }

    private void askRange(long first, long last, boolean votes, long nowNanos, Effects effects) {
        int acceptors = settings.layout().acceptors();
        int values = valuesFrom(first, nowNanos);
        for (int acceptor = 0; acceptor < acceptors; acceptor++) {
            if (acceptor == values || votes && registration.trimPoint(acceptor) < last) {
                effects.send(settings.layout().acceptor(acceptor), new Repeat(first, last, acceptor == values));
                repeats++;
            }
        }
    }

    /** The source first, then the others in turn; whoever is silent or has trimmed the instance only if nobody else is left. */
    private int valuesFrom(long instance, long nowNanos) {
        int acceptors = settings.layout().acceptors();
        int turn = registration.source() + attempts;
        for (int step = 0; step < acceptors; step++) {
            int candidate = (turn + step) % acceptors;
            if (registration.speaks(candidate, nowNanos) && registration.trimPoint(candidate) < instance) {
                return candidate;
            }
        }
        return turn % acceptors;
    }

    /**
     * Asks the proposers to propose anew what is at or below the watermark, and of which all acceptors that speak have
     * told their votes without a quorum at one ballot: an acceptor that is down, or a decision seen at two ballots.
     */
    private void repropose(long nowNanos, Effects effects) {
        long end = head;
        long last = Math.min(askedLast, registration.watermark());
        while (end <= last && !window.isDecided(end)
                && (attempts >= ATTEMPTS_UNTIL_REPROPOSE || allTold(end, nowNanos))) {
            end++;
        }
        if (end > head) {
            effects.send(settings.layout().proposerNodes(), new Repropose(head, end - 1));
            effects.output(new LearnerNotice.ReproposeAsked(head, end - 1));
        }
    }

    private boolean allTold(long instance, long nowNanos) {
        int voters = window.voters(instance);
        for (int acceptor = 0; acceptor < settings.layout().acceptors(); acceptor++) {
            if (registration.speaks(acceptor, nowNanos) && (voters & (1 << acceptor)) == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether nobody can show the next instance any more (rule S12): it is trimmed, and too few of the others have
     * accepted it at one ballot, or will, since nothing is proposed anew where an acceptor has trimmed.
     */
    boolean isBelowTrim(long nowNanos) {
        long next = window.next();
        if (window.isReady(next)) {
            return false;
        }
        int voters = window.voters(next);
        int untold = 0;
        int holders = 0;
        boolean trimmed = false;
        for (int acceptor = 0; acceptor < settings.layout().acceptors(); acceptor++) {
            trimmed |= registration.trimPoint(acceptor) >= next;
            boolean voted = (voters & (1 << acceptor)) != 0;
            boolean able = registration.mayHold(acceptor, next) && (voted || mayTell(acceptor, nowNanos));
            holders += able ? 1 : 0;
            untold += able && !voted ? 1 : 0;
        }
        if (!trimmed) {
            return false;
        }
        return window.isDecided(next)
                ? holders == 0
                : window.votesAtOneBallot(next) + untold < settings.quorums().phase2();
    }

    /**
     * Whether an acceptor may yet tell its vote: not if it was asked often and told none. One that is silent is waited for where
     * there is nobody else: a learner that can take from others what it lacks turns to them.
     */
    private boolean mayTell(int acceptor, long nowNanos) {
        boolean asked = blocked && attempts >= ATTEMPTS_UNTIL_NO_VOTE;
        return !(asked && (settings.catchUp() || registration.speaks(acceptor, nowNanos)));
    }

    /** Whether some acceptor has not trimmed the next instance, as far as is known: it may come back, and show it. */
    boolean mayBeShown() {
        for (int acceptor = 0; acceptor < settings.layout().acceptors(); acceptor++) {
            if (registration.mayHold(acceptor, window.next())) {
                return true;
            }
        }
        return false;
    }

    long nextDeadlineNanos() {
        return dueNanos;
    }
}
