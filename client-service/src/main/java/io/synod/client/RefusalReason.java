package io.synod.client;

import io.synod.protocol.message.SubmitRefused;

/**
 * Why a value is certainly not delivered, now or later. With all but {@link #SESSION_ENDED} and {@link #KEY_OF_ANOTHER_VALUE}
 * no send of it reached the log, or will.
 */
public enum RefusalReason {
    /** The proposers, or the acceptors behind them, had no room until the deadline. */
    OVERLOADED,
    /** Nobody led until the deadline. */
    NO_LEADER,
    /** The value exceeds the largest size that the proposers allow. */
    TOO_LARGE,
    /** The proposers did not understand the value's entry. */
    MALFORMED,
    /** It was not sent until the deadline: no session was open, or the window was full. */
    NOT_SENT,
    /** Its session ended in the log first: the value may stand in the log, where every learner passes it by. */
    SESSION_ENDED,
    /** Its idempotency key is remembered with another value. */
    KEY_OF_ANOTHER_VALUE;

    /** Whether it is a value's own bytes that are refused, so that to send them again is of no use. */
    boolean isOfContents() {
        return this == TOO_LARGE || this == MALFORMED;
    }

    static RefusalReason of(SubmitRefused.Reason reason) {
        return switch (reason) {
            case OVERLOADED -> OVERLOADED;
            case NO_LEADER -> NO_LEADER;
            case TOO_LARGE -> TOO_LARGE;
            case MALFORMED -> MALFORMED;
        };
    }
}
