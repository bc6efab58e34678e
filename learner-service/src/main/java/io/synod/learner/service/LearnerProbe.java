package io.synod.learner.service;

import io.synod.learner.Learner;
import io.synod.learner.LearnerView;
import io.synod.observability.Condition;
import io.synod.observability.RoleProbe;
import io.synod.protocol.Quorums;
import io.synod.protocol.RoleType;
import java.util.Locale;

/** Shows the learner in the {@code paxos} endpoint and in health. */
final class LearnerProbe implements RoleProbe<LearnerView> {

    private final Learner learner;
    private final Quorums quorums;

    LearnerProbe(Learner learner, Quorums quorums) {
        this.learner = learner;
        this.quorums = quorums;
    }

    @Override
    public RoleType role() {
        return RoleType.LEARNER;
    }

    @Override
    public LearnerView view(long nowNanos) {
        return learner.view(nowNanos);
    }

    @Override
    public Condition quorum(LearnerView view) {
        long speaking = view.acceptors().stream().filter(LearnerView.AcceptorView::speaks).count();
        String heard = "hears " + speaking + " of " + view.acceptors().size() + " acceptors";
        return switch (view.state()) {
            case STARTING, CURRENT, BEHIND, CATCHING_UP ->
                    view.detail() != null
                            ? Condition.notOk(view.detail())
                            : speaking >= quorums.phase2()
                                    ? Condition.ok(heard)
                                    : Condition.notOk(heard + ", needs " + quorums.phase2());
            case BELOW_TRIM, HASH_DIFFERS, TWO_VALUES, OTHER_LOG, STORE_FAILED ->
                    Condition
                            .notOk("delivers no more (" + view.state().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                                    + "): " + view.detail());
        };
    }
}
