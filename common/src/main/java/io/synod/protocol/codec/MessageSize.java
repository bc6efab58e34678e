package io.synod.protocol.codec;

import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
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
import java.util.List;

/** How many bytes the body of a message takes. {@link MessageEncoder} writes exactly as many. */
public final class MessageSize {

    static final int BALLOT = 20;
    static final int STORAGE_ID = 16;
    static final int LOG_ID = 8;
    static final int INSTANCE = 8;
    static final int SESSION_ID = 12;

    static final int DIGEST = 16;

    /** Instance, ballot and the length of the value. */
    static final int ACCEPTED_ENTRY_FIXED = INSTANCE + BALLOT + 4;

    static final int PREFIX_HASH = INSTANCE + 8;

    private static final int PROMISE_FIXED = BALLOT + 4 * INSTANCE + LOG_ID + 1 + 4;

    private MessageSize() {}

    /** Returns the length of the message's body in bytes, its frame not counted. */
    public static int of(Message message) {
        return switch (message) {
            case Prepare _ -> BALLOT + INSTANCE + LOG_ID;
            case Promise promise -> promise(promise);
            case Accept accept -> BALLOT + INSTANCE + accept.value().length();
            case Accepted accepted ->
                    BALLOT + INSTANCE + 8 + 1 + (accepted.value() == null ? 0 : accepted.value().length());
            case Preempted _ -> BALLOT + BALLOT + INSTANCE;
            case AcceptRefused _ -> BALLOT + INSTANCE + 1;
            case Trimmed _ -> INSTANCE;
            case Heartbeat _ -> BALLOT + INSTANCE;
            case AcceptorState _ -> STORAGE_ID + LOG_ID + 1 + BALLOT + BALLOT + 8 + INSTANCE + INSTANCE + 8 + 1;
            case LearnerHi _ -> LOG_ID + INSTANCE + 1;
            case LearnerOk _ -> LOG_ID + INSTANCE + INSTANCE + 1;
            case LearnerDel _ -> 0;
            case Repeat _ -> INSTANCE + INSTANCE + 1;
            case Repropose _ -> INSTANCE + INSTANCE;
            case Report report ->
                    STORAGE_ID + LOG_ID + INSTANCE + 1 + report.hashes().size() * PREFIX_HASH;
            case TrimRequest request -> INSTANCE + 8 + 2 + 2 * request.excluded().size();
            case TrimState state ->
                    INSTANCE + INSTANCE + 2 + 2 * state.excluded().size() + 2 + state.held().size() * INSTANCE;
            case Form _ -> STORAGE_ID;
            case FormReply _ -> STORAGE_ID + STORAGE_ID + LOG_ID;
            case Submit submit -> 8 + submit.entries().length();
            case SubmitRefused _ -> 8 + 1 + 4;
            case LeaderHint _ -> 4;
            case Forward forward -> 8 + 8 + forward.entries().length();
            case ForwardRefused _ -> 8 + 8 + 1 + 4;
            case Echo _, EchoReply _ -> 8;
            case Locate _ -> LOG_ID + INSTANCE + SESSION_ID + 8;
            case Located _ -> INSTANCE + SESSION_ID + 8 + 4;
            case LocateKey _ -> LOG_ID + INSTANCE + SESSION_ID + 8 + DIGEST;
            case KeyLocated _ -> INSTANCE + SESSION_ID + 8 + INSTANCE + 4 + DIGEST;
            case Rejoin _ -> STORAGE_ID;
            case RejoinReply reply -> 1 + LOG_ID + BALLOT + 1 + reply.storageIds().size() * STORAGE_ID;
            case RejoinRange _ -> BALLOT + INSTANCE + INSTANCE;
        };
    }

    /** Returns how many bytes a promise takes that names so many acceptors and reports nothing. */
    public static int ofEmptyPromise(int acceptors) {
        return PROMISE_FIXED + acceptors * STORAGE_ID;
    }

    /** Returns how many bytes an entry adds to a promise, so that pages can be cut to a datagram. */
    public static int ofEntry(AcceptedEntry entry) {
        return ACCEPTED_ENTRY_FIXED + entry.value().length();
    }

    private static int promise(Promise promise) {
        int bytes = ofEmptyPromise(promise.storageIds().size());
        List<AcceptedEntry> entries = promise.entries();
        for (int i = 0; i < entries.size(); i++) {
            bytes = Math.addExact(bytes, ofEntry(entries.get(i)));
        }
        return bytes;
    }
}
