package io.synod.simulation.check;

import io.synod.acceptor.AcceptorWrite;
import io.synod.learner.Delivered;
import io.synod.learner.LearnerRestored;
import io.synod.learner.LearnerStopped;
import io.synod.protocol.Ballot;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LearnerOk;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.PrefixHash;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinReply;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.TrimState;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Output;
import io.synod.role.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Sees every write that becomes durable, every message that leaves its sender and every output, and holds them against the
 * rules and against each other.
 */
public final class ClusterChecker {

    private final ClusterLayout layout;
    private final Quorums quorums;
    private final int trimQuorum;
    private final Checks checks;
    private final LogMirror log;
    private final FormingCheck forming;
    private final AcceptorMirror[] acceptors;
    private final boolean[] mute;
    /** By acceptor: the highest ballot at which its lives before this one accepted anything. */
    private final Ballot[] formerlyAccepted;
    private long trimmed;
    private final List<LearnerMirror> learners;
    private final Map<Long, Long> hashes = new TreeMap<>();

    /** @param trimQuorum how many learners hold what is trimmed, whatever learners are left out of the trim quorum */
    public ClusterChecker(ClusterLayout layout, Quorums quorums, int trimQuorum, Checks checks) {
        this.layout = layout;
        this.quorums = quorums;
        this.trimQuorum = trimQuorum;
        this.checks = checks;
        this.log = new LogMirror(quorums, checks);
        this.forming = new FormingCheck(quorums, checks);
        this.acceptors = new AcceptorMirror[layout.acceptors()];
        this.mute = new boolean[layout.acceptors()];
        this.formerlyAccepted = new Ballot[layout.acceptors()];
        Arrays.fill(formerlyAccepted, Ballot.NONE);
        this.learners = IntStream.range(0, layout.learners())
                .mapToObj(id -> new LearnerMirror(id, checks))
                .toList();
    }

    public LogMirror log() {
        return log;
    }

    /** Returns a check for one life of a proposer. */
    public ProposalCheck newProposalCheck(NodeId proposer) {
        return new ProposalCheck(proposer.toString(), layout.acceptors(), quorums.phase1(), checks);
    }

    /** Whether the log is formed. */
    public boolean isFormed() {
        return forming.log().isKnown();
    }

    /** Whether an acceptor's store records that the log is formed. */
    public boolean isFormed(int acceptor) {
        return acceptors[acceptor] != null && acceptors[acceptor].logId().isKnown();
    }

    /** An acceptor's store is formed anew, with nothing in it but its id. */
    public void storeFormed(int acceptor, StorageId storageId) {
        if (acceptors[acceptor] != null) {
            formerlyAccepted[acceptor] =
                    Ballot.max(formerlyAccepted[acceptor], acceptors[acceptor].highestAccepted());
        }
        acceptors[acceptor] = new AcceptorMirror(acceptor, layout.acceptors(), checks);
        acceptors[acceptor].writeKnown(acceptor, storageId);
        mute[acceptor] = false;
    }

    /** A commit of an acceptor's store failed: nothing that rests on the store may leave until it is formed anew. */
    public void commitFailed(int acceptor) {
        mute[acceptor] = true;
    }

    /** Whether a commit of an acceptor's store failed, so that nothing that rests on it may leave. */
    public boolean isMute(int acceptor) {
        return mute[acceptor];
    }

    /** A learner begins a new life, with everything up to an instance; {@code durable} says whether it has a store. */
    public void learnerStarted(int learner, long remembered, boolean durable) {
        learners.get(learner).restart(remembered, durable);
    }

    /** What a learner delivered up to an instance has become durable. */
    public void learnerStored(int learner, long through) {
        learners.get(learner).store(through);
    }

    /** A learner is told that an instance of its store is damaged. */
    public void learnerDamaged(int learner, long instance) {
        learners.get(learner).damage(instance);
    }

    /** The last instance that a learner has delivered in its present life. */
    public long delivered(int learner) {
        return learners.get(learner).delivered();
    }

    /** Whether a learner has said that it cannot go on. */
    public boolean isStopped(int learner) {
        return learners.get(learner).isStopped();
    }

    /** Writes of an acceptor have become durable, in this order. */
    public void durable(int acceptor, List<Write> writes) {
        AcceptorMirror mirror = acceptors[acceptor];
        for (Write write : writes) {
            if (write instanceof AcceptorWrite acceptorWrite) {
                durable(acceptor, mirror, acceptorWrite);
            }
        }
        log.catchUp();
    }

    private void durable(int acceptor, AcceptorMirror mirror, AcceptorWrite write) {
        switch (write) {
            case AcceptorWrite.Promised promised -> mirror.writePromise(promised.ballot());
            case AcceptorWrite.ValueAccepted accepted -> {
                mirror.writeAccept(accepted.ballot(), accepted.instance(), accepted.value());
                forming.votes(acceptor, mirror.known(acceptor));
                log.decided().voted(acceptor, accepted.ballot(), accepted.instance(), accepted.value());
            }
            case AcceptorWrite.StorageNoted noted -> {
                mirror.writeKnown(noted.acceptorId(), noted.storageId());
                forming.noted(acceptor, noted.acceptorId(), noted.storageId());
            }
            case AcceptorWrite.LogFormed formed -> {
                mirror.writeLogId(formed.logId());
                forming.formed(acceptor, mirror.known(acceptor), formed.logId());
            }
            case AcceptorWrite.TrimAdvanced trimmed -> {
                checks.that(
                        trimmed.trimPoint() <= log.decided().watermark(),
                        "S9",
                        "acceptor %d trims to %d, but only %d instances are decided",
                        acceptor,
                        trimmed.trimPoint(),
                        log.decided().watermark());
                long holders = learners.stream().filter(it -> it.heldEver() >= trimmed.trimPoint()).count();
                checks.that(
                        holders >= trimQuorum,
                        "S9",
                        "acceptor %d trims to %d, which %d learners ever held",
                        acceptor,
                        trimmed.trimPoint(),
                        holders);
                mirror.writeTrim(trimmed.trimPoint());
                this.trimmed = Math.max(this.trimmed, trimmed.trimPoint());
            }
            case AcceptorWrite.PeerRenewed renewed -> {
                mirror.writeRenewed(renewed.acceptorId(), renewed.storageId());
                forming.noted(acceptor, renewed.acceptorId(), renewed.storageId());
            }
            case AcceptorWrite.Renewed renewed -> {
                mirror.writeRenewed(acceptor, renewed.storageId());
                if (mirror.above() != null) {
                    forming.renamed(acceptor, renewed.storageId());
                }
            }
            case AcceptorWrite.Admitted admitted -> admitted(acceptor, mirror, admitted);
            case AcceptorWrite.TrimAdopted adopted -> {
                checks.that(
                        adopted.trimPoint() <= trimmed,
                        "S9",
                        "acceptor %d takes over the trim point %d, but nobody trimmed above %d",
                        acceptor,
                        adopted.trimPoint(),
                        trimmed);
                mirror.writeTrim(adopted.trimPoint());
            }
            case AcceptorWrite.Rejoined rejoined -> rejoined(acceptor, mirror, rejoined);
        }
    }

    /** Nothing that a former life accepted may be at a ballot at which this one accepts. */
    private void admitted(int acceptor, AcceptorMirror mirror, AcceptorWrite.Admitted admitted) {
        checks.that(
                !formerlyAccepted[acceptor].isAbove(admitted.above()),
                "S10",
                "acceptor %d rejoins above %s, but had accepted at %s",
                acceptor,
                admitted.above(),
                formerlyAccepted[acceptor]);
        mirror.writeAdmitted(admitted.above(), admitted.noted());
        forming.admitted(acceptor, mirror.known(acceptor), admitted.logId());
    }

    /** Whoever comes in holds, or knows to be trimmed, all that can have been decided with a former life's vote. */
    private void rejoined(int acceptor, AcceptorMirror mirror, AcceptorWrite.Rejoined rejoined) {
        mirror.writeLogId(rejoined.logId());
        Ballot above = mirror.above();
        checks.that(above != null, "S10", "acceptor %d comes in without being admitted", acceptor);
        for (long instance = mirror.trimPoint() + 1; instance <= log.decided().highest(); instance++) {
            if (above != null && log.decided().isDecidedUpTo(instance, above)) {
                AcceptedEntry entry = mirror.accepted().get(instance);
                checks.that(
                        entry != null && entry.value().equals(log.decided().decided(instance)),
                        "S10",
                        "acceptor %d comes in without instance %d, which was decided before",
                        acceptor,
                        instance);
            }
        }
    }

    /** A node says something: it leaves for another node, or reaches another role of the same one. */
    public void says(NodeId from, NodeId to, Message message) {
        switch (message) {
            case Promise promise -> {
                AcceptorMirror mirror = speaks(from.id());
                forming.votes(from.id(), mirror.known(from.id()));
                mirror.says(promise);
                for (AcceptedEntry entry : promise.entries()) {
                    log.decided().said(entry.ballot(), entry.instance(), entry.value().checksum());
                }
                fact(from, promise.watermark());
            }
            case Accepted accepted -> {
                AcceptorMirror mirror = speaks(from.id());
                forming.votes(from.id(), mirror.known(from.id()));
                mirror.says(accepted.ballot(), accepted.instance(), accepted.checksum());
                log.decided().said(accepted.ballot(), accepted.instance(), accepted.checksum());
                if (accepted.value() != null) {
                    checks.that(
                            accepted.value().checksum() == accepted.checksum(),
                            "S5",
                            "%s sends another value of instance %d than it names",
                            from,
                            accepted.instance());
                }
            }
            case Accept accept ->
                    log.decided().said(accept.ballot(), accept.instance(), accept.value().checksum());
            case Form form -> speaks(from.id()).saysKnown(from.id(), form.storageId());
            case FormReply reply -> {
                speaks(from.id()).saysKnown(to.id(), reply.noted());
                speaks(from.id()).saysKnown(from.id(), reply.own());
            }
            case Rejoin rejoin -> speaks(from.id()).saysKnown(from.id(), rejoin.storageId());
            case RejoinReply reply -> speaks(from.id()).says(reply);
            case Trimmed trimmed -> speaks(from.id()).saysTrimmed(trimmed.trimPoint());
            case TrimState state -> speaks(from.id()).saysTrimmed(state.trimPoint());
            case Heartbeat heartbeat -> fact(from, heartbeat.watermark());
            case AcceptorState state -> fact(from, state.watermark());
            case LearnerOk ok -> fact(from, ok.watermark());
            case Report report -> report(from, report);
            default -> checks.passed();
        }
    }

    private AcceptorMirror speaks(int acceptor) {
        checks.that(!mute[acceptor], "S2", "acceptor %d states what it knows after a failed commit", acceptor);
        return acceptors[acceptor];
    }

    /** A watermark is a fact, whoever states it. */
    private void fact(NodeId from, long watermark) {
        checks.that(
                watermark <= log.decided().watermark(),
                "S6",
                "%s says that all up to %d is decided, but it is up to %d",
                from,
                watermark,
                log.decided().watermark());
    }

    private void report(NodeId from, Report report) {
        checks.that(
                report.held() <= learners.get(from.id()).heldInThisLife(),
                "S9",
                "%s reports that it holds %d, but it never held more than %d",
                from,
                report.held(),
                learners.get(from.id()).heldInThisLife());
        for (PrefixHash hash : report.hashes()) {
            Long known = hashes.putIfAbsent(hash.instance(), hash.hash());
            checks.that(
                    known == null || known == hash.hash(),
                    "S13",
                    "%s has the hash %x at instance %d, another %x",
                    from,
                    hash.hash(),
                    hash.instance(),
                    known);
        }
    }

    /** A learner has recorded a report, which leaves later: beside an acceptor perhaps behind a commit. */
    public void recorded(int learner, Report report) {
        checks.that(
                report.held() <= learners.get(learner).holds(),
                "S9",
                "learner %d reports that it holds %d, but it does up to %d",
                learner,
                report.held(),
                learners.get(learner).holds());
    }

    /** A learner has recorded that it has all up to an instance, which is carried out at the end of the round. */
    public void recorded(int learner, long instance) {
        learners.get(learner).record(instance);
    }

    /** A learner hands something on. */
    public void output(int learner, Output output) {
        switch (output) {
            case Delivered delivered -> learners.get(learner).deliver(delivered, log);
            case LearnerRestored restored ->
                    learners.get(learner).restore(restored.snapshot().instance(), log.decided().watermark());
            case LearnerStopped stopped -> stopped(learner, stopped);
            default -> checks.passed();
        }
    }

    /** It may stop where an instance that it lacks is trimmed, and nowhere else. */
    private void stopped(int learner, LearnerStopped stopped) {
        learners.get(learner).stop();
        long next = learners.get(learner).delivered() + 1;
        boolean gone = false;
        for (AcceptorMirror acceptor : acceptors) {
            gone |= acceptor.trimPoint() >= next;
        }
        checks.that(
                stopped.reason() == LearnerStopped.Reason.BELOW_TRIM && gone,
                "S12",
                "learner %d stops at instance %d without need: %s",
                learner,
                next - 1,
                stopped.detail());
    }
}
