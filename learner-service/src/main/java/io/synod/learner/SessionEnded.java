package io.synod.learner;

import io.synod.protocol.SessionId;

/**
 * A session is no more.
 *
 * @param session the session
 * @param reason why
 * @param certain whether it is certain that no further value of it is ever delivered. If not, a value that was sent and
 *     not delivered has an unknown outcome
 */
public record SessionEnded(SessionId session, Reason reason, boolean certain) implements LearnerOutput {

    /** Why a session ended. */
    public enum Reason {
        /** An entry of the log closed it. */
        CLOSED,
        /** Too many instances passed since it was used. */
        EXPIRED,
        /** The table was full, and it was the longest idle. */
        EVICTED
    }
}
