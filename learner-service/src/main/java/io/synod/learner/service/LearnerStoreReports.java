package io.synod.learner.service;

import io.synod.learner.Learner;
import io.synod.learner.StoreDamage;
import io.synod.learner.storage.Checkpoint;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.StoreReports;
import io.synod.runtime.EventLoop;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what the store reports to the learner, through the mailbox of the loop. */
final class LearnerStoreReports implements StoreReports {

    private static final Logger log = LoggerFactory.getLogger(LearnerStoreReports.class);

    private final Learner learner;
    private final EventLoop loop;
    private final Checkpoints checkpoints;
    private final RandomGenerator random;
    private @Nullable Checkpoint passed;

    /** @param random draws for the id under which a learner reports that holds less than it did; any thread may use it */
    LearnerStoreReports(Learner learner, EventLoop loop, Checkpoints checkpoints, RandomGenerator random) {
        this.learner = learner;
        this.loop = loop;
        this.checkpoints = checkpoints;
        this.random = random;
    }

    @Override
    public boolean stored(long through) {
        return loop.execute((_, _) -> learner.stored(through));
    }

    /** What is dropped after the newest checkpoint is lost to whoever would begin there: that is said once (rule S12). */
    @Override
    public void cut(long first) {
        Checkpoint newest = checkpoints.newest();
        if (newest != null && newest.instance() + 1 < first && !newest.equals(passed)) {
            passed = newest;
            log.warn("By paxos.learner.retention the log begins with instance {} now, after the newest checkpoint, at"
                    + " instance {}: an application that begins there misses what lies between", first,
                    newest.instance());
        }
    }

    @Override
    public boolean damaged(StoreDamage damage) {
        long drawn = random.nextLong();
        return loop.execute((_, _) -> learner.storeDamaged(damage, drawn));
    }

    @Override
    public boolean failed(String cause) {
        return loop.execute((_, effects) -> learner.storeFailed(cause, effects));
    }
}
