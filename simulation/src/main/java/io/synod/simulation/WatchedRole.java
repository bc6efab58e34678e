package io.synod.simulation;

import io.synod.acceptor.AcceptorWrite;
import io.synod.learner.Delivered;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Report;
import io.synod.role.Effects;
import io.synod.role.Role;
import io.synod.role.Sender;
import io.synod.simulation.check.ClusterChecker;
import io.synod.simulation.check.Failure;
import io.synod.simulation.check.ProposalCheck;
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
    private final @Nullable Report[] reports;
    private final ProposalCheck proposals;

    WatchedRole(Role role, NodeId self, ClusterLayout layout, int trimQuorum, ClusterChecker checker) {
        this.role = role;
        this.self = self;
        this.checker = checker;
        this.trimQuorum = trimQuorum;
        this.proposals = checker.newProposalCheck(self);
        this.reports = new Report[role.type() == RoleType.ACCEPTOR ? layout.learners() : 0];
    }

    @Override
    public RoleType type() {
        return role.type();
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        role.onStart(nowNanos, effects);
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        if (from.node().equals(self)) {
            checker.says(self, self, message);
        }
        if (message instanceof Report report && reports.length > 0) {
            Report before = reports[from.id()];
            boolean overtaken =
                    before != null && before.storageId().equals(report.storageId()) && before.held() > report.held();
            reports[from.id()] = overtaken ? before : report;
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

    @Override
    public void onRound(long nowNanos, Effects effects) {
        int writes = effects.writes().size();
        int sent = effects.now().size();
        int outputs = effects.outputs().size();
        role.onRound(nowNanos, effects);
        watch(effects, writes, sent, outputs);
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
        for (Report report : reports) {
            if (report != null && report.held() >= trimPoint) {
                holders++;
            }
        }
        if (holders < trimQuorum) {
            throw Failure.safety(
                    "S9", "%s trims to %d, which %d of %d learners hold", self, trimPoint, holders, trimQuorum);
        }
    }
}
