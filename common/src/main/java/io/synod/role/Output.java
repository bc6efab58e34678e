package io.synod.role;

/**
 * Something that a role hands to the service around it: a delivery, an outcome, a change of state worth a log line. It is
 * passed to the node's output sink on the loop's thread, in order, when the round's effects are carried out.
 */
public interface Output {}
