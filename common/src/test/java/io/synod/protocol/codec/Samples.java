package io.synod.protocol.codec;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.ProtocolLimits;
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
import java.util.random.RandomGenerator;

/** Draws messages whose fields are in range, the ends of the ranges among them. */
final class Samples {

    static final ClusterLayout LAYOUT = new ClusterLayout(3, 3, 2, false);

    private final RandomGenerator random;
    private final int bytesMax;

    Samples(RandomGenerator random, int bytesMax) {
        this.random = random;
        this.bytesMax = bytesMax;
    }

    Message draw() {
        MessageType[] types = MessageType.values();
        return draw(types[random.nextInt(types.length)]);
    }

    Message draw(MessageType type) {
        return switch (type) {
            case PREPARE -> new Prepare(ballot(), first(), logId());
            case PROMISE -> promise();
            case ACCEPT -> new Accept(ballot(), first(), bytes());
            case ACCEPTED -> accepted();
            case PREEMPTED -> new Preempted(ballot(), ballot(), instance());
            case ACCEPT_REFUSED -> new AcceptRefused(ballot(), first(), oneOf(AcceptRefused.Reason.values()));
            case TRIMMED -> new Trimmed(instance());
            case HEARTBEAT -> new Heartbeat(ballot(), instance());
            case ACCEPTOR_STATE -> acceptorState();
            case LEARNER_HI -> new LearnerHi(logId(), instance(), random.nextBoolean());
            case LEARNER_OK -> new LearnerOk(logId(), instance(), instance(), random.nextBoolean());
            case LEARNER_DEL -> new LearnerDel();
            case REPEAT -> repeat();
            case REPROPOSE -> repropose();
            case REPORT -> report();
            case TRIM_REQUEST -> new TrimRequest(
                    random.nextBoolean() ? instance() : Long.MAX_VALUE, ids(), random.nextLong(Long.MAX_VALUE));
            case TRIM_STATE -> trimState();
            case FORM -> new Form(storageId());
            case FORM_REPLY -> new FormReply(storageId(), storageId(), logId());
            case SUBMIT -> new Submit(random.nextLong(), bytes());
            case SUBMIT_REFUSED ->
                    new SubmitRefused(random.nextLong(), oneOf(SubmitRefused.Reason.values()), leaderId());
            case LEADER_HINT -> new LeaderHint(leaderId());
            case FORWARD -> new Forward(random.nextLong() | 1, random.nextLong(), bytes());
            case FORWARD_REFUSED ->
                    new ForwardRefused(
                            random.nextLong() | 1,
                            random.nextLong(),
                            oneOf(SubmitRefused.Reason.values()),
                            leaderId());
            case ECHO -> new Echo(random.nextLong());
            case ECHO_REPLY -> new EchoReply(random.nextLong());
            case LOCATE -> new Locate(new LogId(random.nextLong() | 1), first(), sessionId(), number());
            case LOCATED -> new Located(first(), sessionId(), number(), random.nextInt(5) - 1);
            case REJOIN -> new Rejoin(storageId());
            case REJOIN_REPLY ->
                    new RejoinReply(
                            random.nextBoolean(), logId(), random.nextBoolean() ? ballot() : Ballot.NONE, storageIds());
            case REJOIN_RANGE -> rejoinRange();
            case LOCATE_KEY ->
                    new LocateKey(new LogId(random.nextLong() | 1), first(), sessionId(), number(), digest());
            case KEY_LOCATED ->
                    new KeyLocated(first(), sessionId(), number(), random.nextInt(3), random.nextInt(5), digest());
        };
    }

    private Digest digest() {
        return new Digest(random.nextLong(), random.nextLong());
    }

    private Promise promise() {
        long from = first();
        List<AcceptedEntry> entries = new ArrayList<>();
        long instance = from;
        for (int i = random.nextInt(4); i > 0 && instance < ProtocolLimits.INSTANCE_MAX - 9; i--) {
            entries.add(new AcceptedEntry(instance, ballot(), bytes()));
            instance += 1 + random.nextInt(9);
        }
        long through = random.nextBoolean() ? instance : Promise.NOTHING_ABOVE;
        return new Promise(ballot(), from, through, entries, instance(), instance(), logId(), storageIds());
    }

    private List<StorageId> storageIds() {
        List<StorageId> storageIds = new ArrayList<>();
        for (int i = random.nextInt(LAYOUT.acceptors() + 1); i > 0; i--) {
            storageIds.add(random.nextBoolean() ? storageId() : StorageId.UNKNOWN);
        }
        return storageIds;
    }

    private RejoinRange rejoinRange() {
        long first = first();
        return new RejoinRange(ballot(), first, random.nextBoolean() ? first - 1 : ProtocolLimits.INSTANCE_MAX);
    }

    private Accepted accepted() {
        Bytes value = bytes();
        return new Accepted(ballot(), first(), value.checksum(), random.nextBoolean() ? value : null);
    }

    private AcceptorState acceptorState() {
        return new AcceptorState(
                storageId(),
                logId(),
                oneOf(AcceptorState.Status.values()),
                random.nextBoolean() ? ballot() : Ballot.NONE,
                random.nextBoolean() ? ballot() : Ballot.NONE,
                random.nextBoolean() ? random.nextLong(1_000_000) : Long.MAX_VALUE,
                instance(),
                instance(),
                random.nextLong(1_000_000),
                random.nextBoolean());
    }

    private Repeat repeat() {
        long first = first();
        return new Repeat(first, random.nextBoolean() ? first : Long.MAX_VALUE, random.nextBoolean());
    }

    private Repropose repropose() {
        long first = first();
        return new Repropose(first, random.nextBoolean() ? first : Long.MAX_VALUE);
    }

    private Report report() {
        List<PrefixHash> hashes = new ArrayList<>();
        long instance = 0;
        for (int i = random.nextInt(ProtocolLimits.HASHES_MAX + 1); i > 0; i--) {
            instance += (long) ProtocolLimits.HASH_INTERVAL_INSTANCES * (1 + random.nextInt(3));
            hashes.add(new PrefixHash(instance, random.nextLong()));
        }
        return new Report(storageId(), logId(), instance(), hashes);
    }

    private TrimState trimState() {
        List<Long> held = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            held.add(instance());
        }
        return new TrimState(instance(), instance(), ids(), held);
    }

    private List<Integer> ids() {
        List<Integer> ids = new ArrayList<>();
        for (int id = random.nextInt(4); id < 70 && random.nextBoolean(); id += 1 + random.nextInt(30)) {
            ids.add(id);
        }
        return ids;
    }

    private Ballot ballot() {
        long round =
                switch (random.nextInt(4)) {
                    case 0 -> 1;
                    case 1 -> ProtocolLimits.ROUND_MAX;
                    default -> random.nextLong(1, 1_000_000);
                };
        return new Ballot(round, random.nextInt(LAYOUT.proposers()), random.nextLong());
    }

    private long instance() {
        return random.nextInt(8) == 0 ? 0 : first();
    }

    private long first() {
        return switch (random.nextInt(8)) {
            case 0 -> 1;
            case 1 -> ProtocolLimits.INSTANCE_MAX;
            default -> random.nextLong(1, 1L << (1 + random.nextInt(60)));
        };
    }

    private LogId logId() {
        return random.nextInt(4) == 0 ? LogId.UNKNOWN : new LogId(random.nextLong() | 1);
    }

    private SessionId sessionId() {
        return new SessionId(first(), random.nextBoolean() ? 0 : random.nextInt(Integer.MAX_VALUE));
    }

    private long number() {
        return random.nextBoolean() ? 1 : random.nextLong(1, Long.MAX_VALUE);
    }

    private StorageId storageId() {
        return new StorageId(random.nextLong(1, Long.MAX_VALUE), random.nextLong());
    }

    private int leaderId() {
        return random.nextInt(LAYOUT.proposers() + 1) - 1;
    }

    private Bytes bytes() {
        byte[] array = new byte[random.nextInt(bytesMax + 1)];
        random.nextBytes(array);
        return Bytes.wrap(array);
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
