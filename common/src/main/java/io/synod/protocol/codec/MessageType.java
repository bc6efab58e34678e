package io.synod.protocol.codec;

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
import org.jspecify.annotations.Nullable;

/** The byte that names a message on the wire. A code, once given, is never given to another message. */
public enum MessageType {
    PREPARE(1, Prepare.class),
    PROMISE(2, Promise.class),
    ACCEPT(3, Accept.class),
    ACCEPTED(4, Accepted.class),
    PREEMPTED(5, Preempted.class),
    ACCEPT_REFUSED(6, AcceptRefused.class),
    TRIMMED(7, Trimmed.class),
    HEARTBEAT(8, Heartbeat.class),
    ACCEPTOR_STATE(9, AcceptorState.class),
    LEARNER_HI(10, LearnerHi.class),
    LEARNER_OK(11, LearnerOk.class),
    LEARNER_DEL(12, LearnerDel.class),
    REPEAT(13, Repeat.class),
    REPROPOSE(14, Repropose.class),
    REPORT(15, Report.class),
    TRIM_REQUEST(16, TrimRequest.class),
    TRIM_STATE(17, TrimState.class),
    FORM(18, Form.class),
    FORM_REPLY(19, FormReply.class),
    SUBMIT(20, Submit.class),
    SUBMIT_REFUSED(21, SubmitRefused.class),
    LEADER_HINT(22, LeaderHint.class),
    FORWARD(23, Forward.class),
    FORWARD_REFUSED(24, ForwardRefused.class),
    ECHO(25, Echo.class),
    ECHO_REPLY(26, EchoReply.class),
    LOCATE(27, Locate.class),
    LOCATED(28, Located.class),
    REJOIN(29, Rejoin.class),
    REJOIN_REPLY(30, RejoinReply.class),
    REJOIN_RANGE(31, RejoinRange.class),
    LOCATE_KEY(32, LocateKey.class),
    KEY_LOCATED(33, KeyLocated.class);

    /** Stands in a frame that holds a part of a message instead of a message. */
    public static final int FRAGMENT_CODE = 127;

    private static final @Nullable MessageType[] BY_CODE = new @Nullable MessageType[128];

    static {
        for (MessageType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final Class<? extends Message> messageClass;

    MessageType(int code, Class<? extends Message> messageClass) {
        this.code = code;
        this.messageClass = messageClass;
    }

    public int code() {
        return code;
    }

    public Class<? extends Message> messageClass() {
        return messageClass;
    }

    /** Returns the type of a code, or null if the code names none. */
    public static @Nullable MessageType ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    public static MessageType of(Message message) {
        return switch (message) {
            case Prepare _ -> PREPARE;
            case Promise _ -> PROMISE;
            case Accept _ -> ACCEPT;
            case Accepted _ -> ACCEPTED;
            case Preempted _ -> PREEMPTED;
            case AcceptRefused _ -> ACCEPT_REFUSED;
            case Trimmed _ -> TRIMMED;
            case Heartbeat _ -> HEARTBEAT;
            case AcceptorState _ -> ACCEPTOR_STATE;
            case LearnerHi _ -> LEARNER_HI;
            case LearnerOk _ -> LEARNER_OK;
            case LearnerDel _ -> LEARNER_DEL;
            case Repeat _ -> REPEAT;
            case Repropose _ -> REPROPOSE;
            case Report _ -> REPORT;
            case TrimRequest _ -> TRIM_REQUEST;
            case TrimState _ -> TRIM_STATE;
            case Form _ -> FORM;
            case FormReply _ -> FORM_REPLY;
            case Submit _ -> SUBMIT;
            case SubmitRefused _ -> SUBMIT_REFUSED;
            case LeaderHint _ -> LEADER_HINT;
            case Forward _ -> FORWARD;
            case ForwardRefused _ -> FORWARD_REFUSED;
            case Echo _ -> ECHO;
            case EchoReply _ -> ECHO_REPLY;
            case Locate _ -> LOCATE;
            case Located _ -> LOCATED;
            case Rejoin _ -> REJOIN;
            case RejoinReply _ -> REJOIN_REPLY;
            case RejoinRange _ -> REJOIN_RANGE;
            case LocateKey _ -> LOCATE_KEY;
            case KeyLocated _ -> KEY_LOCATED;
        };
    }
}
