package io.synod.learner;

import io.synod.protocol.SessionId;

/**
 * An opening entry was delivered: it opened a session, or repeated the nonce of one that is alive and so was answered by
 * that one.
 *
 * @param nonceHigh the high half of the opening's nonce
 * @param nonceLow the low half
 * @param session the session
 * @param window how many values the session may have outstanding; may be less than the opening asked for
 */
public record SessionOpened(long nonceHigh, long nonceLow, SessionId session, int window) implements LearnerOutput {}
