package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Submit;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One proposer under test, and words for what acceptors and clients say to it. Time stands still unless moved. */
final class ProposerRig {

    static final LogId LOG = new LogId(77);
    static final long CLIENT = 4711;
    static final SessionId SESSION = new SessionId(2, 0);
    static final long MILLI = 1_000_000;

    final ProposerSettings settings;
    final Proposer proposer;
    final List<Effects.Outgoing> sent = new ArrayList<>();
    final List<Output> outputs = new ArrayList<>();
    final StorageId[] storageIds;
    long now = 1_000 * MILLI;
    private final Effects effects = new Effects();

    ProposerRig(ProposerSettings settings) {
        this(settings, new Proposer(settings, 99, random(1)));
    }

    ProposerRig(ProposerSettings settings, Proposer proposer) {
        this.settings = settings;
        this.proposer = proposer;
        storageIds = new StorageId[settings.layout().acceptors()];
        for (int a = 0; a < storageIds.length; a++) {
            storageIds[a] = new StorageId(1, 100 + a);
        }
        proposer.onStart(now, effects);
        collect();
    }

    /** Three acceptors, two proposers, one learner; this is proposer 0. */
    static ProposerSettings three() {
        return ProposerSettings.of(0, new ClusterLayout(3, 2, 1, false), Quorums.majority(3));
    }

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private void collect() {
        sent.addAll(effects.now());
        sent.addAll(effects.afterCommit());
        outputs.addAll(effects.outputs());
        effects.clear();
    }

    static Sender sender(NodeId node, long incarnation) {
        return new Sender(node, incarnation);
    }

    void say(NodeId from, Message message) {
        long incarnation = from.type() == NodeType.CLIENT ? from.incarnation() : 1;
        proposer.onMessage(sender(from, incarnation), message, now, effects);
        collect();
    }

    void acceptorSays(int acceptor, Message message) {
        say(settings.layout().acceptor(acceptor), message);
    }

    void round() {
        proposer.onRound(now, effects);
        collect();
    }

    /** Moves time and lets the proposer act whenever it wants to. */
    void pass(long nanos) {
        long until = now + nanos;
        round();
        while (proposer.nextDeadlineNanos() <= until) {
            now = Math.max(now, proposer.nextDeadlineNanos());
            round();
        }
        now = until;
        round();
    }

    /** All acceptors beacon that they hear {@code leader}, or nobody. */
    void beacons(Ballot leader, long silentMicros) {
        for (int a = 0; a < storageIds.length; a++) {
            beacon(a, leader, silentMicros, 0);
        }
    }

    void beacon(int acceptor, Ballot leader, long silentMicros, long watermark) {
        acceptorSays(
                acceptor,
                new AcceptorState(
                        storageIds[acceptor],
                        LOG,
                        AcceptorState.Status.VOTING,
                        leader,
                        leader,
                        silentMicros,
                        0,
                        watermark,
                        0,
                        false));
    }

    /** Brings the proposer to the point where it has asked for promises; returns its ballot. */
    Ballot campaign() {
        beacons(new Ballot(10, 1, 7), Long.MAX_VALUE);
        pass(200 * MILLI);
        return ballot();
    }

    Ballot ballot() {
        return proposer.view(now).ballot();
    }

    Proposer.State state() {
        return proposer.view(now).state();
    }

    Promise page(long from, long through, long trimPoint, long watermark, AcceptedEntry... entries) {
        return new Promise(
                ballot(), from, through, List.of(entries), trimPoint, watermark, LOG, Arrays.asList(storageIds));
    }

    /** A last page that reports everything from {@code from} on. */
    Promise lastPage(long from, AcceptedEntry... entries) {
        return page(from, Promise.NOTHING_ABOVE, 0, 0, entries);
    }

    /** A proposer that leads an empty log and has its first instance, the genesis entry, decided. */
    static ProposerRig leader(ProposerSettings settings) {
        ProposerRig rig = new ProposerRig(settings);
        rig.lead();
        return rig;
    }

    void lead() {
        campaign();
        for (int a = 0; a < settings.quorums().phase1(); a++) {
            acceptorSays(a, lastPage(1));
        }
        round();
        everybodyAccepts();
        round();
        sent.clear();
        outputs.clear();
    }

    /** Answers every accept that was sent and forgets what was sent. */
    void everybodyAccepts() {
        for (Effects.Outgoing out : List.copyOf(sent)) {
            if (out.message() instanceof Accept accept) {
                say(out.to(), vote(accept));
            }
        }
        sent.clear();
    }

    static Accepted vote(Accept accept) {
        return new Accepted(accept.ballot(), accept.instance(), accept.value().checksum(), null);
    }

    void vote(int acceptor, Accept accept) {
        acceptorSays(acceptor, vote(accept));
    }

    void submit(long attempt, Bytes entries) {
        say(NodeId.client(CLIENT), new Submit(attempt, entries));
    }

    /** A block of {@code count} values of {@code bytes} bytes each, numbered from {@code first}. */
    static Bytes block(SessionId session, long first, int count, int bytes) {
        EntryWriter writer = new EntryWriter(count * (bytes + 4) + 64);
        writer.beginValues(session, first);
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[bytes];
            Arrays.fill(value, (byte) (first + i));
            writer.value(Bytes.wrap(value));
        }
        return writer.endValues().take();
    }

    static Bytes block(long first, int count) {
        return block(SESSION, first, count, 8);
    }

    /** The accepts sent to an acceptor, in order. */
    List<Accept> accepts(int acceptor) {
        List<Accept> accepts = new ArrayList<>();
        for (Effects.Outgoing out : sent) {
            if (out.to().equals(settings.layout().acceptor(acceptor)) && out.message() instanceof Accept accept) {
                accepts.add(accept);
            }
        }
        return accepts;
    }

    /** The prepares sent to an acceptor, in order. */
    List<Prepare> prepares(int acceptor) {
        List<Prepare> prepares = new ArrayList<>();
        for (Effects.Outgoing out : sent) {
            if (out.to().equals(settings.layout().acceptor(acceptor)) && out.message() instanceof Prepare prepare) {
                prepares.add(prepare);
            }
        }
        return prepares;
    }

    <T extends Message> List<T> messages(Class<T> type) {
        List<T> messages = new ArrayList<>();
        for (Effects.Outgoing out : sent) {
            if (type.isInstance(out.message())) {
                messages.add(type.cast(out.message()));
            }
        }
        return messages;
    }

    static AcceptedEntry entry(long instance, long round, String value) {
        return new AcceptedEntry(instance, new Ballot(round, 1, 5), Bytes.ofUtf8(value));
    }
}
