package io.synod.simulation;

import io.synod.acceptor.AcceptorView;
import io.synod.protocol.message.AcceptorState;
import io.synod.simulation.check.ClusterChecker;
import io.synod.simulation.check.Failure;
import io.synod.simulation.option.ClusterOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a healed cluster must come to (rule L1), or how it must halt where too many acceptors lost what they knew (S10). */
final class Demands {

    private final ClusterOptions settings;
    private final ClusterChecker checker;
    private final List<User> users;
    private final List<Inhabitants> inhabitants;
    private final boolean[] forgotten;
    private final boolean rejoin;
    private boolean anyForgot;
    private final LearnerStores learnerStores;

    Demands(
            ClusterOptions settings,
            ClusterChecker checker,
            List<User> users,
            List<Inhabitants> inhabitants,
            boolean[] forgotten,
            boolean rejoin,
            LearnerStores learnerStores) {
        this.settings = settings;
        this.checker = checker;
        this.users = users;
        this.inhabitants = inhabitants;
        this.forgotten = forgotten;
        this.rejoin = rejoin;
        this.learnerStores = learnerStores;
    }

    /** An acceptor has lost what it knew. */
    void forgot() {
        anyForgot = true;
    }

    /** Whether enough acceptors vote, or can come to vote, and have room. */
    boolean isProgressDemanded() {
        int voters = 0;
        for (int id = 0; id < forgotten.length; id++) {
            // One that could not join before another forgot may never hear that all have noted it.
            voters += checker.isFormed(id) || !anyForgot ? 1 : 0;
        }
        int quorum = Math.max(settings.quorums().phase1(), settings.quorums().phase2());
        return voters >= quorum && !isFull();
    }

    private boolean isFull() {
        for (Inhabitants home : inhabitants) {
            if (home.acceptor() != null && isFull(home.acceptor().view(0))) {
                return true;
            }
        }
        return false;
    }

    private boolean isFull(AcceptorView acceptor) {
        return acceptor.storedInstances() >= settings.storedInstancesMax() / 2
                || acceptor.storedBytes() >= Household.STORED_BYTES_MAX / 2;
    }

    /** What stands between now and an outcome for each value; null if nothing does. */
    @Nullable
    String openObstacle() {
        // What stands under a key only a learner tells; where none can, the outcome comes at its deadline.
        boolean told = anyLearnerDelivers();
        for (int user = 0; user < users.size(); user++) {
            int open = told ? users.get(user).openCount() : users.get(user).openWithoutKey();
            if (open > 0) {
                return "user " + user + " waits for " + open + " outcomes";
            }
        }
        return null;
    }

    private boolean anyLearnerDelivers() {
        for (int id = 0; id < settings.layout().learners(); id++) {
            if (!checker.isStopped(id) && !isLost(id)) {
                return true;
            }
        }
        return false;
    }

    /** What stands between now and a settled cluster; null if nothing does. */
    @Nullable
    String obstacle() {
        String open = openObstacle();
        if (open != null) {
            return open;
        }
        long watermark = checker.log().decided().watermark();
        for (int id = 0; id < settings.layout().learners(); id++) {
            if (!checker.isStopped(id) && checker.delivered(id) < watermark && !isLost(id)) {
                return "learner " + id + " has delivered " + checker.delivered(id) + " of " + watermark;
            }
        }
        return leaders() == 1 ? stillOut() : leaders() + " proposers lead";
    }

    /** Who was told to rejoin must come in, if enough others vote. */
    @Nullable
    private String stillOut() {
        int acceptors = forgotten.length;
        int phase1 = settings.quorums().phase1();
        int voters = 0;
        for (int id = 0; id < acceptors; id++) {
            voters += checker.isFormed(id) ? 1 : 0;
        }
        boolean possible = rejoin && phase1 > 1 && phase1 < acceptors
                && voters >= Math.max(acceptors - phase1 + 1, (acceptors + 1) / 2);
        for (int id = 0; id < acceptors && possible; id++) {
            if (forgotten[id]) {
                return "acceptor " + id + " has not rejoined";
            }
        }
        return null;
    }

    /** Whether acceptors have trimmed what a learner needs, and no other learner has it: all lost their stores. */
    private boolean isLost(int learner) {
        for (Inhabitants home : inhabitants) {
            if (home.learner() != null && home.learner().id() == learner) {
                return home.learner().progress().needsPeer()
                        && !learnerStores.anyGives(learner, home.learner().progress().next());
            }
        }
        return false;
    }

    private int leaders() {
        int leaders = 0;
        for (Inhabitants home : inhabitants) {
            if (home.proposer() != null && home.proposer().view(0).isLeader()) {
                leaders++;
            }
        }
        return leaders;
    }

    /**
     * Whoever took part in forming the log with the store that it has votes, and whoever did not, or lost that store, stays
     * out and says why. One whose commit failed in this life may not know it: its node holds back what it says, which is
     * checked where words leave.
     */
    void checkEnd() {
        for (Inhabitants home : inhabitants) {
            if (home.acceptor() != null && checker.isFormed() && !checker.isMute(home.acceptor().view(0).id())) {
                AcceptorView view = home.acceptor().view(0);
                boolean votes = view.status() == AcceptorState.Status.VOTING;
                if (votes != checker.isFormed(view.id()) || view.reason().isBlank()) {
                    throw Failure.safety("S10", "acceptor %d is %s: %s", view.id(), view.status(), view.reason());
                }
            }
        }
    }
}
