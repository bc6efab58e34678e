package io.synod.learner;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Drives one learner by hand: what acceptors say to it, when a round ends, and what came of it. */
final class LearnerHarness {

    static final LogId LOG = new LogId(77);
    static final StorageId STORE = new StorageId(1, 5);
    static final long MILLIS = 1_000_000;

    final LearnerSettings settings;
    final Learner learner;
    final List<Output> outputs = new ArrayList<>();
    final List<Effects.Outgoing> sent = new ArrayList<>();
    long now = 1_000 * MILLIS;

    LearnerHarness(LearnerSettings settings) {
        this(settings, new Decisions());
    }

    LearnerHarness(LearnerSettings settings, Decisions decisions) {
        this(settings, LearnerRecovery.empty(STORE), decisions);
    }

    LearnerHarness(LearnerSettings settings, LearnerRecovery recovered, Decisions decisions) {
        this.settings = settings;
        this.learner = new Learner(settings, recovered, new SplittableRandom(1), decisions);
    }

    static LearnerSettings settings(int acceptors, int learners) {
        return LearnerSettings.of(
                0, new ClusterLayout(acceptors, 1, learners, false), Quorums.majority(acceptors));
    }

    static LearnerSettings clientSettings(int acceptors) {
        return LearnerSettings.ofClient(
                new ClusterLayout(acceptors, 1, 1, false), Quorums.majority(acceptors));
    }

    /** A configured learner of three acceptors that all have said ok. */
    static LearnerHarness registered() {
        return new LearnerHarness(settings(3, 1)).start().register(0);
    }

    static Ballot ballot(long round) {
        return new Ballot(round, 0, 9);
    }

    LearnerHarness start() {
        return run((time, effects) -> learner.onStart(time, effects));
    }

    /** Every acceptor says ok. */
    LearnerHarness register(long watermark) {
        for (int acceptor = 0; acceptor < settings.layout().acceptors(); acceptor++) {
            say(acceptor, new LearnerOk(LOG, 0, watermark, false));
        }
        return round();
    }

    LearnerHarness say(int acceptor, Message message) {
        return from(settings.layout().acceptor(acceptor), 100 + acceptor, message);
    }

    LearnerHarness from(NodeId node, long incarnation, Message message) {
        return run((time, effects) -> learner.onMessage(new Sender(node, incarnation), message, time, effects));
    }

    LearnerHarness vote(int acceptor, long instance, long round, Bytes value) {
        return say(acceptor, new Accepted(ballot(round), instance, value.checksum(), null));
    }

    LearnerHarness value(int acceptor, long instance, long round, Bytes value) {
        return say(acceptor, new Accepted(ballot(round), instance, value.checksum(), value));
    }

    /** Two of the acceptors accept a value, the first with its bytes. */
    LearnerHarness decide(long instance, Bytes value) {
        return value(0, instance, 1, value).vote(1, instance, 1, value);
    }

    LearnerHarness beacon(int acceptor, long watermark, long trimPoint) {
        return say(acceptor, beaconOf(LOG, watermark, trimPoint));
    }

    static AcceptorState beaconOf(LogId log, long watermark, long trimPoint) {
        return new AcceptorState(
                STORE,
                log,
                AcceptorState.Status.VOTING,
                Ballot.NONE,
                Ballot.NONE,
                Long.MAX_VALUE,
                trimPoint,
                watermark,
                0,
                false);
    }

    LearnerHarness round() {
        return run((time, effects) -> learner.onRound(time, effects));
    }

    /** Lets time pass in steps of a tenth of a millisecond, with a round whenever the learner has asked for one. */
    LearnerHarness pass(long nanos) {
        long end = now + nanos;
        while (now < end) {
            now = Math.min(end, now + MILLIS / 10);
            if (learner.nextDeadlineNanos() <= now) {
                round();
            }
        }
        return this;
    }

    /** The service says something to the learner on the loop. */
    LearnerHarness service(Consumer<Effects> call) {
        return run((_, effects) -> call.accept(effects)).round();
    }

    private interface Step {
        void run(long nowNanos, Effects effects);
    }

    private LearnerHarness run(Step step) {
        Effects effects = new Effects();
        step.run(now, effects);
        outputs.addAll(effects.outputs());
        sent.addAll(effects.now());
        sent.addAll(effects.afterCommit());
        return this;
    }

    <T> List<T> outputs(Class<T> type) {
        return outputs.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<Long> deliveredInstances() {
        return outputs(Delivered.class).stream().map(Delivered::instance).toList();
    }

    <T extends Message> List<T> sent(Class<T> type) {
        return sent.stream().map(Effects.Outgoing::message).filter(type::isInstance).map(type::cast).toList();
    }

    <T extends Message> List<T> sentTo(NodeId node, Class<T> type) {
        return sent.stream()
                .filter(outgoing -> outgoing.to().equals(node))
                .map(Effects.Outgoing::message)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    <T extends Message> List<T> sentToAcceptor(int acceptor, Class<T> type) {
        return sentTo(settings.layout().acceptor(acceptor), type);
    }

    void forget() {
        outputs.clear();
        sent.clear();
    }
}
