package io.synod.role;

import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which roles a message is for and which role must stand behind its sender. The one table of who may say what. */
public enum Routing {
    PROPOSER_TO_ACCEPTOR(RoleType.PROPOSER, RoleType.ACCEPTOR),
    PROPOSER_TO_PROPOSER(RoleType.PROPOSER, RoleType.PROPOSER),
    PROPOSER_TO_CLIENT(RoleType.PROPOSER, RoleType.CLIENT),
    PROPOSER_TO_ALL(RoleType.PROPOSER, RoleType.ACCEPTOR, RoleType.PROPOSER, RoleType.LEARNER),
    ACCEPTOR_TO_PROPOSER(RoleType.ACCEPTOR, RoleType.PROPOSER),
    ACCEPTOR_TO_ACCEPTOR(RoleType.ACCEPTOR, RoleType.ACCEPTOR),
    ACCEPTOR_TO_LEARNER(RoleType.ACCEPTOR, RoleType.LEARNER),
    ACCEPTOR_TO_PROPOSER_AND_LEARNER(RoleType.ACCEPTOR, RoleType.PROPOSER, RoleType.LEARNER),
    /** From a configured learner, or the learner inside a client. */
    ANY_LEARNER_TO_ACCEPTOR(RoleType.LEARNER, RoleType.ACCEPTOR),
    ANY_LEARNER_TO_PROPOSER(RoleType.LEARNER, RoleType.PROPOSER),
    /** From a configured learner alone. */
    CONFIGURED_LEARNER_TO_ACCEPTOR(RoleType.LEARNER, RoleType.ACCEPTOR),
    CONFIGURED_LEARNER_TO_ACCEPTOR_AND_LEARNER(RoleType.LEARNER, RoleType.ACCEPTOR, RoleType.LEARNER),
    CLIENT_TO_PROPOSER(RoleType.CLIENT, RoleType.PROPOSER),
    CLIENT_TO_LEARNER(RoleType.CLIENT, RoleType.LEARNER),
    /** From a configured learner alone. */
    CONFIGURED_LEARNER_TO_CLIENT(RoleType.LEARNER, RoleType.CLIENT),
    /** Between any two nodes, below the roles: no role sees it. */
    NODE_TO_NODE(null);

    private final @Nullable RoleType sender;
    private final Set<RoleType> receivers;

    Routing(@Nullable RoleType sender, RoleType... receivers) {
        this.sender = sender;
        EnumSet<RoleType> set = EnumSet.noneOf(RoleType.class);
        set.addAll(List.of(receivers));
        this.receivers = Collections.unmodifiableSet(set);
    }

    /** Returns the routing of a message, by its type. */
    public static Routing of(Message message) {
        return switch (message) {
            case Prepare _, Accept _, RejoinRange _ -> PROPOSER_TO_ACCEPTOR;
            case Promise _, Preempted _, AcceptRefused _ -> ACCEPTOR_TO_PROPOSER;
            case Accepted _, Trimmed _, AcceptorState _ -> ACCEPTOR_TO_PROPOSER_AND_LEARNER;
            case Heartbeat _ -> PROPOSER_TO_ALL;
            case Repeat _, LearnerHi _, LearnerDel _ -> ANY_LEARNER_TO_ACCEPTOR;
            case Repropose _ -> ANY_LEARNER_TO_PROPOSER;
            case LearnerOk _ -> ACCEPTOR_TO_LEARNER;
            case Report _ -> CONFIGURED_LEARNER_TO_ACCEPTOR_AND_LEARNER;
            case TrimRequest _ -> CONFIGURED_LEARNER_TO_ACCEPTOR;
            case TrimState _ -> ACCEPTOR_TO_LEARNER;
            case Form _, FormReply _, Rejoin _, RejoinReply _ -> ACCEPTOR_TO_ACCEPTOR;
            case Submit _ -> CLIENT_TO_PROPOSER;
            case SubmitRefused _, LeaderHint _ -> PROPOSER_TO_CLIENT;
            case Forward _, ForwardRefused _ -> PROPOSER_TO_PROPOSER;
            case Locate _, LocateKey _ -> CLIENT_TO_LEARNER;
            case Located _, KeyLocated _ -> CONFIGURED_LEARNER_TO_CLIENT;
            case Echo _, EchoReply _ -> NODE_TO_NODE;
        };
    }

    /** Returns whether a node of type {@code sender} has the right to say a message of this routing. */
    public boolean maySay(NodeType sender) {
        return switch (this) {
            case CONFIGURED_LEARNER_TO_ACCEPTOR, CONFIGURED_LEARNER_TO_ACCEPTOR_AND_LEARNER,
                    CONFIGURED_LEARNER_TO_CLIENT ->
                    sender != NodeType.CLIENT && sender.hosts(RoleType.LEARNER);
            case NODE_TO_NODE -> true;
            default -> this.sender != null && sender.hosts(this.sender);
        };
    }

    /**
     * Returns the roles that the message is for. A client's one role, {@link RoleType#CLIENT}, also takes what is for a
     * learner.
     */
    public Set<RoleType> receivers() {
        return receivers;
    }
}
