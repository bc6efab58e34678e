package io.synod.protocol.message;

/** Learner to acceptor: forget me. It binds to the incarnation that sends it. */
public record LearnerDel() implements Message {}
