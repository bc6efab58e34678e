package io.synod.simulation;

import io.synod.acceptor.AcceptorWrite;
import io.synod.learner.Delivered;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.LearnerHi;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Report;
import io.synod.protocol.message.TrimRequest;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Sender;
import io.synod.simulation.check.ClusterChecker;
import io.synod.simulation.check.Failure;
import io.synod.simulation.check.ProposalCheck;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a role and sees what the network does not show: what the roles of one node say to each other, which
 * reports an acceptor has heard when it decides to trim (rule S9), and which promises a proposer has when it proposes (S4).
 */
final class WatchedRole implements Role {

    private final Role role;
    private final NodeId self;
    private final ClusterChecker checker;
    private final int trimQuorum;
    private final long leaseNanos;
    private final @Nullable Report[] reports;
    private final long[] reporters;
    private final long[] heardNanos;
    private final boolean[] excluded;
    private final ProposalCheck proposals;

    /** @param leaseNanos for how long an acceptor waits for a silent learner at least */
    WatchedRole(Role role, NodeId self, ClusterLayout layout, int trimQuorum, long leaseNanos, ClusterChecker checker) {
        this.role = role;
        this.self = self;
        this.checker = checker;
        this.trimQuorum = trimQuorum;
        this.proposals = checker.newProposalCheck(self);
        this.leaseNanos = leaseNanos;
        this.reports = new Report[role.type() == RoleType.ACCEPTOR ? layout.learners() : 0];
        this.reporters = new long[reports.length];
        this.heardNanos = new long[reports.length];
        this.excluded = new boolean[reports.length];
    }

    @Override
    public RoleType type() {
        return role.type();
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        Arrays.fill(heardNanos, nowNanos);
        role.onStart(nowNanos, effects);
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        if (from.node().equals(self)) {
            checker.says(self, self, message);
        }
        if (reports.length > 0 && from.node().type() != NodeType.CLIENT) {
            hear(from.id(), message, nowNanos);
        }
        if (message instanceof Report report && reports.length > 0) {
            if (!isOvertaken(from, report)) {
                reports[from.id()] = report;
                reporters[from.id()] = from.incarnation();
            }
        }
        if (message instanceof Promise page && role.type() == RoleType.PROPOSER) {
            proposals.given(from.id(), page);
        }
        int writes = effects.writes().size();
        int sent = effects.now().size();
        int outputs = effects.outputs().size();
        role.onMessage(from, message, nowNanos, effects);
        watch(effects, writes, sent, outputs);
    }

    /** Under one storage id more is held as time goes on; in one life of a learner, storage ids follow by generation. */
    private boolean isOvertaken(Sender from, Report report) {
        Report before = reports[from.id()];
        if (before == null) {
            return false;
        }
        return before.storageId().equals(report.storageId())
                ? before.held() > report.held()
                : reporters[from.id()] == from.incarnation()
                        && before.storageId().generation() > report.storageId().generation();
    }

    /** Which learners need not be waited for: those that a request names and that were silent for as long as it says. */
    private void hear(int sender, Message message, long nowNanos) {
        if (message instanceof LearnerHi || message instanceof Report || message instanceof TrimRequest) {
            heardNanos[sender] = nowNanos;
            excluded[sender] = false;
        }
        if (message instanceof TrimRequest request) {
            for (int learner : request.excluded()) {
                excluded[learner] |= nowNanos - heardNanos[learner] >= Math.max(request.goneNanos(), leaseNanos);
            }
        }
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        int writes = effects.writes().size();
        int sent = effects.now().size();
        int later = effects.afterCommit().size();
        int outputs = effects.outputs().size();
        role.onRound(nowNanos, effects);
        watch(effects, writes, sent, outputs);
        for (int i = later; i < effects.afterCommit().size(); i++) {
            if (role.type() == RoleType.LEARNER && effects.afterCommit().get(i).message() instanceof Report report) {
                checker.recorded(self.id(), report);
            }
        }
    }

    @Override
    public void onBacklog(boolean backlogged) {
        role.onBacklog(backlogged);
    }

    @Override
    public void onStorageFailed(String reason, long nowNanos, Effects effects) {
        role.onStorageFailed(reason, nowNanos, effects);
    }

    @Override
    public long nextDeadlineNanos() {
        return role.nextDeadlineNanos();
    }

    @Override
    public void onStop(long nowNanos, Effects effects) {
        role.onStop(nowNanos, effects);
    }

    private void watch(Effects effects, int fromWrite, int fromSent, int fromOutput) {
        switch (role.type()) {
            case ACCEPTOR -> {
                for (int i = fromWrite; i < effects.writes().size(); i++) {
                    if (effects.writes().get(i) instanceof AcceptorWrite.TrimAdvanced trimmed) {
                        checkTrim(trimmed.trimPoint());
                    }
                }
            }
            case PROPOSER -> {
                for (int i = fromSent; i < effects.now().size(); i++) {
                    if (effects.now().get(i).message() instanceof Accept accept) {
                        proposals.proposes(accept);
                    }
                }
            }
            case LEARNER -> {
                for (int i = fromOutput; i < effects.outputs().size(); i++) {
                    if (effects.outputs().get(i) instanceof Delivered delivered) {
                        checker.recorded(self.id(), delivered.instance());
                    }
                }
            }
            case CLIENT -> {}
        }
    }

    private void checkTrim(long trimPoint) {
        int holders = 0;
        int waitedFor = 0;
        for (int learner = 0; learner < reports.length; learner++) {
            Report report = reports[learner];
            waitedFor += excluded[learner] ? 0 : 1;
            holders += !excluded[learner] && report != null && report.held() >= trimPoint ? 1 : 0;
        }
        if (holders < Math.max(1, Math.min(trimQuorum, waitedFor))) {
            throw Failure.safety("S9",
                    "%s trims to %d, which %d learners hold of the %d that it waits for, %d if it can",
                    self, trimPoint, holders, waitedFor, trimQuorum);
        }
    }
}
