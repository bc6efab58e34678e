package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinRange;
import io.synod.protocol.message.RejoinReply;
import io.synod.role.Effects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way back of an acceptor that lost what it knew (rule S10). Told to rejoin, it takes a storage id of a later generation
 * and asks the others, until enough of them have noted it and said what they promised; then it accepts, above all that, what a
 * leader proposes anew to it, and when it holds all that the leader's phase 1 reported, it votes. Why no promise and no
 * accept of its former lives can do harm stands in {@code docs/protocol.md}, "Rejoining".
 */
final class Rejoining {

    /** Stands where no leader has told the last instance that must be held. */
    static final long UNKNOWN = -1;

    private final int id;
    private final Quorums quorums;
    private final RejoinRules rules;
    private final Forming forming;
    private final AcceptedRing ring;
    private final RandomGenerator random;
    /** By acceptor: the answer of one that has noted the present storage id. */
    private final @Nullable RejoinReply[] answers;

    /** By acceptor: whether it said that it does not vote itself. */
    private final boolean[] votesNot;

    private RejoinState state;
    private long last = UNKNOWN;
    private long missing;

    Rejoining(AcceptorSettings settings, RejoinRules rules, Forming forming, AcceptedRing ring, RejoinState recovered,
            RandomGenerator random) {
        this.id = settings.id();
        this.quorums = settings.quorums();
        this.rules = rules;
        this.forming = forming;
        this.ring = ring;
        this.random = random;
        this.answers = new RejoinReply[settings.layout().acceptors()];
        this.votesNot = new boolean[answers.length];
        this.state = recovered;
        explain();
    }

    // What the operator asks for

    /** Why it cannot be told to rejoin; null if it can, or does so already. */
    @Nullable
    String obstacle() {
        return switch (forming.status()) {
            case VOTING -> "it votes: there is nothing to rejoin";
            case FORMING -> "its log is being formed (" + forming.reason()
                    + "): whether it has lost anything is known when those have answered";
            case REJOINING -> null;
            case OUT -> switch (remedy()) {
                case NEW_CLUSTER -> "with a phase-1 quorum of " + quorums.phase1() + " of " + quorums.acceptors()
                        + " acceptors nobody can rejoin: " + (quorums.phase1() == 1
                                ? "one promise is a quorum, and nobody else can tell what was promised"
                                : "a new leader needs a promise of every acceptor, and one that rejoins gives none");
                case EMPTY_AND_REJOIN -> "its store cannot be used (" + forming.reason()
                        + "): stop it, empty its directory, start it again, and then tell it to rejoin";
                case NONE, REJOIN -> null;
            };
        };
    }

    Remedy remedy() {
        if (forming.status() != Status.OUT) {
            return Remedy.NONE;
        }
        if (quorums.phase1() == quorums.acceptors() || quorums.phase1() == 1) {
            return Remedy.NEW_CLUSTER;
        }
        if (forming.hasStorageFailed() || forming.logId().isKnown()) {
            return Remedy.EMPTY_AND_REJOIN;
        }
        return state.stage() == RejoinState.Stage.NONE ? Remedy.REJOIN : Remedy.NONE;
    }

    /** Begins, where there is no {@link #obstacle}; a second time changes nothing. */
    void begin(List<NodeId> nodes, Effects effects) {
        if (state.stage() == RejoinState.Stage.NONE) {
            state = RejoinState.ASKING;
            forming.renewOwn(0, random, effects);
            explain();
            ask(nodes, effects);
        }
    }

    // Asking

    /**
     * Sends the storage id to each other acceptor that has not noted it, also when this one has long been in: one that knows
     * an older id would keep its promises from counting, or one that was down could count those of a former life.
     */
    void ask(List<NodeId> nodes, Effects effects) {
        if (state.stage() == RejoinState.Stage.NONE) {
            return;
        }
        Rejoin rejoin = new Rejoin(forming.own());
        for (int i = 0; i < answers.length; i++) {
            if (i != id && answers[i] == null) {
                effects.send(nodes.get(i), rejoin);
            }
        }
    }

    /** Notes a later life of another acceptor, if this one remembers for good, and answers. */
    void onRejoin(int acceptorId, NodeId node, Rejoin rejoin, Ballot promised, Effects effects) {
        boolean votes = forming.status() == Status.VOTING;
        if (votes || forming.status() == Status.REJOINING) {
            forming.renewPeer(acceptorId, rejoin.storageId(), effects);
        }
        effects.send(node, new RejoinReply(votes, forming.logId(), promised, forming.noted()));
    }

    /** Takes an answer that names all acceptors. */
    void onReply(int acceptorId, RejoinReply reply, Effects effects) {
        StorageId knownAs = reply.storageIds().get(id);
        if (state.stage() == RejoinState.Stage.NONE || forming.hasStorageFailed()) {
            return;
        }
        votesNot[acceptorId] = !reply.voting();
        if (knownAs.equals(forming.own())) {
            answers[acceptorId] = reply;
        } else if (knownAs.generation() >= forming.own().generation() && knownAs.generation() < Long.MAX_VALUE) {
            // Another life of this acceptor had got as far as that. Nothing is forgotten by taking a later generation.
            Arrays.fill(answers, null);
            forming.renewOwn(knownAs.generation(), random, effects);
        }
        explain();
    }

    /**
     * Whether enough others have answered: all of them voting, in one log, each in the life that the others know. Returns the
     * highest ballot that they have promised, from which on this acceptor accepts; null if more must answer.
     */
    @Nullable
    Ballot admit(Effects effects) {
        if (state.stage() != RejoinState.Stage.ASKING) {
            return null;
        }
        for (RejoinReply answer : answers) {
            if (answer != null && answer.voting() && countOf(answer.logId()) >= rules.answersNeeded(quorums)) {
                return admit(answer.logId(), effects);
            }
        }
        return null;
    }

    private Ballot admit(LogId log, Effects effects) {
        Ballot highest = Ballot.NONE;
        for (int i = 0; i < answers.length; i++) {
            RejoinReply answer = answers[i];
            if (answer != null && isCounted(i, log)) {
                highest = Ballot.max(highest, answer.promised());
            }
        }
        Ballot above = rules.floor(highest);
        List<StorageId> ids = newestIds(log);
        state = RejoinState.admitted(above, log);
        missing = ring.trimPoint() + 1;
        effects.write(new AcceptorWrite.Admitted(above, log, ids));
        forming.admit(log, ids);
        explain();
        return above;
    }

    private int countOf(LogId log) {
        int count = 0;
        for (int i = 0; i < answers.length; i++) {
            count += isCounted(i, log) ? 1 : 0;
        }
        return count;
    }

    /** An answer counts like a promise: not if another answer knows a later life of the one that gave it. */
    private boolean isCounted(int acceptor, LogId log) {
        RejoinReply answer = answers[acceptor];
        if (answer == null || !answer.voting() || !answer.logId().equals(log)) {
            return false;
        }
        StorageId life = answer.storageIds().get(acceptor);
        for (RejoinReply other : answers) {
            if (other != null && other.voting() && other.logId().equals(log)) {
                StorageId named = other.storageIds().get(acceptor);
                if (named.generation() >= life.generation() && !named.equals(life)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The newest life of each acceptor: what it says itself, or else the latest generation that anybody knows. */
    private List<StorageId> newestIds(LogId log) {
        List<StorageId> ids = new ArrayList<>(answers.length);
        for (int acceptor = 0; acceptor < answers.length; acceptor++) {
            StorageId newest = acceptor == id ? forming.own() : StorageId.UNKNOWN;
            for (int by = 0; by < answers.length && acceptor != id; by++) {
                RejoinReply answer = answers[by];
                if (answer != null && isCounted(by, log)) {
                    StorageId named = answer.storageIds().get(acceptor);
                    boolean isNewer = named.generation() > newest.generation();
                    newest = isNewer || by == acceptor && named.generation() == newest.generation() ? named : newest;
                }
            }
            ids.add(newest);
        }
        return ids;
    }

    // Coming in

    /** Whether an accept at a ballot may be accepted: for good, only above what others had promised at the admission. */
    boolean allows(Ballot ballot) {
        return state.allows(ballot);
    }

    /** A leader that this acceptor listens to tells what it proposes anew: nothing else was ever decided below its ballot. */
    void onRange(RejoinRange range, Effects effects) {
        if (range.first() - 1 > ring.trimPoint()) {
            effects.write(new AcceptorWrite.TrimAdopted(range.first() - 1));
            ring.trim(range.first() - 1);
        }
        last = range.last();
        explain();
    }

    /** Whether all is there, so that it may come in: what that rests on is written before. */
    boolean isComplete() {
        missing = Math.max(missing, ring.trimPoint() + 1);
        while (missing <= last && ring.get(missing) != null) {
            missing++;
        }
        return rules.isIn(missing, last);
    }

    // What is shown

    private void explain() {
        if (forming.status() == Status.REJOINING) {
            forming.explain("rejoins log " + forming.logId() + (last == UNKNOWN
                    ? ": waits for a leader above ballot " + state.above()
                    : ": takes in what the leader proposes anew up to instance " + last));
        } else if (forming.status() == Status.OUT && state.stage() == RejoinState.Stage.ASKING
                && !forming.hasStorageFailed()) {
            forming.explain("rejoins as " + forming.own() + ": waits for the answers of " + waitingFor());
        }
    }

    private String waitingFor() {
        int needed = rules.answersNeeded(quorums);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < answers.length; i++) {
            if (isAwaited(i)) {
                text.append(text.isEmpty() ? "" : ", ").append("acceptor ").append(i)
                        .append(votesNot[i] ? " (which does not vote itself)" : "");
            }
        }
        return text + " (" + needed + " of " + (answers.length - 1) + " are needed)";
    }

    private boolean isAwaited(int acceptor) {
        RejoinReply answer = answers[acceptor];
        return acceptor != id && (answer == null || !answer.voting());
    }

    RejoinView view() {
        List<Integer> waitsFor = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            if (state.stage() == RejoinState.Stage.ASKING && isAwaited(i)) {
                waitsFor.add(i);
            }
        }
        boolean rejoining = forming.status() == Status.REJOINING;
        return new RejoinView(state.stage(), remedy(), waitsFor, state.above(), rejoining ? missing : 0,
                rejoining && last != UNKNOWN ? last : 0);
    }
}
