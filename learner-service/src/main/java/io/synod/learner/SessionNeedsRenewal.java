package io.synod.learner;

import io.synod.protocol.SessionId;

/**
 * A session of this client has been idle for so long that it must be used, or renewed through the log, lest it be lost.
 * Said once for each time of idleness.
 *
 * @param session the session
 */
public record SessionNeedsRenewal(SessionId session) implements LearnerOutput {}
