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
    private long stored;
    private long storedEver;
    private long sound = Long.MAX_VALUE;
    private boolean remembers;
    private boolean stopped;

    LearnerMirror(int id, Checks checks) {
        this.id = id;
        this.checks = checks;
    }

    /** The last instance it delivered. */
    long delivered() {
        return delivered;
    }

    /** The delivery of an instance is recorded, to be carried out at the end of the round at the latest. */
    void record(long instance) {
        recorded = instance;
    }

    /** Up to where it holds everything: what is durable and not known to be damaged, or, in memory, recorded. */
    long holds() {
        return remembers ? Math.min(stored, sound) : recorded;
    }

    /** Up to where it may ever have said, in this life, that it holds everything. */
    long heldInThisLife() {
        return remembers ? stored : recorded;
    }

    /** Up to where any of its lives held everything. */
    long heldEver() {
        return Math.max(storedEver, holds());
    }

    void store(long through) {
        stored = through;
        storedEver = heldEver();
    }

    /** It learns that an instance of its store is damaged: in this life it holds nothing from there on. */
    void damage(long instance) {
        sound = Math.min(sound, instance - 1);
    }

    /** Whether it has said that it delivers nothing any more. */
    boolean isStopped() {
        return stopped;
    }

    /** It begins anew with what it remembers. */
    void restart(long remembered, boolean durable) {
        storedEver = heldEver();
        delivered = remembered;
        recorded = remembered;
        stored = remembered;
        remembers = durable;
        sound = Long.MAX_VALUE;
        stopped = false;
    }

    /** It goes on after a snapshot of a peer: never behind what it delivered, and only where all is decided. */
    void restore(long instance, long watermark) {
        checks.that(
                instance > delivered && instance <= watermark,
                "S7",
                "learner %d goes on after instance %d, having delivered %d of %d that are decided",
                id,
                instance,
                delivered,
                watermark);
        delivered = instance;
        recorded = instance;
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
        recorded = Math.max(recorded, instance);
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
