package io.synod.protocol.codec;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of messages and judges every field: what it returns can be used as an index or a bound without a
 * further check. Not thread-safe.
 */
final class MessageDecoder {

    /** Bounds of lists that the layout of the cluster does not bound. */
    private static final int HELD_MAX = 65_535;

    private final int proposers;
    private final int acceptors;
    private Ballot lastBallot = Ballot.NONE;

    MessageDecoder(ClusterLayout layout) {
        this.proposers = layout.proposers();
        this.acceptors = Math.min(layout.acceptors(), Quorums.ACCEPTORS_MAX);
    }

    /** Returns the message whose body is what {@code in} holds, or null if {@link WireReader#rejected} says why not. */
    @Nullable
    Message decode(MessageType type, WireReader in) {
        Message message =
                switch (type) {
                    case PREPARE -> new Prepare(ballot(in), first(in), logId(in));
                    case PROMISE -> promise(in);
                    case ACCEPT -> new Accept(ballot(in), first(in), batch(in, in.remaining()));
                    case ACCEPTED -> accepted(in);
                    case PREEMPTED -> new Preempted(ballot(in), ballot(in), instance(in));
                    case ACCEPT_REFUSED -> acceptRefused(in);
                    case TRIMMED -> new Trimmed(instance(in));
                    case HEARTBEAT -> new Heartbeat(ballot(in), instance(in));
                    case ACCEPTOR_STATE -> acceptorState(in);
                    case LEARNER_HI -> new LearnerHi(logId(in), instance(in), in.getBoolean());
                    case LEARNER_OK -> new LearnerOk(logId(in), instance(in), instance(in), in.getBoolean());
                    case LEARNER_DEL -> new LearnerDel();
                    case REPEAT -> repeat(in);
                    case REPROPOSE -> repropose(in);
                    case REPORT -> report(in);
                    case TRIM_REQUEST -> trimRequest(in);
                    case TRIM_STATE -> trimState(in);
                    case FORM -> new Form(knownStorageId(in));
                    case FORM_REPLY -> new FormReply(knownStorageId(in), knownStorageId(in), logId(in));
                    case SUBMIT -> new Submit(in.getLong(), in.getRest());
                    case SUBMIT_REFUSED -> submitRefused(in);
                    case LEADER_HINT -> new LeaderHint(leaderId(in));
                    case FORWARD -> new Forward(client(in), in.getLong(), batch(in, in.remaining()));
                    case FORWARD_REFUSED -> forwardRefused(in);
                    case ECHO -> new Echo(in.getLong());
                    case ECHO_REPLY -> new EchoReply(in.getLong());
                    case LOCATE -> new Locate(knownLogId(in), first(in), sessionId(in), number(in));
                    case LOCATED -> located(in);
                    case LOCATE_KEY ->
                            new LocateKey(knownLogId(in), first(in), sessionId(in), number(in), digest(in));
                    case KEY_LOCATED -> keyLocated(in);
                    case REJOIN -> new Rejoin(knownStorageId(in));
                    case REJOIN_REPLY ->
                            new RejoinReply(in.getBoolean(), logId(in), ballotOrNone(in), storageIds(in));
                    case REJOIN_RANGE -> rejoinRange(in);
                };
        in.requireEnd();
        return in.rejected() == null ? message : null;
    }

    private @Nullable Promise promise(WireReader in) {
        Ballot ballot = ballot(in);
        long from = first(in);
        long through = in.getLong();
        in.require(through >= from && (through <= ProtocolLimits.INSTANCE_MAX || through == Promise.NOTHING_ABOVE));
        long trimPoint = instance(in);
        long watermark = instance(in);
        LogId logId = logId(in);
        List<StorageId> storageIds = storageIds(in);
        int entryCount = in.requireCount(in.getInt(), Integer.MAX_VALUE, MessageSize.ACCEPTED_ENTRY_FIXED);
        List<AcceptedEntry> entries = new ArrayList<>(entryCount);
        long above = from - 1;
        for (int i = 0; i < entryCount && in.rejected() == null; i++) {
            long instance = first(in);
            in.require(instance > above && instance <= through);
            above = instance;
            entries.add(new AcceptedEntry(instance, ballot(in), batch(in, in.getInt())));
        }
        return in.rejected() == null
                ? new Promise(ballot, from, through, entries, trimPoint, watermark, logId, storageIds)
                : null;
    }

    private Accepted accepted(WireReader in) {
        Ballot ballot = ballot(in);
        long instance = first(in);
        long checksum = in.getLong();
        Bytes value = in.getBoolean() ? batch(in, in.remaining()) : null;
        return new Accepted(ballot, instance, checksum, value);
    }

    private @Nullable AcceptRefused acceptRefused(WireReader in) {
        Ballot ballot = ballot(in);
        long instance = first(in);
        AcceptRefused.Reason reason = Codes.acceptRefusedReason(in.getUnsignedByte());
        in.require(reason != null);
        return reason == null ? null : new AcceptRefused(ballot, instance, reason);
    }

    private @Nullable AcceptorState acceptorState(WireReader in) {
        StorageId storageId = knownStorageId(in);
        LogId logId = logId(in);
        AcceptorState.Status status = Codes.status(in.getUnsignedByte());
        in.require(status != null);
        Ballot promised = ballotOrNone(in);
        Ballot leader = ballotOrNone(in);
        long leaderSilentMicros = notNegative(in);
        long trimPoint = instance(in);
        long watermark = instance(in);
        long storedInstances = notNegative(in);
        boolean nearlyFull = in.getBoolean();
        return status == null
                ? null
                : new AcceptorState(
                        storageId,
                        logId,
                        status,
                        promised,
                        leader,
                        leaderSilentMicros,
                        trimPoint,
                        watermark,
                        storedInstances,
                        nearlyFull);
    }

    /** Any end is taken, however far: the answer is bounded by who gives it. */
    private static Repeat repeat(WireReader in) {
        long first = first(in);
        long last = in.getLong();
        in.require(last >= first);
        return new Repeat(first, last, in.getBoolean());
    }

    private static Repropose repropose(WireReader in) {
        long first = first(in);
        long last = in.getLong();
        in.require(last >= first);
        return new Repropose(first, last);
    }

    private static Report report(WireReader in) {
        StorageId storageId = knownStorageId(in);
        LogId logId = logId(in);
        long held = instance(in);
        int count = in.requireCount(in.getUnsignedByte(), ProtocolLimits.HASHES_MAX, MessageSize.PREFIX_HASH);
        List<PrefixHash> hashes = new ArrayList<>(count);
        long above = 0;
        for (int i = 0; i < count; i++) {
            long instance = first(in);
            in.require(instance > above && instance % ProtocolLimits.HASH_INTERVAL_INSTANCES == 0);
            above = instance;
            hashes.add(new PrefixHash(instance, in.getLong()));
        }
        return new Report(storageId, logId, held, hashes);
    }

    private static TrimRequest trimRequest(WireReader in) {
        long instance = notNegative(in);
        long goneNanos = notNegative(in);
        return new TrimRequest(instance, ids(in), goneNanos);
    }

    /** Ids by rising number. */
    private static List<Integer> ids(WireReader in) {
        int count = in.requireCount(in.getUnsignedShort(), HELD_MAX, Short.BYTES);
        List<Integer> ids = new ArrayList<>(count);
        int above = -1;
        for (int i = 0; i < count; i++) {
            int id = in.getUnsignedShort();
            in.require(id > above);
            above = id;
            ids.add(id);
        }
        return ids;
    }

    private static TrimState trimState(WireReader in) {
        long asked = notNegative(in);
        long trimPoint = instance(in);
        List<Integer> excluded = ids(in);
        int count = in.requireCount(in.getUnsignedShort(), HELD_MAX, MessageSize.INSTANCE);
        List<Long> held = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            held.add(instance(in));
        }
        return new TrimState(asked, trimPoint, excluded, held);
    }

    private @Nullable SubmitRefused submitRefused(WireReader in) {
        long attempt = in.getLong();
        SubmitRefused.Reason reason = Codes.submitRefusedReason(in.getUnsignedByte());
        in.require(reason != null);
        int leaderId = leaderId(in);
        return reason == null ? null : new SubmitRefused(attempt, reason, leaderId);
    }

    private @Nullable ForwardRefused forwardRefused(WireReader in) {
        long client = client(in);
        long attempt = in.getLong();
        SubmitRefused.Reason reason = Codes.submitRefusedReason(in.getUnsignedByte());
        in.require(reason != null);
        int leaderId = leaderId(in);
        return reason == null ? null : new ForwardRefused(client, attempt, reason, leaderId);
    }

    private static Located located(WireReader in) {
        long instance = first(in);
        SessionId session = sessionId(in);
        long number = number(in);
        int index = in.getInt();
        in.require(index >= Located.UNKNOWN);
        return new Located(instance, session, number, index);
    }

    private static KeyLocated keyLocated(WireReader in) {
        long instance = first(in);
        SessionId session = sessionId(in);
        long number = number(in);
        long deliveredAt = instance(in);
        int index = in.getInt();
        in.require(index >= 0);
        return new KeyLocated(instance, session, number, deliveredAt, index, digest(in));
    }

    private static Digest digest(WireReader in) {
        return new Digest(in.getLong(), in.getLong());
    }

    private RejoinRange rejoinRange(WireReader in) {
        Ballot ballot = ballot(in);
        long first = first(in);
        long last = instance(in);
        in.require(last >= first - 1);
        return new RejoinRange(ballot, first, last);
    }

    private List<StorageId> storageIds(WireReader in) {
        int count = in.requireCount(in.getUnsignedByte(), acceptors, MessageSize.STORAGE_ID);
        List<StorageId> storageIds = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            storageIds.add(storageId(in));
        }
        return storageIds;
    }

    private static SessionId sessionId(WireReader in) {
        long instance = first(in);
        int ordinal = in.getInt();
        in.require(ordinal >= 0);
        return new SessionId(instance, ordinal);
    }

    private static long number(WireReader in) {
        long number = in.getLong();
        in.require(number >= 1);
        return number;
    }

    private Ballot ballot(WireReader in) {
        Ballot ballot = ballotOrNone(in);
        in.require(ballot.round() >= 1);
        return ballot;
    }

    private Ballot ballotOrNone(WireReader in) {
        long round = in.getLong();
        int proposerId = in.getInt();
        long incarnation = in.getLong();
        Ballot last = lastBallot;
        // Nearly all messages name the leader's ballot: one object serves for all of them.
        if (last.round() == round && last.proposerId() == proposerId && last.incarnation() == incarnation) {
            return last;
        }
        if (round == 0) {
            in.require(proposerId == 0 && incarnation == 0);
            return Ballot.NONE;
        }
        boolean inRange =
                round >= 1 && round <= ProtocolLimits.ROUND_MAX && proposerId >= 0 && proposerId < proposers;
        in.require(inRange);
        if (!inRange) {
            return Ballot.NONE;
        }
        lastBallot = new Ballot(round, proposerId, incarnation);
        return lastBallot;
    }

    private int leaderId(WireReader in) {
        int id = in.getInt();
        in.require(id == LeaderHint.NOBODY || (id >= 0 && id < proposers));
        return id;
    }

    /** Bytes that whoever takes them may have to send on, in a message that says more of them. */
    private static Bytes batch(WireReader in, int length) {
        in.require(length <= ProtocolLimits.BATCH_BYTES_MAX);
        return in.getBytes(length);
    }

    private static long client(WireReader in) {
        long client = in.getLong();
        in.require(client != 0);
        return client;
    }

    /** An instance, or 0 for none. */
    private static long instance(WireReader in) {
        long instance = in.getLong();
        in.require(instance >= 0 && instance <= ProtocolLimits.INSTANCE_MAX);
        return instance;
    }

    private static long first(WireReader in) {
        long instance = in.getLong();
        in.require(instance >= 1 && instance <= ProtocolLimits.INSTANCE_MAX);
        return instance;
    }

    private static long notNegative(WireReader in) {
        long x = in.getLong();
        in.require(x >= 0);
        return x;
    }

    private static LogId logId(WireReader in) {
        long value = in.getLong();
        return value == 0 ? LogId.UNKNOWN : new LogId(value);
    }

    private static LogId knownLogId(WireReader in) {
        LogId id = logId(in);
        in.require(id.isKnown());
        return id;
    }

    private static StorageId storageId(WireReader in) {
        long generation = in.getLong();
        long random = in.getLong();
        in.require(generation >= 1 || (generation == 0 && random == 0));
        return generation == 0 ? StorageId.UNKNOWN : new StorageId(generation, random);
    }

    private static StorageId knownStorageId(WireReader in) {
        StorageId id = storageId(in);
        in.require(id.isKnown());
        return id;
    }
}
