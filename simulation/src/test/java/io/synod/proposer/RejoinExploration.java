package io.synod.proposer;

import io.synod.acceptor.Acceptor;
import io.synod.acceptor.AcceptorReplay;
import io.synod.acceptor.AcceptorSettings;
import io.synod.acceptor.AcceptorWrite;
import io.synod.acceptor.Remedy;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.RejoinRange;
import io.synod.role.Effects;
import io.synod.role.Sender;
import io.synod.role.Write;
import io.synod.simulation.Roles;
import io.synod.simulation.check.Checks;
import io.synod.simulation.check.DecidedLog;
import io.synod.simulation.world.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instance under a scheduler without mercy: acceptors are wiped, restarted and told to rejoin at any moment, any message may
 * be delivered at any time, twice or never, also long after its sender's life has ended, and leaders with any ballots come and
 * stay. Acceptors and phase 1 are those of production; nothing holds former lives back, as a node does by their incarnation.
 */
final class RejoinExploration {

    private static final int PROPOSERS = 4;
    private static final int STEPS = 300;
    private static final int IN_FLIGHT_MAX = 60;
    /** Every other message that is delivered, and leader that does something, is one of the newest so many. */
    private static final int RECENT = 4;
    /** How far the round of a new ballot may run ahead of the others. */
    private static final int ROUNDS_AHEAD = 4;
    private static final LogId LOG = new LogId(7);

    private record InFlight(Sender from, NodeId to, Message message) {}

    /** A leadership, or the attempt at one. */
    private static final class Candidate {
        final Ballot ballot;
        final PhaseOne phaseOne;
        @Nullable
        Bytes value;
        long last;

        Candidate(Ballot ballot, PhaseOne phaseOne) {
            this.ballot = ballot;
            this.phaseOne = phaseOne;
        }
    }

    private final SeededRandom random;
    private final Roles roles;
    private final PhaseOne.Factory phaseOnes;
    private final Quorums quorums;
    private final ClusterLayout layout;
    private final Acceptor[] acceptors;
    private final AcceptorReplay[] disks;
    private final int[] lives;
    private final List<InFlight> network = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();
    private final DecidedLog decided;
    private int rejoined;
    private long nowNanos = 1;

    /**
     * @param phaseOnes makes phase 1 given the quorums, which are drawn from the seed
     */
    RejoinExploration(long seed, Roles roles, Function<Quorums, PhaseOne.Factory> phaseOnes) {
        this.random = new SeededRandom(seed);
        this.roles = roles;
        int count = random.pick(3, 3, 3, 4, 5);
        int phase1 = random.between(2, count - 1);
        this.quorums = random.nextBoolean() ? Quorums.majority(count) : new Quorums(count, phase1, count - phase1 + 1);
        this.phaseOnes = phaseOnes.apply(quorums);
        this.layout = new ClusterLayout(count, PROPOSERS, 1, false);
        this.decided = new DecidedLog(quorums, new Checks());
        this.acceptors = new Acceptor[count];
        this.disks = new AcceptorReplay[count];
        this.lives = new int[count];
        for (int id = 0; id < count; id++) {
            disks[id] = new AcceptorReplay(firstStorageId(id));
            for (int other = 0; other < count; other++) {
                disks[id].apply(new AcceptorWrite.StorageNoted(other, firstStorageId(other)));
            }
            disks[id].apply(new AcceptorWrite.LogFormed(LOG));
            start(id);
        }
    }

    private static StorageId firstStorageId(int acceptor) {
        return new StorageId(1, 1_000 + acceptor);
    }

    /** Runs to the end, or until a rule is broken. Returns how many acceptors came back. */
    int run() {
        for (int step = 0; step < STEPS; step++) {
            nowNanos += 1_000_000;
            int choice = random.between(0, 99);
            if (choice < 66) {
                deliver();
            } else if (choice < 69) {
                campaign();
            } else if (choice < 88) {
                lead();
            } else if (choice < 90) {
                wipe(random.between(0, acceptors.length - 1));
            } else if (choice < 91) {
                start(random.between(0, acceptors.length - 1));
            } else {
                tend(random.between(0, acceptors.length - 1));
            }
        }
        return rejoined;
    }

    private void start(int id) {
        AcceptorSettings settings = AcceptorSettings.of(id, layout, quorums).withStored(16, 1 << 20);
        acceptors[id] = roles.acceptor(settings, disks[id].recovery(), random);
        lives[id]++;
        with(id, effects -> acceptors[id].onStart(nowNanos, effects));
    }

    /** It loses its store; what it said is under way still. Not where too few would be left to bring it back. */
    private void wipe(int id) {
        int others = 0;
        for (int other = 0; other < acceptors.length; other++) {
            others += other != id && acceptors[other].view(nowNanos).status() == Status.VOTING ? 1 : 0;
        }
        if (others >= Math.max(acceptors.length - quorums.phase1() + 1, (acceptors.length + 1) / 2)) {
            disks[id] = new AcceptorReplay(new StorageId(1, random.nextLong()));
            start(id);
        }
    }

    /** Somebody tells it to rejoin, if it is out; otherwise its timer fires. */
    private void tend(int id) {
        if (acceptors[id].view(nowNanos).rejoin().remedy() == Remedy.REJOIN) {
            with(id, effects -> acceptors[id].rejoin(nowNanos, effects));
        } else {
            nowNanos += 60_000_000;
            with(id, effects -> acceptors[id].onRound(nowNanos, effects));
        }
    }

    private void with(int id, Consumer<Effects> call) {
        Effects effects = new Effects();
        call.accept(effects);
        for (Write write : effects.writes()) {
            disks[id].apply((AcceptorWrite) write);
            if (write instanceof AcceptorWrite.ValueAccepted accepted) {
                decided.voted(id, accepted.ballot(), accepted.instance(), accepted.value());
            }
            rejoined += write instanceof AcceptorWrite.Rejoined ? 1 : 0;
        }
        Sender self = new Sender(layout.acceptor(id), lives[id]);
        effects.now().forEach(outgoing -> send(self, outgoing));
        effects.afterCommit().forEach(outgoing -> send(self, outgoing));
    }

    private void send(Sender from, Effects.Outgoing outgoing) {
        boolean forming = outgoing.message() instanceof Form || outgoing.message() instanceof FormReply;
        InFlight message = new InFlight(from, outgoing.to(), outgoing.message());
        if (forming) {
            arrive(message);
        } else if (outgoing.to().type().hosts(RoleType.ACCEPTOR) || outgoing.message() instanceof Promise) {
            network.add(message);
            if (network.size() > IN_FLIGHT_MAX) {
                network.remove(random.between(0, network.size() - 1));
            }
        }
    }

    private void deliver() {
        if (!network.isEmpty()) {
            int oldest = random.nextBoolean() ? Math.max(0, network.size() - RECENT) : 0;
            int index = random.between(oldest, network.size() - 1);
            InFlight message = network.get(index);
            if (random.chance(0.9)) {
                network.remove(index);
            }
            arrive(message);
        }
    }

    private void arrive(InFlight message) {
        if (message.to().type().hosts(RoleType.ACCEPTOR)) {
            int id = message.to().id();
            with(id, effects -> acceptors[id].onMessage(message.from(), message.message(), nowNanos, effects));
        } else if (message.message() instanceof Promise page) {
            candidates.forEach(candidate -> promised(candidate, message.from().id(), page));
        }
    }

    private void campaign() {
        int proposer = random.between(0, PROPOSERS - 1);
        int round = 1 + candidates.size() / 2 + random.between(0, ROUNDS_AHEAD);
        Ballot ballot = new Ballot(round, proposer, 100 + candidates.size());
        Candidate candidate =
                new Candidate(ballot, phaseOnes.create(ballot, LOG, 1, Promise.NOTHING_ABOVE, nowNanos));
        candidates.add(candidate);
        ask(candidate);
    }

    private void ask(Candidate candidate) {
        Effects effects = new Effects();
        candidate.phaseOne.onRound(layout.acceptorNodes(), nowNanos, effects);
        for (Effects.Outgoing outgoing : effects.now()) {
            // Most are lost, so that a candidate may have to ask for long while others lead.
            if (random.chance(0.4)) {
                send(senderOf(candidate), outgoing);
            }
        }
    }

    private Sender senderOf(Candidate candidate) {
        Ballot ballot = candidate.ballot;
        return new Sender(layout.proposer(ballot.proposerId()), ballot.incarnation());
    }

    private void promised(Candidate candidate, int acceptor, Promise page) {
        PhaseOne phaseOne = candidate.phaseOne;
        if (candidate.value == null && phaseOne.onPage(acceptor, page, nowNanos) && phaseOne.covers(1)) {
            AcceptedEntry reported = phaseOne.reportedIn(1);
            candidate.last = reported == null ? 0 : 1;
            candidate.value = reported == null ? Bytes.ofUtf8(candidate.ballot.toString()) : reported.value();
            decided.said(candidate.ballot, 1, candidate.value.checksum());
        }
    }

    /** One of the leaderships, however old, does something. */
    private void lead() {
        if (candidates.isEmpty()) {
            return;
        }
        int oldest = random.nextBoolean() ? Math.max(0, candidates.size() - RECENT) : 0;
        Candidate leader = candidates.get(random.between(oldest, candidates.size() - 1));
        Bytes value = leader.value;
        if (value == null) {
            nowNanos += 300_000_000;
            ask(leader);
            return;
        }
        int id = random.between(0, acceptors.length - 1);
        NodeId to = layout.acceptor(id);
        send(senderOf(leader), new Effects.Outgoing(to, new Accept(leader.ballot, 1, value)));
        if (acceptors[id].view(nowNanos).status() == Status.REJOINING) {
            send(senderOf(leader), new Effects.Outgoing(to, new RejoinRange(leader.ballot, 1, leader.last)));
        }
    }
}
