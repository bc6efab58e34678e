package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Report;
import io.synod.role.Effects;
import io.synod.role.Effects.Outgoing;
import io.synod.role.Sender;
import io.synod.role.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/** One acceptor on its own, whose log is formed, and what it did since it was asked last. */
final class AcceptorBench {

    static final ClusterLayout LAYOUT = new ClusterLayout(3, 2, 3, false);
    static final AcceptorSettings SETTINGS = AcceptorSettings.of(0, LAYOUT, Quorums.majority(3));
    static final StorageId STORAGE = new StorageId(1, 100);
    static final List<StorageId> NOTED = List.of(STORAGE, new StorageId(1, 101), new StorageId(1, 102));
    static final LogId LOG = LogId.of(NOTED);
    static final long LEARNER_INCARNATION = 77;

    final Effects effects = new Effects();
    final AcceptorReplay disk = new AcceptorReplay(STORAGE);
    Acceptor acceptor;
    long nowNanos = 1_000_000_000L;

    private final AcceptorSettings settings;
    private final BiFunction<AcceptorSettings, AcceptorRecovery, Acceptor> maker;

    AcceptorBench() {
        this(SETTINGS);
    }

    AcceptorBench(AcceptorSettings settings) {
        this(settings, (s, recovery) -> new Acceptor(s, recovery, new SplittableRandom(1)));
    }

    AcceptorBench(AcceptorSettings settings, BiFunction<AcceptorSettings, AcceptorRecovery, Acceptor> maker) {
        this.settings = settings;
        this.maker = maker;
        for (int id = 0; id < NOTED.size(); id++) {
            disk.apply(new AcceptorWrite.StorageNoted(id, NOTED.get(id)));
        }
        disk.apply(new AcceptorWrite.LogFormed(LOG));
        acceptor = maker.apply(settings, disk.recovery());
        acceptor.onStart(nowNanos, effects);
        effects.clear();
    }

    /** Starts the acceptor again from what it wrote. */
    void restart() {
        flush();
        acceptor = maker.apply(settings, disk.recovery());
        acceptor.onStart(nowNanos, effects);
        effects.clear();
    }

    /** Makes durable what was written, and forgets what was said. */
    void flush() {
        for (Write write : effects.writes()) {
            disk.apply((AcceptorWrite) write);
        }
        effects.clear();
    }

    /** Gives the acceptor a message, and returns what it says at once and after the commit, in this order. */
    List<Outgoing> give(Sender from, Message message) {
        flush();
        acceptor.onMessage(from, message, nowNanos, effects);
        return said();
    }

    List<Outgoing> prepare(Ballot ballot, long from) {
        return give(proposerOf(ballot), new Prepare(ballot, from, LogId.UNKNOWN));
    }

    List<Outgoing> accept(Ballot ballot, long instance, Bytes value) {
        return give(proposerOf(ballot), new Accept(ballot, instance, value));
    }

    List<Outgoing> report(int learner, long storage, long held) {
        return report(learner(learner), new StorageId(1, storage), held);
    }

    List<Outgoing> report(Sender learner, StorageId storageId, long held) {
        return give(learner, new Report(storageId, LOG, held, List.of()));
    }

    /** Lets time pass, and returns what the acceptor says when its timers fire. */
    List<Outgoing> pass(long nanos) {
        flush();
        nowNanos += nanos;
        acceptor.onRound(nowNanos, effects);
        return said();
    }

    List<Outgoing> said() {
        List<Outgoing> all = new ArrayList<>(effects.now());
        all.addAll(effects.afterCommit());
        return all;
    }

    AcceptorView view() {
        return acceptor.view(nowNanos);
    }

    static Sender proposerOf(Ballot ballot) {
        return new Sender(LAYOUT.proposer(ballot.proposerId()), ballot.incarnation());
    }

    static Sender learner(int id) {
        return new Sender(LAYOUT.learner(id), LEARNER_INCARNATION);
    }

    static Sender client(long incarnation) {
        return new Sender(NodeId.client(incarnation), incarnation);
    }

    static Bytes value(int number) {
        return Bytes.wrap(new byte[] {(byte) number});
    }
}
