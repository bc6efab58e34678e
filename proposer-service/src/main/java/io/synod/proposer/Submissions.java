package io.synod.proposer;

import io.synod.protocol.NodeId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.message.Forward;
import io.synod.protocol.message.ForwardRefused;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.Submit;
import io.synod.protocol.message.SubmitRefused;
import io.synod.role.Effects;
import io.synod.role.Sender;
import org.jspecify.annotations.Nullable;

/**
 * What clients submit, directly or through another proposer: a leader queues or refuses it, another proposer forwards it to
 * the leader that it knows, once, or refuses it. It also passes on what a leadership left unproposed.
 */
final class Submissions {

    /** How much of what waits is forwarded to the next leader. */
    private static final int LEFTOVER_BYTES_MAX = 1 << 20;

    private final ProposerSettings settings;
    private final Election election;
    private final SubmitQueue queue;
    private long leftoverUntilNanos = Time.NO_DEADLINE;
    private long rejections;
    private long forwarded;

    Submissions(ProposerSettings settings, Election election, SubmitQueue queue) {
        this.settings = settings;
        this.election = election;
        this.queue = queue;
    }

    /** A submit has come to the leader; {@code open} tells whether acceptors have room. */
    void onSubmitToLeader(Sender from, Submit submit, boolean open, long nowNanos, Effects out) {
        NodeId client = from.node();
        SubmitRefused.Reason refusal = isTooLarge(submit)
                ? SubmitRefused.Reason.TOO_LARGE
                : queue.offer(client.incarnation(), submit.entries(), open, nowNanos);
        if (refusal != null) {
            refuse(client, submit.attempt(), refusal, settings.id(), out);
        }
    }

    /** A submit has come to a proposer that does not lead. */
    void onSubmitElsewhere(Sender from, Submit submit, long nowNanos, Effects out) {
        NodeId client = from.node();
        int leaderId = election.otherLeaderId(nowNanos);
        if (isTooLarge(submit) || leaderId == LeaderHint.NOBODY) {
            SubmitRefused.Reason reason =
                    isTooLarge(submit) ? SubmitRefused.Reason.TOO_LARGE : SubmitRefused.Reason.NO_LEADER;
            refuse(client, submit.attempt(), reason, leaderId, out);
            return;
        }
        forwarded++;
        out.send(
                settings.layout().proposer(leaderId),
                new Forward(client.incarnation(), submit.attempt(), submit.entries()));
        out.send(client, new LeaderHint(leaderId));
    }

    /** What does not fit a forward is taken by nobody, so that it is not for the client's choice of a proposer to decide. */
    private static boolean isTooLarge(Submit submit) {
        return submit.entries().length() > ProtocolLimits.BATCH_BYTES_MAX;
    }

    private void refuse(NodeId client, long attempt, SubmitRefused.Reason reason, int leaderId, Effects out) {
        rejections++;
        out.send(client, new SubmitRefused(attempt, reason, leaderId));
    }

    /** A forward has come to the leader; {@code open} tells whether acceptors have room. */
    void onForwardToLeader(Sender from, Forward forward, boolean open, long nowNanos, Effects out) {
        SubmitRefused.Reason refusal = queue.offer(forward.client(), forward.entries(), open, nowNanos);
        answerForward(from, forward, refusal, settings.id(), out);
    }

    /** A forward has come to a proposer that does not lead: it goes no further. */
    void onForwardElsewhere(Sender from, Forward forward, long nowNanos, Effects out) {
        answerForward(from, forward, SubmitRefused.Reason.NO_LEADER, election.otherLeaderId(nowNanos), out);
    }

    private void answerForward(
            Sender from, Forward forward, SubmitRefused.@Nullable Reason refusal, int leaderId, Effects out) {
        if (refusal != null && forward.attempt() != Forward.NO_ATTEMPT) {
            rejections++;
            out.send(from.node(), new ForwardRefused(forward.client(), forward.attempt(), refusal, leaderId));
        }
    }

    /** The leader refuses what was forwarded to it: the client is told. */
    void onForwardRefused(ForwardRefused refused, Effects out) {
        if (refused.client() == 0 || refused.attempt() == Forward.NO_ATTEMPT) {
            return;
        }
        boolean leaderKnown =
                refused.leaderId() >= 0 && refused.leaderId() < settings.layout().proposers();
        int leaderId = leaderKnown ? refused.leaderId() : LeaderHint.NOBODY;
        out.send(
                NodeId.client(refused.client()), new SubmitRefused(refused.attempt(), refused.reason(), leaderId));
    }

    /** A leadership begins: what is queued will be proposed in it. */
    void onLead() {
        queue.forgetTaken();
        leftoverUntilNanos = Time.NO_DEADLINE;
    }

    /** A candidacy or leadership has ended: what is queued waits for the next leader. */
    void onFollow(long nowNanos) {
        queue.forgetTaken();
        leftoverUntilNanos =
                queue.isEmpty() ? Time.NO_DEADLINE : nowNanos + 2 * settings.timing().leaderTimeoutNanos();
    }

    /** Forwards what a leadership left unproposed once another leader is known, or drops it after a while. */
    void passLeftoverOn(long nowNanos, Effects out) {
        if (queue.isEmpty()) {
            leftoverUntilNanos = Time.NO_DEADLINE;
            return;
        }
        int leaderId = election.otherLeaderId(nowNanos);
        if (leaderId != LeaderHint.NOBODY) {
            NodeId leader = settings.layout().proposer(leaderId);
            queue.drain(
                    LEFTOVER_BYTES_MAX,
                    (client, entries) -> out.send(leader, new Forward(client, Forward.NO_ATTEMPT, entries)));
        } else if (nowNanos >= leftoverUntilNanos) {
            drop();
        }
    }

    /** Drops what waits; the clients, who know what is undelivered, send it again. */
    void drop() {
        queue.drain(0, (_, _) -> {});
    }

    /** When {@link #passLeftoverOn} is due at the latest. */
    long leftoverUntilNanos() {
        return leftoverUntilNanos;
    }

    long rejections() {
        return rejections;
    }

    long forwarded() {
        return forwarded;
    }
}
