package io.synod.protocol.codec;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
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
import io.synod.protocol.message.PrefixHash;
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
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the bodies of messages, as {@code docs/wire-format.md} draws them. */
final class MessageEncoder {

    private MessageEncoder() {}

    /** Writes {@link MessageSize#of} bytes at the buffer's position; there must be room for them. */
    static void encode(Message message, ByteBuffer out) {
        switch (message) {
            case Prepare prepare -> {
                ballot(prepare.ballot(), out);
                out.putLong(prepare.from()).putLong(prepare.logId().value());
            }
            case Promise promise -> promise(promise, out);
            case Accept accept -> {
                ballot(accept.ballot(), out);
                out.putLong(accept.instance());
                accept.value().writeTo(out);
            }
            case Accepted accepted -> accepted(accepted, out);
            case Preempted preempted -> {
                ballot(preempted.refused(), out);
                ballot(preempted.promised(), out);
                out.putLong(preempted.instance());
            }
            case AcceptRefused refused -> {
                ballot(refused.ballot(), out);
                out.putLong(refused.instance()).put(Codes.of(refused.reason()));
            }
            case Trimmed trimmed -> out.putLong(trimmed.trimPoint());
            case Heartbeat heartbeat -> {
                ballot(heartbeat.ballot(), out);
                out.putLong(heartbeat.watermark());
            }
            case AcceptorState state -> acceptorState(state, out);
            case LearnerHi hi ->
                    out.putLong(hi.logId().value()).putLong(hi.delivered()).put(Codes.of(hi.values()));
            case LearnerOk ok ->
                    out.putLong(ok.logId().value())
                            .putLong(ok.trimPoint())
                            .putLong(ok.watermark())
                            .put(Codes.of(ok.values()));
            case LearnerDel _ -> {}
            case Repeat repeat ->
                    out.putLong(repeat.first()).putLong(repeat.last()).put(Codes.of(repeat.values()));
            case Repropose repropose -> out.putLong(repropose.first()).putLong(repropose.last());
            case Report report -> report(report, out);
            case TrimRequest request -> {
                out.putLong(request.instance()).putLong(request.goneNanos());
                ids(request.excluded(), out);
            }
            case TrimState state -> trimState(state, out);
            case Form form -> storageId(form.storageId(), out);
            case FormReply reply -> {
                storageId(reply.noted(), out);
                storageId(reply.own(), out);
                out.putLong(reply.logId().value());
            }
            case Submit submit -> {
                out.putLong(submit.attempt());
                submit.entries().writeTo(out);
            }
            case SubmitRefused refused ->
                    out.putLong(refused.attempt()).put(Codes.of(refused.reason())).putInt(refused.leaderId());
            case LeaderHint hint -> out.putInt(hint.leaderId());
            case Forward forward -> {
                out.putLong(forward.client()).putLong(forward.attempt());
                forward.entries().writeTo(out);
            }
            case ForwardRefused refused ->
                    out.putLong(refused.client())
                            .putLong(refused.attempt())
                            .put(Codes.of(refused.reason()))
                            .putInt(refused.leaderId());
            case Echo echo -> out.putLong(echo.token());
            case EchoReply reply -> out.putLong(reply.token());
            case Locate locate -> {
                out.putLong(locate.logId().value()).putLong(locate.instance());
                sessionId(locate.session(), out);
                out.putLong(locate.number());
            }
            case Located located -> {
                out.putLong(located.instance());
                sessionId(located.session(), out);
                out.putLong(located.number()).putInt(located.index());
            }
            case LocateKey locate -> {
                out.putLong(locate.logId().value()).putLong(locate.instance());
                sessionId(locate.session(), out);
                out.putLong(locate.number());
                digest(locate.key(), out);
            }
            case KeyLocated located -> {
                out.putLong(located.instance());
                sessionId(located.session(), out);
                out.putLong(located.number()).putLong(located.deliveredAt()).putInt(located.index());
                digest(located.value(), out);
            }
            case Rejoin rejoin -> storageId(rejoin.storageId(), out);
            case RejoinReply reply -> {
                out.put(Codes.of(reply.voting())).putLong(reply.logId().value());
                ballot(reply.promised(), out);
                storageIds(reply.storageIds(), out);
            }
            case RejoinRange range -> {
                ballot(range.ballot(), out);
                out.putLong(range.first()).putLong(range.last());
            }
        }
    }

    private static void digest(Digest digest, ByteBuffer out) {
        out.putLong(digest.high()).putLong(digest.low());
    }

    private static void sessionId(SessionId session, ByteBuffer out) {
        out.putLong(session.instance()).putInt(session.ordinal());
    }

    private static void promise(Promise promise, ByteBuffer out) {
        ballot(promise.ballot(), out);
        out.putLong(promise.from())
                .putLong(promise.through())
                .putLong(promise.trimPoint())
                .putLong(promise.watermark())
                .putLong(promise.logId().value());
        storageIds(promise.storageIds(), out);
        List<AcceptedEntry> entries = promise.entries();
        out.putInt(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            AcceptedEntry entry = entries.get(i);
            out.putLong(entry.instance());
            ballot(entry.ballot(), out);
            out.putInt(entry.value().length());
            entry.value().writeTo(out);
        }
    }

    private static void accepted(Accepted accepted, ByteBuffer out) {
        ballot(accepted.ballot(), out);
        Bytes value = accepted.value();
        out.putLong(accepted.instance()).putLong(accepted.checksum()).put(Codes.of(value != null));
        if (value != null) {
            value.writeTo(out);
        }
    }

    private static void acceptorState(AcceptorState state, ByteBuffer out) {
        storageId(state.storageId(), out);
        out.putLong(state.logId().value()).put(Codes.of(state.status()));
        ballot(state.promised(), out);
        ballot(state.leader(), out);
        out.putLong(state.leaderSilentMicros())
                .putLong(state.trimPoint())
                .putLong(state.watermark())
                .putLong(state.storedInstances())
                .put((byte) (state.nearlyFull() ? 1 : 0));
    }

    private static void report(Report report, ByteBuffer out) {
        storageId(report.storageId(), out);
        List<PrefixHash> hashes = report.hashes();
        out.putLong(report.logId().value()).putLong(report.held()).put((byte) hashes.size());
        for (int i = 0; i < hashes.size(); i++) {
            out.putLong(hashes.get(i).instance()).putLong(hashes.get(i).hash());
        }
    }

    private static void ids(List<Integer> ids, ByteBuffer out) {
        out.putShort((short) ids.size());
        for (int i = 0; i < ids.size(); i++) {
            out.putShort((short) (int) ids.get(i));
        }
    }

    private static void trimState(TrimState state, ByteBuffer out) {
        List<Long> held = state.held();
        out.putLong(state.asked()).putLong(state.trimPoint());
        ids(state.excluded(), out);
        out.putShort((short) held.size());
        for (int i = 0; i < held.size(); i++) {
            out.putLong(held.get(i));
        }
    }

    private static void ballot(Ballot ballot, ByteBuffer out) {
        out.putLong(ballot.round()).putInt(ballot.proposerId()).putLong(ballot.incarnation());
    }

    private static void storageIds(List<StorageId> ids, ByteBuffer out) {
        out.put((byte) ids.size());
        for (int i = 0; i < ids.size(); i++) {
            storageId(ids.get(i), out);
        }
    }

    private static void storageId(StorageId id, ByteBuffer out) {
        out.putLong(id.generation()).putLong(id.random());
    }
}
