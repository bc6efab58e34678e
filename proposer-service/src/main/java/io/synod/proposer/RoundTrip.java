package io.synod.proposer;

/**
 * One acceptor's measured round trip and its one retransmission timer, as RFC 6298 has them: SRTT and RTTVAR from
 * exchanges that were not repeated (Karn), RTO = SRTT + 4 RTTVAR, doubled each time the timer runs out and taken
 * back by the next answer.
 */
final class RoundTrip {

    private static final long FIRST_RTO_NANOS = 20_000_000;
    private static final int BACKOFF_MAX = 16;

    private final long rtoNanosMin;
    private final long rtoNanosMax;
    private long srttNanos;
    private long rttvarNanos;
    private int backoff;
    private long timerNanos = Time.NO_DEADLINE;

    RoundTrip(long rtoNanosMin, long rtoNanosMax) {
        this.rtoNanosMin = rtoNanosMin;
        this.rtoNanosMax = rtoNanosMax;
    }

    void onSample(long rttNanos) {
        if (srttNanos == 0) {
            srttNanos = Math.max(1, rttNanos);
            rttvarNanos = rttNanos / 2;
        } else {
            rttvarNanos += (Math.abs(srttNanos - rttNanos) - rttvarNanos) / 4;
            srttNanos = Math.max(1, srttNanos + (rttNanos - srttNanos) / 8);
        }
    }

    /** The smoothed round trip in nanoseconds; 0 before the first sample. */
    long srttNanos() {
        return srttNanos;
    }

    /** How long an answer is waited for, without back-off. */
    long baseNanos() {
        long rto = srttNanos == 0 ? FIRST_RTO_NANOS : srttNanos + 4 * rttvarNanos;
        return Math.clamp(rto, rtoNanosMin, rtoNanosMax);
    }

    /** How long an answer is waited for, with back-off. */
    long rtoNanos() {
        return Math.min(rtoNanosMax, baseNanos() << backoff);
    }

    long timerNanos() {
        return timerNanos;
    }

    /** Starts the timer if it does not run. */
    void arm(long nowNanos) {
        if (timerNanos == Time.NO_DEADLINE) {
            timerNanos = nowNanos + rtoNanos();
        }
    }

    /** An answer came: the back-off ends, and the timer begins anew. */
    void onAnswer(long nowNanos) {
        backoff = 0;
        timerNanos = nowNanos + rtoNanos();
    }

    /** The timer ran out: the next wait is twice as long. */
    void onTimer(long nowNanos) {
        backoff = Math.min(backoff + 1, BACKOFF_MAX);
        timerNanos = nowNanos + rtoNanos();
    }

    /** The acceptor has no room: it is asked again no sooner than this. */
    void holdUntil(long deadlineNanos) {
        timerNanos = deadlineNanos;
    }

    void disarm() {
        timerNanos = Time.NO_DEADLINE;
    }

    /** Forgets the timer and the back-off, keeps what was measured. */
    void reset() {
        backoff = 0;
        timerNanos = Time.NO_DEADLINE;
    }
}
