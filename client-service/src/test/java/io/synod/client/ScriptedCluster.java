package io.synod.client;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionId;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.LearnerDel;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.LocateKey;
import io.synod.protocol.message.Located;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Submit;
import io.synod.protocol.message.SubmitRefused;
import io.synod.role.Effects;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A client and, around it, a cluster of three acceptors and three proposers that does what the test says: the test sees
 * each submit, and decides, refuses or loses it.
 */
final class ScriptedCluster {

    static final long MILLIS = 1_000_000L;
    static final ClusterLayout LAYOUT = new ClusterLayout(3, 3, 1, false);
    static final ClientSettings SETTINGS = ClientSettings.of(LAYOUT, Quorums.majority(3));

    private static final LogId LOG = new LogId(42);
    private static final Ballot BALLOT = new Ballot(1, 0, 7);

    /** A submit as it left the client. */
    record Sent(NodeId to, Submit submit) {

        List<LogEntry> entries() {
            List<LogEntry> entries = new ArrayList<>();
            EntryReader reader = new EntryReader(submit.entries());
            for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
                entries.add(entry);
            }
            return entries;
        }

        LogEntry.Values values() {
            return (LogEntry.Values) entries().getFirst();
        }
    }

    /** A question for what stands under a key as it left the client. */
    record KeyAsked(NodeId to, LocateKey locate) {}

    /** A question for an index as it left the client. */
    record Asked(NodeId to, Locate locate) {}

    final Client client;
    final List<ClientOutput> outputs = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final List<KeyAsked> keysAsked = new ArrayList<>();
    private final Effects effects = new Effects();
    private int his;
    private int dels;
    private long nowNanos = 5_000 * MILLIS;
    private long instance;

    ScriptedCluster(ClientSettings settings) {
        client = new Client(settings, 99, new SplittableRandom(1));
        client.onStart(nowNanos, effects);
        round();
        round();
    }

    /** A cluster whose client has its sessions open. */
    static ScriptedCluster open(ClientSettings settings) {
        ScriptedCluster cluster = new ScriptedCluster(settings);
        cluster.decideAll();
        cluster.outputs.clear();
        return cluster;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** The last instance that was decided. */
    long instance() {
        return instance;
    }

    Admission submit(String... values) {
        return submit(0, values);
    }

    Admission submit(int lane, String... values) {
        Admission admission = client.submit(lane, Arrays.stream(values).map(Bytes::ofUtf8).toList(), nowNanos);
        round();
        return admission;
    }

    Admission submit(int lane, List<Bytes> values) {
        Admission admission = client.submit(lane, values, nowNanos);
        round();
        return admission;
    }

    Admission submitKeyed(String key, String value) {
        Bytes bytes = Bytes.ofUtf8(value);
        Admission admission = client.submit(0, ValueKey.of(Bytes.ofUtf8(key), bytes), bytes, nowNanos);
        round();
        return admission;
    }

    /** Ends a round: the client's timers fire and what it sends is taken up. */
    void round() {
        client.onRound(nowNanos, effects);
        carryOut();
    }

    /** Lets time pass, with a round wherever the client asked for one. */
    void pass(long millis) {
        long end = nowNanos + millis * MILLIS;
        while (client.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos + 1, client.nextDeadlineNanos());
            round();
        }
        nowNanos = end;
        round();
    }

    void stop() {
        client.onStop(nowNanos, effects);
        carryOut();
    }

    private void carryOut() {
        List<Effects.Outgoing> outgoing = new ArrayList<>(effects.now());
        outgoing.addAll(effects.afterCommit());
        effects.outputs().forEach(output -> {
            if (output instanceof ClientOutput mine) {
                outputs.add(mine);
            }
        });
        effects.clear();
        for (Effects.Outgoing out : outgoing) {
            switch (out.message()) {
                case Submit submit -> sent.add(new Sent(out.to(), submit));
                case Locate locate -> asked.add(new Asked(out.to(), locate));
                case LocateKey locate -> keysAsked.add(new KeyAsked(out.to(), locate));
                case LearnerHi hi -> {
                    his++;
                    say(out.to(), new LearnerOk(LOG, 0, instance, hi.values()));
                }
                case LearnerDel _ -> dels++;
                default -> {}
            }
        }
        if (!effects.isEmpty()) {
            carryOut();
        }
    }

    private void say(NodeId from, Message message) {
        client.onMessage(new Sender(from, 1), message, nowNanos, effects);
    }

    /** Takes the questions for indexes that the client sent since this was last called. */
    List<Asked> takeAsked() {
        List<Asked> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }

    /** A learner answers a question. */
    void locate(Asked question, int index) {
        Locate locate = question.locate();
        say(question.to(), new Located(locate.instance(), locate.session(), locate.number(), index));
        round();
    }

    /** Takes the questions for keys that the client sent since this was last called. */
    List<KeyAsked> takeKeysAsked() {
        List<KeyAsked> taken = List.copyOf(keysAsked);
        keysAsked.clear();
        return taken;
    }

    /** A learner answers a question for a key: this value stands there. */
    void locate(KeyAsked question, long deliveredAt, int index, String value) {
        LocateKey locate = question.locate();
        Digest digest = deliveredAt == KeyLocated.NOWHERE ? Digest.NONE : Digest.of(Bytes.ofUtf8(value));
        say(question.to(), new KeyLocated(
                locate.instance(), locate.session(), locate.number(), deliveredAt, index, digest));
        round();
    }

    /** Takes what the client sent since this was last called. */
    List<Sent> takeSent() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** How many hi it said since this was last called. */
    int takeHis() {
        int taken = his;
        his = 0;
        return taken;
    }

    /** How many del it said since this was last called. */
    int takeDels() {
        int taken = dels;
        dels = 0;
        return taken;
    }

    int sentSize() {
        return sent.size();
    }

    Sent takeOne() {
        List<Sent> taken = takeSent();
        if (taken.size() != 1) {
            throw new AssertionError("expected one submit, not " + taken);
        }
        return taken.getFirst();
    }

    /** Decides a batch of whole submits in the next instance. */
    void decide(Sent... submits) {
        EntryWriter writer = new EntryWriter(64);
        for (Sent submit : submits) {
            writer.encoded(submit.submit().entries());
        }
        decide(writer.take());
    }

    void decide(Bytes batch) {
        instance++;
        say(LAYOUT.acceptor(0), new Accepted(BALLOT, instance, batch.checksum(), batch));
        say(LAYOUT.acceptor(1), new Accepted(BALLOT, instance, batch.checksum(), null));
        say(LAYOUT.acceptor(2), new Accepted(BALLOT, instance, batch.checksum(), batch));
        round();
    }

    /** Decides whatever was sent and not taken, an instance a submit, until nothing more is sent. */
    void decideAll() {
        for (List<Sent> taken = takeSent(); !taken.isEmpty(); taken = takeSent()) {
            for (Sent submit : taken) {
                decide(submit);
            }
        }
    }

    void refuse(Sent submit, SubmitRefused.Reason reason) {
        refuse(submit, reason, LeaderHint.NOBODY);
    }

    void refuse(Sent submit, SubmitRefused.Reason reason, int leader) {
        say(submit.to(), new SubmitRefused(submit.submit().attempt(), reason, leader));
        round();
    }

    void hint(int from, int leader) {
        say(LAYOUT.proposer(from), new LeaderHint(leader));
        round();
    }

    /** An acceptor's beacon: it heard this proposer lead, just now. */
    void beacon(int leader, long round) {
        say(
                LAYOUT.acceptor(0),
                new AcceptorState(
                        new StorageId(1, 1),
                        LOG,
                        AcceptorState.Status.VOTING,
                        BALLOT,
                        new Ballot(round, leader, 7),
                        1_000,
                        0,
                        instance,
                        instance,
                        false));
        round();
    }

    SessionId session() {
        SessionId session = client.view(nowNanos).lanes().getFirst().session();
        if (session == null) {
            throw new AssertionError("no session is open");
        }
        return session;
    }
}
