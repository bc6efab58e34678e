package io.synod.simulation.check;

import io.synod.learner.Delivered;
import io.synod.learner.Run;
import io.synod.protocol.entry.ValueCursor;
import java.util.List;

/** What one configured learner has delivered in its present life, held against the decided log (S6, S7, S8). */
final class LearnerMirror {

    private final int id;
    private final Checks checks;
    private long delivered;
    private long recorded;
    private boolean stopped;

    LearnerMirror(int id, Checks checks) {
        this.id = id;
        this.checks = checks;
    }

    /** The last instance it delivered. */
    long delivered() {
        return delivered;
    }

    /** The last instance whose delivery it has recorded, to be carried out at the end of the round at the latest. */
    long recorded() {
        return recorded;
    }

    void record(long instance) {
        recorded = instance;
    }

    /** Whether it has said that it delivers nothing any more. */
    boolean isStopped() {
        return stopped;
    }

    /** It begins anew with nothing. */
    void restart() {
        delivered = 0;
        recorded = 0;
        stopped = false;
    }

    void stop() {
        stopped = true;
    }

    void deliver(Delivered told, LogMirror log) {
        long instance = told.instance();
        checks.that(!stopped, "S12", "learner %d delivers instance %d after it stopped", id, instance);
        checks.that(
                instance == delivered + 1, "S7", "learner %d delivers instance %d after %d", id, instance, delivered);
        checks.that(
                log.decided().isDecided(instance), "S6", "learner %d delivers instance %d undecided", id, instance);
        checks.that(
                log.decided().decided(instance).equals(told.batch()),
                "S7",
                "learner %d delivers another value in instance %d than was decided",
                id,
                instance);
        delivered = instance;
        compare(instance, told.runs(), log.deliveries(instance));
    }

    private void compare(long instance, List<Run> runs, List<ReferenceSessions.Delivery> expected) {
        int index = 0;
        for (Run run : runs) {
            checks.that(
                    run.firstIndex() == index,
                    "S8",
                    "learner %d gives a value of instance %d the index %d, not %d",
                    id,
                    instance,
                    run.firstIndex(),
                    index);
            ValueCursor cursor = new ValueCursor(run.body());
            for (int i = 0; i < run.count(); i++) {
                cursor.advance();
                ReferenceSessions.Delivery next = index < expected.size() ? expected.get(index) : null;
                checks.that(
                        next != null
                                && next.session().equals(run.session())
                                && next.number() == run.firstNumber() + i
                                && next.value().equals(cursor.value()),
                        "S8",
                        "learner %d delivers number %d of session %s at %d:%d; the log says %s",
                        id,
                        run.firstNumber() + i,
                        run.session(),
                        instance,
                        index,
                        next);
                index++;
            }
        }
        checks.that(
                index == expected.size(),
                "S8",
                "learner %d delivers %d values of instance %d; the log says %d",
                id,
                index,
                instance,
                expected.size());
    }
}
