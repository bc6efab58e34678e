package io.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorSettings;
import io.synod.client.Client;
import io.synod.client.ClientSettings;
import io.synod.learner.Learner;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSettings;
import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerSettings;
import io.synod.protocol.Ballot;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.codec.SenderHeader;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.RejoinRange;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Routing;
import io.synod.role.Sender;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No datagram makes a role throw, whatever the messages in it contradict; and what a role says, every decoder takes. */
class RoleFuzzTests {

    static final long INCARNATION = 5;
    static final long CLIENT_INCARNATION = 900;

    private static final int SEEDS = 400;
    private static final int STEPS = 400;
    private static final int FRAME_BYTES_MAX = 64;
    private static final long MILLIS = 1_000_000L;
    private static final ClusterLayout LAYOUT = new ClusterLayout(3, 3, 2, false);
    private static final Quorums QUORUMS = Quorums.majority(3);
    private static final List<StorageId> STORAGE_IDS =
            List.of(new StorageId(1, 5), new StorageId(1, 1), new StorageId(1, 2));
    private static final LogId LOG = LogId.of(STORAGE_IDS);

    @ParameterizedTest
    @EnumSource(RoleType.class)
    void noMessageMakesARoleThrow(RoleType type) {
        long taken = 0;
        long effects = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Fuzz fuzz = new Fuzz(type, seed);
            fuzz.run();
            taken += fuzz.taken;
            effects += fuzz.effectsSeen;
        }
        assertThat(taken).as("messages that the role took").isGreaterThan(SEEDS * STEPS / 2);
        assertThat(effects).as("effects that it recorded").isGreaterThan(SEEDS * 10L);
    }

    /** One role under one stream of messages. */
    private static final class Fuzz {

        private final long seed;
        private final Random random;
        private final RandomMessages messages;
        private final Role role;
        private final Effects effects = new Effects();
        private long nowNanos = MILLIS;
        private @Nullable Message last;
        private int elections;
        private long taken;
        private long effectsSeen;

        Fuzz(RoleType type, long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.messages = new RandomMessages(random, LOG);
            this.role = switch (type) {
                case ACCEPTOR -> new Acceptor(
                        AcceptorSettings.of(0, LAYOUT, QUORUMS),
                        AcceptorRecovery.empty(STORAGE_IDS.getFirst()),
                        random);
                case PROPOSER -> new Proposer(ProposerSettings.of(0, LAYOUT, QUORUMS), INCARNATION, random);
                case LEARNER ->
                        new Learner(
                                LearnerSettings.of(0, LAYOUT, QUORUMS),
                                LearnerRecovery.empty(new StorageId(1, 9)),
                                random);
                case CLIENT -> new Client(ClientSettings.of(LAYOUT, QUORUMS), CLIENT_INCARNATION, random);
            };
        }

        void run() {
            try {
                role.onStart(nowNanos, effects);
                judgeEffects();
                if (random.nextInt(4) > 0) {
                    bringToWork();
                }
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
            } catch (RuntimeException | AssertionError thrown) {
                throw new AssertionError(role.type() + " of seed " + seed + " fails on " + last, thrown);
            }
        }

        /** Lets the role come to where messages matter: the log formed, the lead taken, acceptors known. */
        private void bringToWork() {
            switch (role.type()) {
                case ACCEPTOR -> {
                    for (int id = 1; id < LAYOUT.acceptors(); id++) {
                        give(acceptor(id), new FormReply(STORAGE_IDS.getFirst(), STORAGE_IDS.get(id), LOG));
                    }
                }
                case PROPOSER -> {
                    for (int wait = 0; wait < 40; wait++) {
                        beacons();
                        pass(50 * MILLIS);
                    }
                }
                case LEARNER, CLIENT -> {
                    beacons();
                    for (int id = 0; id < LAYOUT.acceptors(); id++) {
                        give(acceptor(id), new LearnerOk(LOG, 0, 0, true));
                    }
                }
            }
            pass(MILLIS);
        }

        private void beacons() {
            for (int id = 0; id < LAYOUT.acceptors(); id++) {
                give(
                        acceptor(id),
                        new AcceptorState(
                                STORAGE_IDS.get(id),
                                LOG,
                                AcceptorState.Status.VOTING,
                                Ballot.NONE,
                                Ballot.NONE,
                                Long.MAX_VALUE,
                                0,
                                0,
                                0,
                                false));
            }
        }

        private void step() {
            nowNanos += random.nextInt(5) == 0 ? random.nextLong(400 * MILLIS) : random.nextLong(MILLIS);
            if (role instanceof Acceptor acceptor && random.nextInt(20) == 0) {
                acceptor.rejoin(nowNanos, effects);
                judgeEffects();
            }
            if (role instanceof Client client && random.nextInt(10) == 0) {
                client.submit(0, List.of(messages.batch()), nowNanos);
            }
            boolean given = false;
            while (!given) {
                given = give(messages.draw());
            }
            if (random.nextInt(3) == 0) {
                pass(0);
            }
        }

        /** Gives the role a message from somebody who may say it; returns false if it is not for this role. */
        private boolean give(Message message) {
            Routing routing = Routing.of(message);
            Set<RoleType> receivers = routing.receivers();
            boolean meant = receivers.contains(role.type())
                    || role.type() == RoleType.CLIENT && receivers.contains(RoleType.LEARNER);
            // An acceptor that hears much of other lives soon stays out for good, and then takes nothing in.
            boolean forming = message instanceof Form || message instanceof FormReply;
            if (!meant || forming && random.nextInt(200) > 0) {
                return false;
            }
            List<NodeType> speakers = EnumSet.complementOf(EnumSet.of(NodeType.REPLICA)).stream()
                    .filter(routing::maySay)
                    .toList();
            Sender sender = sender(speakers.get(random.nextInt(speakers.size())));
            give(sender, atItsOwnBallot(sender, message));
            return true;
        }

        /** Some node of that type, but not the one that hosts the role. */
        private Sender sender(NodeType type) {
            if (type == NodeType.CLIENT) {
                return new Sender(NodeId.client(CLIENT_INCARNATION + random.nextInt(2)), CLIENT_INCARNATION);
            }
            int first = type.hosts(role.type()) ? 1 : 0;
            int id = first + random.nextInt(LAYOUT.count(type) - first);
            return new Sender(NodeId.of(type, id), INCARNATION);
        }

        private static Sender acceptor(int id) {
            return new Sender(NodeId.of(NodeType.ACCEPTOR, id), INCARNATION);
        }

        /** A node lets nobody propose, or speak as the leader, at another's ballot. */
        private static Message atItsOwnBallot(Sender sender, Message message) {
            return switch (message) {
                case Prepare prepare -> new Prepare(own(sender, prepare.ballot()), prepare.from(), prepare.logId());
                case Accept accept -> new Accept(own(sender, accept.ballot()), accept.instance(), accept.value());
                case RejoinRange range -> new RejoinRange(own(sender, range.ballot()), range.first(), range.last());
                case Heartbeat heartbeat -> new Heartbeat(own(sender, heartbeat.ballot()), heartbeat.watermark());
                default -> message;
            };
        }

        private static Ballot own(Sender sender, Ballot ballot) {
            return new Ballot(ballot.round(), sender.id(), sender.incarnation());
        }

        private void give(Sender sender, Message message) {
            last = message;
            Message decoded = throughTheCodec(message);
            role.onMessage(sender, decoded, nowNanos, effects);
            taken++;
            judgeEffects();
        }

        private void pass(long nanos) {
            nowNanos += nanos;
            role.onRound(nowNanos, effects);
            judgeEffects();
            role.nextDeadlineNanos();
        }

        private void judgeEffects() {
            effectsSeen += effects.writes().size() + effects.outputs().size();
            List<Effects.Outgoing> sent = List.copyOf(effects.now());
            List<Effects.Outgoing> waiting = List.copyOf(effects.afterCommit());
            effects.clear();
            sent.forEach(this::judge);
            waiting.forEach(this::judge);
        }

        private void judge(Effects.Outgoing outgoing) {
            effectsSeen++;
            throughTheCodec(outgoing.message());
            if (role.type() == RoleType.PROPOSER && outgoing.message() instanceof Prepare prepare) {
                messages.favour(prepare.ballot());
                answer(prepare);
            }
        }

        /** The proposer leads the first time that it asks for it, and after that now and then. */
        private void answer(Prepare prepare) {
            if (elections > 0 && random.nextBoolean()) {
                return;
            }
            elections++;
            for (int id = 1; id < LAYOUT.acceptors(); id++) {
                Promise page = new Promise(
                        prepare.ballot(), prepare.from(), Promise.NOTHING_ABOVE, List.of(), 0, 0, LOG, STORAGE_IDS);
                role.onMessage(acceptor(id), page, nowNanos, effects);
            }
        }

        private Message throughTheCodec(Message message) {
            int size = MessageSize.of(message);
            ByteBuffer buffer = ByteBuffer.allocate(size + FRAME_BYTES_MAX);
            DatagramWriter writer = new DatagramWriter(new SenderHeader(1, NodeType.CLIENT, 0, 1), buffer);
            DatagramReader reader = new DatagramReader(1, LAYOUT);
            assertThat(writer.append(message, size)).isTrue();
            assertThat(reader.readHeader(writer.finish(1))).isNull();
            assertThat(reader.readMessages()).as("what the decoder says of %s", message).isNull();
            return reader.messages().getFirst();
        }
    }
}
