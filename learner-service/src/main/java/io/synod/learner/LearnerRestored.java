package io.synod.learner;

/**
 * The learner took over a snapshot from a peer, and goes on after it: of what was delivered before it has the state alone.
 * What the service kept of the log so far ends before the snapshot, so it is replaced by it.
 *
 * @param snapshot what it took over
 */
public record LearnerRestored(LearnerSnapshot snapshot) implements LearnerOutput {}
