package io.synod.learner;

import io.synod.role.Output;

/** What a learner hands to the service, or to the client that it lives in, in the order in which it came about. */
public sealed interface LearnerOutput extends Output
        permits Delivered,
        LearnerSnapshot,
        LearnerRestored,
        SessionOpened,
        SessionNeedsRenewal,
        SessionEnded,
        ValuesHeld,
        LearnerStarted,
        LearnerStopped,
        LearnerNotice,
        TrimOutcome {}
