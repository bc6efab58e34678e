package io.synod.learner;

import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.role.Effects;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * Asks acceptors to trim: by itself after so many instances or bytes, or when an acceptor is nearly full, and for requests
 * from outside, which get an outcome. It only asks; acceptors trim what the trim quorum of learners holds (rule S9).
 */
final class TrimAsker {

    private static final long RESEND_NANOS = 50_000_000;
    private static final long IDLE_RESEND_NANOS = 1_000_000_000;
    private static final long ANSWER_NANOS = 1_500_000_000;
    private static final long MARK_INSTANCES = 64;
    private static final int REQUESTS_MAX = 64;

    /** How many bytes were delivered up to an instance. */
    private record Mark(long instance, long bytes) {}

    private static final class Request {
        final long number;
        final long instance;
        /** What acceptors are asked to trim; 0 asks for their state alone. */
        final long wanted;
        /** Whom acceptors are asked not to wait for. */
        final List<Integer> gone;
        final long deadlineNanos;
        int answered;

        Request(long number, long instance, long wanted, List<Integer> gone, long deadlineNanos) {
            this.number = number;
            this.instance = instance;
            this.wanted = wanted;
            this.gone = gone;
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final LearnerSettings settings;
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private final long[] asked;
    private final long[] trimPoints;
    /** What each acceptor's newest answer says that each learner holds: by acceptor, then by learner. */
    private final long[][] held;

    /** The learners that are not to be waited for, until they are heard. */
    private final TreeSet<Integer> excluded = new TreeSet<>();
    /** Whom each acceptor's newest answer names as not waited for. */
    private final List<List<Integer>> excludedAt = new ArrayList<>();

    private long bytes;
    private long askedAtInstance;
    private long askedAtBytes;
    private long target;
    private long nextSendNanos = Long.MAX_VALUE;
    private long heedNearlyFullNanos = Long.MIN_VALUE;

    TrimAsker(LearnerSettings settings) {
        this.settings = settings;
        this.asked = new long[settings.layout().acceptors()];
        this.trimPoints = new long[settings.layout().acceptors()];
        this.held = new long[settings.layout().acceptors()][settings.layout().learners()];
        Arrays.fill(trimPoints, TrimOutcome.NOT_ANSWERED_YET);
        excludedAt.addAll(Collections.nCopies(settings.layout().acceptors(), List.of()));
    }

    /** Another log was joined before anything was delivered: what acceptors said of the former counts no more. */
    void forget() {
        Arrays.fill(asked, 0);
        Arrays.fill(trimPoints, TrimOutcome.NOT_ANSWERED_YET);
        for (long[] told : held) {
            Arrays.fill(told, 0);
        }
    }

    void delivered(long instance, int batchBytes, long nowNanos) {
        LearnerSettings.Trim trim = settings.trim();
        if (!trim.allowed()) {
            return;
        }
        bytes += batchBytes;
        if (instance % MARK_INSTANCES == 0) {
            marks.addLast(new Mark(instance, bytes));
        }
        if (instance - askedAtInstance >= trim.everyInstances() || bytes - askedAtBytes >= trim.everyBytes()) {
            askedAtInstance = instance;
            askedAtBytes = bytes;
            long newTarget = behindSlack(instance);
            if (newTarget > target) {
                target = newTarget;
                nextSendNanos = nowNanos;
            }
        }
    }

    /**
     * An acceptor is nearly full. Whatever the configured distance, it is asked to trim what is behind the slack now, and if
     * that is gone already, the slack too: a full acceptor accepts nothing, so nothing more would ever be delivered, and
     * nothing asked for.
     */
    void onNearlyFull(long trimPoint, long delivered, long nowNanos) {
        if (!settings.trim().allowed() || nowNanos < heedNearlyFullNanos) {
            return;
        }
        heedNearlyFullNanos = nowNanos + IDLE_RESEND_NANOS;
        long wanted = Math.max(target, behindSlack(delivered));
        if (wanted <= trimPoint) {
            wanted = delivered;
        }
        if (wanted > target) {
            askedAtInstance = delivered;
            askedAtBytes = bytes;
            target = wanted;
            nextSendNanos = nowNanos;
        }
    }

    /** The newest marked instance that leaves enough behind it: the slack in instances, or an eighth of the trim bytes. */
    private long behindSlack(long instance) {
        long behind = 0;
        for (Iterator<Mark> it = marks.iterator(); it.hasNext(); it.remove()) {
            Mark mark = it.next();
            if (instance - mark.instance() < settings.trim().slackInstances()
                    && bytes - mark.bytes() < settings.trim().everyBytes() / 8) {
                break;
            }
            behind = mark.instance();
        }
        return behind;
    }

    /**
     * Takes a request from outside. What this learner does not hold itself is not asked of acceptors: they would trim
     * right behind it for a long time to come, and cut off clients' learners.
     *
     * @param gone the learners that acceptors are not to wait for: those that any acceptor heeds are named with all that
     *     follows, until they are heard
     */
    void request(long number, long instance, List<Integer> gone, long delivered, long nowNanos, Effects effects) {
        if (!settings.trim().allowed()) {
            output(new Request(number, instance, 0, List.of(), nowNanos), TrimOutcome.Kind.NOT_ALLOWED, effects);
            return;
        }
        List<Integer> others = gone.stream().filter(this::isOther).distinct().toList();
        excluded.addAll(others);
        if (requests.size() >= REQUESTS_MAX) {
            finish(requests.removeFirst(), effects);
        }
        long wanted = instance <= delivered ? instance : 0;
        requests.addLast(new Request(number, instance, wanted, others, nowNanos + ANSWER_NANOS));
        nextSendNanos = nowNanos;
    }

    private boolean isOther(int learner) {
        return learner != settings.id() && learner >= 0 && learner < settings.layout().learners();
    }

    /** A learner was heard: it is waited for again. */
    void heard(int learner) {
        excluded.remove(learner);
    }

    /**
     * An acceptor started anew, and has forgotten what it was asked: it is asked again, and not to wait for whom it left out until it
     * does not, since it must first miss these for long enough.
     */
    void onRestart(int acceptor, long nowNanos) {
        asked[acceptor] = 0;
        excludedAt.set(acceptor, List.of());
        if (target > 0 || !excluded.isEmpty()) {
            nextSendNanos = Math.min(nextSendNanos, nowNanos);
        }
    }

    void onTrimState(int acceptor, TrimState state, Effects effects) {
        asked[acceptor] = state.asked();
        trimPoints[acceptor] = Math.max(trimPoints[acceptor], state.trimPoint());
        excludedAt.set(acceptor, state.excluded());
        long[] told = held[acceptor];
        for (int learner = 0; learner < Math.min(told.length, state.held().size()); learner++) {
            told[learner] = state.held().get(learner);
        }
        for (Iterator<Request> it = requests.iterator(); it.hasNext();) {
            Request request = it.next();
            request.answered |= 1 << acceptor;
            if (Integer.bitCount(request.answered) == trimPoints.length && isTrimmed(request)) {
                it.remove();
                finish(request, effects);
            }
        }
    }

    void onRound(long nowNanos, Effects effects) {
        while (!requests.isEmpty() && nowNanos >= requests.getFirst().deadlineNanos) {
            finish(requests.removeFirst(), effects);
        }
        if (nowNanos < nextSendNanos) {
            return;
        }
        long wanted = target;
        for (Request asking : requests) {
            wanted = Math.max(wanted, asking.wanted);
        }
        TrimRequest request = new TrimRequest(wanted, List.copyOf(excluded), settings.trim().goneNanos());
        boolean sent = false;
        for (int acceptor = 0; acceptor < asked.length; acceptor++) {
            if (!requests.isEmpty() || asked[acceptor] < wanted || !excludedAt.get(acceptor).containsAll(excluded)) {
                effects.send(settings.layout().acceptor(acceptor), request);
                sent = true;
            }
        }
        nextSendNanos = sent ? nowNanos + (requests.isEmpty() ? IDLE_RESEND_NANOS : RESEND_NANOS) : Long.MAX_VALUE;
    }

    private boolean isTrimmed(Request request) {
        for (int acceptor = 0; acceptor < trimPoints.length; acceptor++) {
            if ((request.answered & (1 << acceptor)) != 0 && trimPoints[acceptor] < request.instance) {
                return false;
            }
        }
        return true;
    }

    private void finish(Request request, Effects effects) {
        TrimOutcome.Kind kind = TrimOutcome.Kind.NOT_ANSWERED;
        if (Integer.bitCount(request.answered) >= settings.quorums().phase1()) {
            kind = isTrimmed(request) ? TrimOutcome.Kind.TRIMMED : TrimOutcome.Kind.BLOCKED;
        }
        output(request, kind, effects);
    }

    private void output(Request request, TrimOutcome.Kind kind, Effects effects) {
        List<Long> points = new ArrayList<>();
        for (int acceptor = 0; acceptor < trimPoints.length; acceptor++) {
            boolean answered = (request.answered & (1 << acceptor)) != 0;
            points.add(answered ? trimPoints[acceptor] : TrimOutcome.NOT_ANSWERED_YET);
        }
        List<Long> heldNow = new ArrayList<>();
        List<Integer> blocking = new ArrayList<>();
        for (int learner = 0; learner < settings.layout().learners(); learner++) {
            heldNow.add(heldBy(learner, request.answered));
            if (heldNow.get(learner) < request.instance) {
                blocking.add(learner);
            }
        }
        List<TrimOutcome.NotExcluded> refused = refused(request);
        List<Integer> notWaitedFor = excludedBy(request.answered);
        blocking.removeAll(notWaitedFor);
        blocking.sort(Comparator.comparingLong(heldNow::get));
        effects.output(
                new TrimOutcome(request.number, request.instance, kind, points, heldNow, blocking, notWaitedFor,
                        refused));
    }

    /** The learners that were to be excluded and are waited for. Whom no acceptor excludes is asked for no more: it was refused. */
    private List<TrimOutcome.NotExcluded> refused(Request request) {
        List<TrimOutcome.NotExcluded> refused = new ArrayList<>();
        for (int learner : request.gone) {
            List<Integer> waiting = new ArrayList<>();
            for (int acceptor = 0; acceptor < excludedAt.size(); acceptor++) {
                if ((request.answered & (1 << acceptor)) != 0 && !excludedAt.get(acceptor).contains(learner)) {
                    waiting.add(acceptor);
                }
            }
            if (!waiting.isEmpty()) {
                refused.add(new TrimOutcome.NotExcluded(learner, waiting));
            }
            if (waiting.size() == Integer.bitCount(request.answered)) {
                excluded.remove(learner);
            }
        }
        return refused;
    }

    /** The learners that none of the acceptors that answered waits for. */
    private List<Integer> excludedBy(int answered) {
        TreeSet<Integer> all = new TreeSet<>(excluded);
        for (int acceptor = 0; acceptor < excludedAt.size(); acceptor++) {
            if ((answered & (1 << acceptor)) != 0) {
                all.retainAll(excludedAt.get(acceptor));
            }
        }
        return List.copyOf(all);
    }

    /**
     * What a learner holds as far as those acceptors know that answered. One that restarted may not have been told again
     * yet, so the most counts; what one knew that is silent now counts no more, since the learner may have lost it since.
     */
    private long heldBy(int learner, int answered) {
        long most = 0;
        for (int acceptor = 0; acceptor < held.length; acceptor++) {
            if ((answered & (1 << acceptor)) != 0) {
                most = Math.max(most, held[acceptor][learner]);
            }
        }
        return most;
    }

    /** Whether somebody waits for an outcome. */
    boolean isAsked() {
        return !requests.isEmpty();
    }

    long nextDeadlineNanos() {
        return requests.isEmpty()
                ? nextSendNanos
                : Math.min(nextSendNanos, requests.getFirst().deadlineNanos);
    }
}
