package io.synod.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Effects.Outgoing;
import io.synod.role.Sender;
import io.synod.role.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rule S10: whoever lost what it knew never votes as if it remembered. */
class FormingTests {

    private static final ClusterLayout LAYOUT = new ClusterLayout(3, 1, 1, false);
    private static final int[][] ORDERS = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    private record InFlight(int from, NodeId to, Message message) {}

    /** Three acceptors with stores, and the forms and replies between them. Everything written is durable at once. */
    private static class Cluster {
        final @Nullable Acceptor[] acceptors = new Acceptor[3];
        final AcceptorReplay[] disks = new AcceptorReplay[3];
        final List<InFlight> network = new ArrayList<>();
        final List<Outgoing> toLearners = new ArrayList<>();
        long lives;
        long nowNanos;

        void startNew(int id) {
            disks[id] = new AcceptorReplay(new StorageId(1, ++lives));
            restart(id);
        }

        void restart(int id) {
            acceptors[id] = make(AcceptorSettings.of(id, LAYOUT, Quorums.majority(3)), disks[id].recovery());
            run(id, (acceptor, effects) -> acceptor.onStart(nowNanos, effects));
        }

        void kill(int id) {
            acceptors[id] = null;
            network.removeIf(message -> message.to().equals(LAYOUT.acceptor(id)));
        }

        Acceptor make(AcceptorSettings settings, AcceptorRecovery recovered) {
            return new Acceptor(settings, recovered, new SplittableRandom(1));
        }

        /** Delivers everything, and what follows from it, for a few beacons. */
        void settle() {
            for (int interval = 0; interval < 10; interval++) {
                tick();
                while (!network.isEmpty()) {
                    deliver(network.removeFirst());
                }
            }
        }

        void tick() {
            nowNanos += 50_000_000;
            for (int id = 0; id < 3; id++) {
                run(id, (acceptor, effects) -> acceptor.onRound(nowNanos, effects));
            }
        }

        void deliver(InFlight message) {
            give(message.to().id(), new Sender(LAYOUT.acceptor(message.from()), 1), message.message());
        }

        void give(int id, Sender from, Message message) {
            run(id, (acceptor, effects) -> acceptor.onMessage(from, message, nowNanos, effects));
        }

        private void run(int id, BiConsumer<Acceptor, Effects> call) {
            Acceptor acceptor = acceptors[id];
            if (acceptor == null) {
                return;
            }
            Effects effects = new Effects();
            call.accept(acceptor, effects);
            for (Write write : effects.writes()) {
                disks[id].apply((AcceptorWrite) write);
            }
            List<Outgoing> said = new ArrayList<>(effects.now());
            said.addAll(effects.afterCommit());
            for (Outgoing outgoing : said) {
                if (outgoing.message() instanceof Form || outgoing.message() instanceof FormReply) {
                    network.add(new InFlight(id, outgoing.to(), outgoing.message()));
                } else if (outgoing.message() instanceof LearnerOk) {
                    toLearners.add(outgoing);
                }
            }
        }

        AcceptorView view(int id) {
            return Objects.requireNonNull(acceptors[id]).view(nowNanos);
        }

        Status status(int id) {
            return view(id).status();
        }

        void startAll() {
            for (int id = 0; id < 3; id++) {
                startNew(id);
            }
            settle();
            assertThat(List.of(status(0), status(1), status(2))).containsOnly(Status.VOTING);
        }
    }

    @Test
    void theLogIsFormedInAnyOrderOfStartsAndNotBeforeTheLast() {
        for (int[] order : ORDERS) {
            Cluster cluster = new Cluster();
            cluster.startNew(order[0]);
            cluster.settle();
            assertThat(cluster.status(order[0])).isEqualTo(Status.FORMING);
            cluster.startNew(order[1]);
            cluster.settle();
            assertThat(cluster.status(order[0])).isEqualTo(Status.FORMING);
            assertThat(cluster.status(order[1])).isEqualTo(Status.FORMING);
            assertThat(cluster.view(order[0]).reason()).contains("acceptor " + order[2]);
            cluster.startNew(order[2]);
            cluster.settle();
            Set<LogId> logs = new HashSet<>();
            for (int id = 0; id < 3; id++) {
                assertThat(cluster.status(id)).isEqualTo(Status.VOTING);
                logs.add(cluster.view(id).logId());
                assertThat(cluster.disks[id].recovery().logId().isKnown()).isTrue();
            }
            assertThat(logs).hasSize(1);
        }
    }

    @Test
    void oneThatRestartsWithItsStoreVotesAtOnce() {
        Cluster cluster = new Cluster();
        cluster.startAll();
        for (int id = 0; id < 3; id++) {
            cluster.kill(id);
        }
        cluster.restart(1);

        assertThat(cluster.status(1)).isEqualTo(Status.VOTING);
    }

    @Test
    void oneThatRestartsWithItsStoreWhileTheLogIsFormedGoesOn() {
        for (int[] order : ORDERS) {
            Cluster cluster = new Cluster();
            cluster.startNew(order[0]);
            cluster.startNew(order[1]);
            cluster.settle();
            cluster.kill(order[0]);
            cluster.restart(order[0]);
            cluster.startNew(order[2]);
            cluster.settle();

            assertThat(List.of(cluster.status(0), cluster.status(1), cluster.status(2))).containsOnly(Status.VOTING);
        }
    }

    @Test
    void aWipedOneStaysOutAndTheOthersGoOn() {
        for (int wiped = 0; wiped < 3; wiped++) {
            Cluster cluster = new Cluster();
            cluster.startAll();
            cluster.kill(wiped);
            cluster.startNew(wiped);
            cluster.settle();

            assertThat(cluster.status(wiped)).isEqualTo(Status.OUT);
            assertThat(cluster.view(wiped).reason()).contains("it has lost what it knew");
            assertThat(cluster.status((wiped + 1) % 3)).isEqualTo(Status.VOTING);
            assertThat(cluster.status((wiped + 2) % 3)).isEqualTo(Status.VOTING);
        }
    }

    @Test
    void twoWipedWaitForTheThirdAndStayOutWhenItComes() {
        for (int[] order : ORDERS) {
            Cluster cluster = new Cluster();
            cluster.startAll();
            for (int id = 0; id < 3; id++) {
                cluster.kill(id);
            }
            cluster.startNew(order[0]);
            cluster.startNew(order[1]);
            cluster.settle();
            assertThat(cluster.status(order[0])).isEqualTo(Status.FORMING);
            assertThat(cluster.status(order[1])).isEqualTo(Status.FORMING);
            assertThat(cluster.view(order[0]).reason()).startsWith("waits for acceptor ").contains("" + order[2]);

            cluster.restart(order[2]);
            cluster.settle();
            assertThat(cluster.status(order[0])).isEqualTo(Status.OUT);
            assertThat(cluster.status(order[1])).isEqualTo(Status.OUT);
            assertThat(cluster.status(order[2])).isEqualTo(Status.VOTING);
        }
    }

    @Test
    void whatAWipedOneNotedKeepsTheOthersOutWhenTheyAreWipedLater() {
        Cluster cluster = new Cluster();
        cluster.startAll();
        cluster.kill(1);
        cluster.kill(0);
        cluster.startNew(0);
        cluster.settle();
        assertThat(cluster.status(0)).isEqualTo(Status.OUT);
        cluster.kill(0);
        cluster.kill(2);
        for (int id = 1; id < 3; id++) {
            cluster.startNew(id);
        }
        cluster.restart(0);
        cluster.settle();

        assertThat(List.of(cluster.status(0), cluster.status(1), cluster.status(2))).doesNotContain(Status.VOTING);
    }

    @Test
    void formingByAMajorityWouldLetTwoWipedOnesForget() {
        Cluster cluster = new Cluster() {
            @Override
            Acceptor make(AcceptorSettings settings, AcceptorRecovery recovered) {
                return new Acceptor(settings, recovered, new SplittableRandom(1)) {
                    @Override
                    boolean completesForming(int othersAgreed, int others) {
                        return othersAgreed + 1 > (others + 1) / 2;
                    }
                };
            }
        };
        cluster.startNew(0);
        cluster.startNew(1);
        cluster.settle();

        assertThat(cluster.status(0)).isEqualTo(Status.VOTING);
    }

    @Test
    void whenAllAreWipedALearnerThatDeliveredKeepsThemOut() {
        Cluster cluster = new Cluster();
        cluster.startAll();
        LogId log = cluster.view(0).logId();
        for (int id = 0; id < 3; id++) {
            cluster.kill(id);
        }
        Sender learner = new Sender(LAYOUT.learner(0), 9);
        cluster.startNew(0);
        cluster.give(0, learner, new LearnerHi(log, 12, true));
        assertThat(cluster.status(0)).isEqualTo(Status.FORMING);
        cluster.startNew(1);
        cluster.startNew(2);
        cluster.settle();

        // The others are told by acceptor 0, before the learner says hi to them.
        for (int id = 0; id < 3; id++) {
            assertThat(cluster.status(id)).isEqualTo(Status.OUT);
            assertThat(cluster.view(id).reason()).contains(log.toString());
        }
    }

    @Test
    void aLearnerThatDeliveredInAnotherLogStopsAnAcceptorThatVotes() {
        Cluster cluster = new Cluster();
        cluster.startAll();
        Sender learner = new Sender(LAYOUT.learner(0), 9);
        cluster.give(0, learner, new LearnerHi(new LogId(5), 0, true));
        assertThat(cluster.status(0)).isEqualTo(Status.VOTING);
        cluster.give(0, new Sender(NodeId.client(8), 8), new LearnerHi(new LogId(5), 3, true));
        assertThat(cluster.status(0)).isEqualTo(Status.VOTING);
        cluster.give(0, learner, new LearnerHi(cluster.view(0).logId(), 3, true));
        assertThat(cluster.status(0)).isEqualTo(Status.VOTING);

        cluster.give(0, learner, new LearnerHi(new LogId(5), 3, true));
        assertThat(cluster.status(0)).isEqualTo(Status.OUT);
        assertThat(cluster.view(0).reason()).contains("learner 0").contains(new LogId(5).toString());
    }

    @Test
    void learnersThatSaidHiTooEarlyAreToldOkWhenTheLogIsFormed() {
        Cluster cluster = new Cluster();
        cluster.startNew(0);
        cluster.give(0, new Sender(LAYOUT.learner(0), 9), new LearnerHi(LogId.UNKNOWN, 0, true));
        assertThat(cluster.toLearners).isEmpty();
        cluster.startNew(1);
        cluster.startNew(2);
        cluster.settle();

        assertThat(cluster.toLearners).containsExactly(new Outgoing(LAYOUT.learner(0),
                new LearnerOk(cluster.view(0).logId(), 0, 0, true)));
    }

    @Test
    void aLoneAcceptorFormsItsLogAtOnce() {
        Acceptor acceptor = new Acceptor(
                AcceptorSettings.of(0, new ClusterLayout(1, 1, 0, false), Quorums.majority(1)),
                AcceptorRecovery.empty(new StorageId(1, 4)), new SplittableRandom(1));
        Effects effects = new Effects();
        acceptor.onStart(0, effects);

        assertThat(acceptor.view(0).status()).isEqualTo(Status.VOTING);
        assertThat(effects.writes()).containsExactly(
                new AcceptorWrite.LogFormed(LogId.of(List.of(new StorageId(1, 4)))));
    }

    @Test
    void theStatusIsHandedToTheServiceWheneverItChanges() {
        Acceptor acceptor = new Acceptor(AcceptorSettings.of(0, LAYOUT, Quorums.majority(3)),
                AcceptorRecovery.empty(new StorageId(1, 4)), new SplittableRandom(1));
        Effects effects = new Effects();
        acceptor.onStart(0, effects);
        assertThat(effects.outputs())
                .containsExactly(new AcceptorStatusChanged(Status.FORMING, "waits for acceptor 1, acceptor 2",
                        Remedy.NONE));
        effects.clear();
        acceptor.onMessage(new Sender(LAYOUT.acceptor(1), 1),
                new FormReply(new StorageId(1, 3), new StorageId(1, 7), LogId.UNKNOWN), 0, effects);

        assertThat(effects.outputs()).containsExactly(new AcceptorStatusChanged(Status.OUT,
                "acceptor 1 knew this acceptor by storage id 1:3, now it is 1:4: it has lost what it knew",
                Remedy.REJOIN));
    }

    /**
     * Starts, kills, wipes and restarts at random, under loss, duplication and reordering. Whoever votes agrees on the log,
     * and no acceptor ever votes in two lives.
     */
    @Test
    void noTwoVoteInDifferentLogsAndNobodyVotesInTwoLives() {
        int formed = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Cluster cluster = new Cluster();
            Set<LogId> logs = new HashSet<>();
            List<Set<StorageId>> voted = List.of(new HashSet<>(), new HashSet<>(), new HashSet<>());
            int wipes = random.nextInt(4);
            for (int step = 0; step < 120; step++) {
                int id = random.nextInt(3);
                int choice = random.nextInt(100);
                if (cluster.acceptors[id] == null && cluster.disks[id] == null) {
                    cluster.startNew(id);
                } else if (cluster.acceptors[id] == null) {
                    // Not all at a time: that nobody could notice.
                    boolean another =
                            cluster.acceptors[(id + 1) % 3] != null || cluster.acceptors[(id + 2) % 3] != null;
                    if (wipes > 0 && another && random.nextInt(3) == 0 && wipedLast(cluster, id)) {
                        wipes--;
                        cluster.startNew(id);
                    } else {
                        cluster.restart(id);
                    }
                } else if (choice < 5) {
                    cluster.kill(id);
                } else if (choice < 20) {
                    cluster.tick();
                } else if (!cluster.network.isEmpty()) {
                    int index = random.nextInt(cluster.network.size());
                    InFlight message = cluster.network.get(index);
                    if (choice < 80) {
                        cluster.network.remove(index);
                    }
                    if (choice < 90) {
                        cluster.deliver(message);
                    }
                }
                for (int i = 0; i < 3; i++) {
                    if (cluster.acceptors[i] != null && cluster.status(i) == Status.VOTING) {
                        logs.add(cluster.view(i).logId());
                        voted.get(i).add(cluster.view(i).storageId());
                        assertThat(voted.get(i)).as("lives of acceptor %s that vote, seed %s", i, seed).hasSize(1);
                    }
                }
                assertThat(logs).as("logs voted in, seed %s", seed).hasSizeLessThan(2);
            }
            formed += logs.size();
        }
        assertThat(formed).isGreaterThan(500);
    }

    /** At least one acceptor keeps its first store, so that somebody remembers. */
    private static boolean wipedLast(Cluster cluster, int id) {
        for (int i = 0; i < 3; i++) {
            AcceptorReplay disk = cluster.disks[i];
            if (i != id && disk != null && disk.recovery().storageId().random() <= 3) {
                return true;
            }
        }
        return false;
    }
}
