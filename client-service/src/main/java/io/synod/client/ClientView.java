package io.synod.client;

import io.synod.learner.LearnerView;
import io.synod.protocol.SessionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's state at one moment.
 *
 * @param away whether it has left, since it had nothing to do; the next value brings it back
 * @param proposer the id of the proposer it sends to
 * @param leader the id of the proposer that leads, as far as it knows; -1 if it does not
 * @param roundTripNanos the smoothed time from a send to its delivery, in nanoseconds; 0 if not measured yet
 * @param resendNanos after how long it sends again, in nanoseconds
 * @param lanes the sessions
 * @param counts what it counted since it started
 * @param learner the learner inside it
 */
public record ClientView(
        boolean away,
        int proposer,
        int leader,
        long roundTripNanos,
        long resendNanos,
        List<LaneView> lanes,
        Counts counts,
        LearnerView learner) {

    public ClientView {
        lanes = List.copyOf(lanes);
    }

    /**
     * One session, and what is on its way in it.
     *
     * @param state where the lane stands with its session
     * @param session the session, or null if none is open
     * @param waiting values that were not sent yet
     * @param sent values that were sent and not delivered
     * @param sendWindow how many values may be on their way
     */
    public record LaneView(String state, @Nullable SessionId session, int waiting, int sent, int sendWindow) {}

    /**
     * Counters; each only grows.
     *
     * @param submitted values taken
     * @param decided values whose outcome is decided
     * @param refused values whose outcome is refused
     * @param unknown values whose outcome is unknown
     * @param late values that were delivered after they had been called unknown
     * @param repeated values that the learner inside delivered again, which breaks rule S8
     * @param resent values sent again, once for each time
     * @param timeouts resend timeouts
     * @param refusals submits that were refused
     * @param proposerMoves how often another proposer was chosen after silence, or a change of leader
     * @param sessionsLost sessions that ended against the client's will
     */
    public record Counts(
            long submitted,
            long decided,
            long refused,
            long unknown,
            long late,
            long repeated,
            long resent,
            long timeouts,
            long refusals,
            long proposerMoves,
            long sessionsLost) {}
}
