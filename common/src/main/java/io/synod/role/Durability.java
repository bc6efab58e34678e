package io.synod.role;

import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.Forward;
import io.synod.protocol.message.ForwardRefused;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.LocateKey;
import io.synod.protocol.message.Located;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Preempted;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinRange;
import io.synod.protocol.message.RejoinReply;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.Repropose;
import io.synod.protocol.message.Submit;
import io.synod.protocol.message.SubmitRefused;
import io.synod.protocol.message.TrimRequest;
import io.synod.protocol.message.TrimState;
import io.synod.protocol.message.Trimmed;

/** Whether a message may leave before what was written is durable. This is the one place that decides it (rule S2). */
public enum Durability {
    NOW,
    AFTER_COMMIT;

    /** Returns when a message may leave, by its type. */
    public static Durability of(Message message) {
        return switch (message) {
            // These state what an acceptor promised, accepted, noted or dropped, or what a learner holds. A receiver
            // builds on it for good, so it must outlive the sender, also when this very message caused no write.
            case Promise _, Accepted _, FormReply _, RejoinReply _, Trimmed _, TrimState _, Report _ -> AFTER_COMMIT;
            // Others build on the storage id of a form or a rejoin, and a hi tells what was delivered.
            case Form _, Rejoin _, LearnerHi _ -> AFTER_COMMIT;
            // Hints: nothing unsafe follows if the state they speak of is lost. A beacon that names a ballot promised
            // only in memory may cost a proposer a round, never a decision.
            case AcceptorState _, Preempted _, AcceptRefused _, LearnerOk _, Heartbeat _, LeaderHint _ -> NOW;
            // Where a value of a decided instance stands follows from the log, whoever says it.
            case Locate _, Located _, LocateKey _, KeyLocated _ -> NOW;
            // A proposer's and a client's own words rest on nothing durable.
            case Prepare _, Accept _, RejoinRange _, Repeat _, Repropose _, LearnerDel _, TrimRequest _ -> NOW;
            case Submit _, SubmitRefused _, Forward _, ForwardRefused _, Echo _, EchoReply _ -> NOW;
        };
    }
}
