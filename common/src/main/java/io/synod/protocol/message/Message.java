package io.synod.protocol.message;

/**
 * What nodes say to each other. A {@code switch} over it has no {@code default}, so a new message breaks the build
 * wherever it must be handled.
 */
public sealed interface Message
        permits Accept,
        AcceptRefused,
        Accepted,
        AcceptorState,
        Echo,
        EchoReply,
        Form,
        FormReply,
        Forward,
        ForwardRefused,
        Heartbeat,
        KeyLocated,
        LeaderHint,
        LearnerDel,
        LearnerHi,
        LearnerOk,
        Locate,
        LocateKey,
        Located,
        Preempted,
        Prepare,
        Promise,
        Rejoin,
        RejoinRange,
        RejoinReply,
        Repeat,
        Report,
        Repropose,
        Submit,
        SubmitRefused,
        TrimRequest,
        TrimState,
        Trimmed {}
