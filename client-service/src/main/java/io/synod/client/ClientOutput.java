package io.synod.client;

import io.synod.protocol.SessionId;
import io.synod.role.Output;

/**
 * What becomes of submitted values, as ranges of tickets. Each ticket gets exactly one of {@link Decided}, {@link Refused}
 * and {@link Unknown}, and those of a lane get theirs in the order of the tickets, but for values with an idempotency key,
 * which get theirs when it is known.
 */
public sealed interface ClientOutput extends Output {

    /** The lane: which of the client's concurrent sessions, from 0. */
    int lane();

    /**
     * Values were decided and delivered, one after the other in one instance. All of them were taken by one submit call. A value
     * with an idempotency key may have been submitted and delivered before; then that is where it stands.
     *
     * @param lane the lane
     * @param firstTicket the ticket of the first value
     * @param count how many values, 1 or more
     * @param instance the instance that delivered them
     * @param firstIndex the first value's index among the deliveries of that instance, from 0; the next follow it. Below 0
     *     if values of others stand before it and no learner told how many
     * @param latencyNanos from the submit call to now, in nanoseconds
     */
    record Decided(int lane, long firstTicket, int count, long instance, int firstIndex, long latencyNanos)
            implements ClientOutput {

        Decided withFirstIndex(int index) {
            return at(instance, index);
        }

        Decided at(long newInstance, int index) {
            return new Decided(lane, firstTicket, count, newInstance, index, latencyNanos);
        }
    }

    /** Values are certainly not delivered, and never will be: {@link RefusalReason} says what that rests on. */
    record Refused(int lane, long firstTicket, int count, RefusalReason reason) implements ClientOutput {}

    /**
     * Values may be in the log, or come into it yet.
     *
     * @param lane the lane
     * @param firstTicket the ticket of the first value
     * @param count how many values, 1 or more
     * @param session the session that they were sent in
     * @param firstNumber the number of the first value in that session; the next follow it
     */
    record Unknown(int lane, long firstTicket, int count, SessionId session, long firstNumber)
            implements ClientOutput {}

    /** A session was opened; what the lane submits is sent from now on. */
    record SessionOpened(int lane, SessionId session) implements ClientOutput {}

    /** A session ended, or was given up; the lane opens another by itself. */
    record SessionLost(int lane, SessionId session) implements ClientOutput {}
}
