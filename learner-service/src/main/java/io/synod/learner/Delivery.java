package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.LocateKey;
import io.synod.protocol.message.Located;
import io.synod.role.Effects;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands on what is decided, in the order of instances: what each instance delivers, what became of sessions, and now and then
 * a snapshot. Knows where delivered values stand, and up to where what was delivered is held.
 */
final class Delivery {

    private final LearnerSettings settings;
    private final Decisions decisions;
    private LogState state;
    private final Holding holding;
    private final DeliveredPlaces places = new DeliveredPlaces();

    private long instances;
    private long values;

    Delivery(LearnerSettings settings, LogState state, Decisions decisions) {
        this.settings = settings;
        this.decisions = decisions;
        this.state = state;
        this.holding = new Holding(settings.storing(), decisions);
        holding.begin(state.position(), state.applied(), state.appliedBytes());
        places.begin(state.position());
    }

    LogState state() {
        return state;
    }

    Holding holding() {
        return holding;
    }

    /** How many instances were delivered since the start. */
    long instances() {
        return instances;
    }

    /** How many values were delivered since the start. */
    long values() {
        return values;
    }

    /** Delivers the next instance. */
    void deliver(LogId logId, long instance, long checksum, Bytes batch, Effects effects) {
        List<Run> runs = state.apply(instance, checksum, batch);
        instances++;
        if (!settings.ownSessions() || !runs.isEmpty()) {
            Delivered delivered = new Delivered(instance, batch, runs);
            values += delivered.values();
            effects.output(delivered);
        }
        List<LearnerOutput> events = state.sessions().events();
        for (int i = 0; i < events.size(); i++) {
            effects.output(events.get(i));
        }
        if (settings.ownSessions()) {
            return;
        }
        places.delivered(instance, runs);
        holding.delivered(batch.length());
        if (holding.isSnapshotDue() && state.snapshotBytes() <= LearnerSnapshot.STATE_BYTES_MAX) {
            holding.snapshotTaken();
            effects.output(state.snapshot(logId));
        }
    }

    /**
     * Goes on from a peer's snapshot, which lies after all that was delivered.
     *
     * @return whether it could be understood
     */
    boolean restore(LearnerSnapshot snapshot, Effects effects) {
        try {
            state = LogState.of(snapshot, decisions);
        } catch (IllegalArgumentException e) {
            return false;
        }
        holding.skipTo(snapshot.instance());
        places.begin(snapshot.instance());
        effects.output(new LearnerRestored(snapshot));
        return true;
    }

    /** Returns what is remembered of a key; null while the instance asked about is not delivered. */
    @Nullable
    KeyLocated locate(LocateKey locate) {
        if (locate.instance() > state.position()) {
            return null;
        }
        RememberedKeys.Remembered known = state.sessions().keys().find(locate.key());
        return new KeyLocated(
                locate.instance(),
                locate.session(),
                locate.number(),
                known == null ? KeyLocated.NOWHERE : known.instance,
                known == null ? 0 : known.index,
                known == null ? Digest.NONE : known.value);
    }

    /** Returns where a value stands; null while its instance is not delivered. */
    @Nullable
    Located locate(Locate locate) {
        return places.answer(locate);
    }
}
