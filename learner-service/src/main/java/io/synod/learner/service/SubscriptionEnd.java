package io.synod.learner.service;

import java.util.Locale;
import org.springframework.web.socket.CloseStatus;

/**
 * Why a subscription ended.
 *
 * @param kind the kind
 * @param reason what is said to the client, at most {@link #REASON_CHARS_MAX} characters
 */
record SubscriptionEnd(Kind kind, String reason) {

    /** A reason has 123 bytes at most (RFC 6455, 5.5). */
    private static final int REASON_CHARS_MAX = 120;

    /** Each has its close code, which {@code docs/applications.md} lists. */
    enum Kind {
        /** The client closed the connection, or lost it. */
        DISCONNECTED(CloseStatus.NORMAL.getCode(), ""),
        /** The service ends. */
        SERVICE_STOPS(CloseStatus.GOING_AWAY.getCode(), "this learner stops; connect again, or to another"),
        /** The client sent something else than control frames. */
        PROTOCOL_ERROR(CloseStatus.NOT_ACCEPTABLE.getCode(), "nothing is to be sent here"),
        /** A defect of the learner, which its log tells of. */
        FAILED(CloseStatus.SERVER_ERROR.getCode(), "the learner failed here; its log says why"),
        /** There are as many subscribers as there may be. */
        OVERLOADED(CloseStatus.SERVICE_OVERLOAD.getCode(), "too many subscribers (paxos.learner.subscribers-max)"),
        /** It neither took what was sent nor answered a ping. */
        SILENT(4_408, "silent for longer than paxos.learner.subscriber-silence-max"),
        /** The position is one of another log, which was not known when the connection was made. */
        OTHER_LOG(4_409, "other log"),
        /** The position, or what follows it, is not retained any more. */
        GONE(4_410, "gone"),
        /** What stands at the position, or follows it, cannot be read here any more. */
        DAMAGED(4_500, "damaged"),
        /** The learner delivers no more. */
        LEARNER_STOPPED(4_503, "learner stopped");

        private final int code;
        private final String reason;

        Kind(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }

        SubscriptionEnd end() {
            return end(reason);
        }

        SubscriptionEnd end(String why) {
            return new SubscriptionEnd(this,
                    why.length() <= REASON_CHARS_MAX ? why : why.substring(0, REASON_CHARS_MAX));
        }

        /** As metrics name it. */
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    CloseStatus status() {
        return new CloseStatus(kind.code, reason);
    }
}
