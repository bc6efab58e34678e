package io.synod.client.service;

import io.synod.client.RefusalReason;
import io.synod.protocol.SessionId;

/** What became of one value that came over HTTP. */
sealed interface ValueOutcome {

    /**
     * It was delivered.
     *
     * @param instance the instance
     * @param index its index among the deliveries of the instance, below 0 if no learner could tell it in time
     */
    record Decided(long instance, int index) implements ValueOutcome {}

    /** It is certainly not delivered, and never will be. */
    record Refused(RefusalReason reason) implements ValueOutcome {}

    /** It may be in the log, or come into it yet: it has this number in this session. */
    record Unknown(SessionId session, long number) implements ValueOutcome {}

    /** It was not taken: too many wait. */
    record Overloaded() implements ValueOutcome {}

    /** It was not taken: it exceeds the largest size. */
    record TooLarge() implements ValueOutcome {}

    /** It was not taken: the node has stopped, or failed. */
    record NotRunning(String why) implements ValueOutcome {}
}
