package io.synod.learner;

import io.synod.protocol.SessionId;

/**
 * Inside a client: values were decided before values of lower numbers, and are held until these are. Said once for each.
 *
 * @param session the session
 * @param firstNumber the number of the first value
 * @param count how many values there are, 1 or more
 */
public record ValuesHeld(SessionId session, long firstNumber, int count) implements LearnerOutput {}
