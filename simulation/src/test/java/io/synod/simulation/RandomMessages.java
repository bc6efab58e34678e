package io.synod.simulation;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptRefused;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Draws messages of every type that a role may be given. Fields are drawn from few values, so that messages meet each other
 * in the same instances, ballots and sessions; now and then from the ends of their ranges.
 */
final class RandomMessages {

    private static final int INSTANCES = 12;

    private final RandomGenerator random;
    private final LogId log;
    private final List<Supplier<Message>> kinds;
    private Ballot favourite = Ballot.NONE;

    /** Draws messages that nearly always name the given log, where they name one. */
    RandomMessages(RandomGenerator random, LogId log) {
        this.random = random;
        this.log = log;
        this.kinds = List.of(
                () -> new Prepare(ballot(), first(), log()),
                this::promise,
                () -> new Accept(ballot(), first(), batch()),
                this::accepted,
                () -> new Preempted(ballot(), ballot(), position()),
                () -> new AcceptRefused(ballot(), first(), oneOf(AcceptRefused.Reason.values())),
                () -> new Trimmed(position()),
                () -> new Heartbeat(ballot(), position()),
                this::acceptorState,
                () -> new LearnerHi(log(), position(), random.nextBoolean()),
                () -> new LearnerOk(log(), position(), position(), random.nextBoolean()),
                LearnerDel::new,
                this::repeat,
                this::repropose,
                this::report,
                this::trimState,
                () -> new TrimRequest(
                        random.nextInt(5) == 0 ? Long.MAX_VALUE : position(),
                        random.nextBoolean() ? List.of() : List.of(random.nextInt(3), 3 + random.nextInt(40)),
                        random.nextLong(Long.MAX_VALUE)),
                () -> new Form(storageId()),
                () -> new FormReply(storageId(), storageId(), log()),
                () -> new Rejoin(storageId()),
                () -> new RejoinReply(
                        random.nextInt(4) > 0, log(), random.nextBoolean() ? ballot() : Ballot.NONE, storageIds()),
                this::rejoinRange,
                () -> new Submit(attempt(), batch()),
                () -> new SubmitRefused(attempt(), oneOf(SubmitRefused.Reason.values()), leader()),
                () -> new LeaderHint(leader()),
                () -> new Forward(client(), attempt(), batch()),
                () -> new ForwardRefused(client(), attempt(), oneOf(SubmitRefused.Reason.values()), leader()),
                () -> new Locate(log, first(), session(), some(5)),
                () -> new Located(first(), session(), some(5), random.nextInt(5) - 1),
                () -> new LocateKey(log, first(), session(), some(5), Digest.of(key())),
                () -> new KeyLocated(first(), session(), some(5), position(), random.nextInt(5), Digest.of(key())));
    }

    /** From now on every other ballot is this one. */
    void favour(Ballot ballot) {
        favourite = ballot;
    }

    Message draw() {
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    /** A batch of log entries, or now and then bytes that are none. */
    Bytes batch() {
        EntryWriter writer = new EntryWriter(64);
        switch (random.nextInt(7)) {
            case 0 -> {
                return Bytes.EMPTY;
            }
            case 1 -> {
                byte[] garbage = new byte[random.nextInt(40)];
                random.nextBytes(garbage);
                return Bytes.wrap(garbage);
            }
            case 2 -> writer.genesis(new LogEntry.Genesis(SessionLimits.DEFAULT));
            case 3 -> writer.open(new LogEntry.OpenSession(random.nextInt(3), random.nextInt(3), some(5)));
            case 4 -> writer.renew(session());
            case 5 -> writer.keyedValue(session(), some(5), key(), Bytes.ofUtf8("v" + random.nextInt(3)));
            default -> {
                writer.beginValues(session(), some(5));
                for (int left = some(3); left > 0; left--) {
                    writer.value(Bytes.ofUtf8("v" + random.nextInt(3)));
                }
                writer.endValues();
            }
        }
        return writer.take();
    }

    private Bytes key() {
        return Bytes.ofUtf8("k" + random.nextInt(3));
    }

    private Promise promise() {
        long from = first();
        long next = from;
        List<AcceptedEntry> entries = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0 && next < ProtocolLimits.INSTANCE_MAX - 3; left--) {
            entries.add(new AcceptedEntry(next, ballot(), batch()));
            next += some(3);
        }
        return new Promise(
                ballot(),
                from,
                random.nextBoolean() ? Promise.NOTHING_ABOVE : next,
                entries,
                position(),
                position(),
                log(),
                random.nextBoolean() ? List.of() : storageIds());
    }

    private List<StorageId> storageIds() {
        return List.of(storageId(), storageId(), storageId());
    }

    private RejoinRange rejoinRange() {
        long first = first();
        return new RejoinRange(ballot(), first, Math.min(first - 1 + random.nextInt(3), ProtocolLimits.INSTANCE_MAX));
    }

    private Accepted accepted() {
        Bytes value = batch();
        long checksum = random.nextInt(4) == 0 ? random.nextInt(3) : value.checksum();
        return new Accepted(ballot(), first(), checksum, random.nextBoolean() ? value : null);
    }

    private AcceptorState acceptorState() {
        return new AcceptorState(
                storageId(),
                log(),
                oneOf(AcceptorState.Status.values()),
                random.nextBoolean() ? ballot() : Ballot.NONE,
                random.nextBoolean() ? ballot() : Ballot.NONE,
                random.nextBoolean() ? random.nextInt(1_000_000) : Long.MAX_VALUE,
                position(),
                position(),
                random.nextInt(1_000),
                random.nextInt(8) == 0);
    }

    private Repeat repeat() {
        long first = first();
        return new Repeat(first, last(first), random.nextBoolean());
    }

    private Repropose repropose() {
        long first = first();
        return new Repropose(first, last(first));
    }

    private Report report() {
        List<PrefixHash> hashes = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            long instance = (long) ProtocolLimits.HASH_INTERVAL_INSTANCES * (hashes.size() + 1);
            hashes.add(new PrefixHash(instance, random.nextInt(2)));
        }
        return new Report(storageId(), log(), position(), hashes);
    }

    private TrimState trimState() {
        List<Long> held = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            held.add(position());
        }
        return new TrimState(position(), position(), random.nextBoolean() ? List.of() : List.of(random.nextInt(40)),
                held);
    }

    private Ballot ballot() {
        if (!favourite.equals(Ballot.NONE) && random.nextBoolean()) {
            return favourite;
        }
        return new Ballot(some(3), random.nextInt(3), random.nextInt(3) == 0 ? 77 : RoleFuzzTests.INCARNATION);
    }

    private long first() {
        return random.nextInt(100) == 0 ? ProtocolLimits.INSTANCE_MAX - random.nextInt(3) : some(INSTANCES);
    }

    private long last(long first) {
        return random.nextInt(5) == 0 ? Long.MAX_VALUE : first + random.nextInt(INSTANCES);
    }

    private long position() {
        return random.nextInt(100) == 0 ? ProtocolLimits.INSTANCE_MAX : random.nextInt(INSTANCES);
    }

    private LogId log() {
        return switch (random.nextInt(1_000)) {
            case 0 -> LogId.UNKNOWN;
            case 1 -> new LogId(log.value() + 1);
            default -> log;
        };
    }

    private StorageId storageId() {
        return new StorageId(some(2), random.nextInt(3));
    }

    private SessionId session() {
        return new SessionId(some(INSTANCES), random.nextInt(2));
    }

    private long attempt() {
        return random.nextInt(5);
    }

    private long client() {
        return RoleFuzzTests.CLIENT_INCARNATION + random.nextInt(2);
    }

    private int leader() {
        return random.nextInt(4) - 1;
    }

    private int some(int max) {
        return 1 + random.nextInt(max);
    }

    private <T> T oneOf(T[] all) {
        return all[random.nextInt(all.length)];
    }
}
