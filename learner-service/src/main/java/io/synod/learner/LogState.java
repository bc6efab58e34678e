package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.message.PrefixHash;
import java.util.List;

/**
 * What the decided log up to a position amounts to: the session table, the idempotency keys and the rolling hash. It is a function of the log
 * alone, so it can be snapshotted, handed over, and built again from a snapshot and the log after it.
 *
 * <p>Inside a client it follows that client's sessions alone, and is neither snapshotted nor compared. Not thread-safe.
 */
public final class LogState {

    private final SessionTable sessions;
    private final RollingHash hash;
    private final boolean ownSessions;
    private long position;
    private long values;
    private long applied;
    private long appliedBytes;

    private LogState(SessionTable sessions, RollingHash hash, boolean ownSessions, long position, long values) {
        this.sessions = sessions;
        this.hash = hash;
        this.ownSessions = ownSessions;
        this.position = position;
        this.values = values;
    }

    /** The state before the first instance. */
    public static LogState empty() {
        return empty(new Decisions());
    }

    static LogState empty(Decisions decisions) {
        return new LogState(SessionTable.ofLog(SessionLimits.DEFAULT, decisions), new RollingHash(), false, 0, 0);
    }

    /** The state inside a client. */
    static LogState ofClient(SessionLimits floor, Decisions decisions) {
        return new LogState(SessionTable.ofClient(floor, decisions), new RollingHash(), true, 0, 0);
    }

    /**
     * Reads a snapshot.
     *
     * @throws IllegalArgumentException if it cannot be understood
     */
    public static LogState of(LearnerSnapshot snapshot) {
        return of(snapshot, new Decisions());
    }

    static LogState of(LearnerSnapshot snapshot, Decisions decisions) {
        SnapshotCodec.Content content = SnapshotCodec.read(snapshot.state());
        return new LogState(
                SessionTable.restored(content.limits(), decisions.handedOver(content.sessions()),
                        new RememberedKeys(decisions.handedOverKeys(content.keys())), decisions),
                new RollingHash(content.hash(), content.kept()),
                false,
                snapshot.instance(),
                content.values());
    }

    /** The state that a store remembers. */
    static LogState of(LearnerRecovery recovery, Decisions decisions) {
        LearnerSnapshot snapshot = recovery.snapshot();
        LogState state = snapshot == null ? empty(decisions) : of(snapshot, decisions);
        for (Bytes batch : recovery.since()) {
            state.apply(state.position + 1, batch.checksum(), batch);
        }
        return state;
    }

    /** The last instance that it includes; 0 if none. */
    public long position() {
        return position;
    }

    /**
     * Applies what was decided in the next instance; inside a client, in any later one.
     *
     * @param checksum that of the batch ({@link Bytes#checksum})
     * @return what is delivered at this instance
     */
    public List<Run> apply(long instance, long checksum, Bytes batch) {
        if (!ownSessions && instance != position + 1) {
            throw new IllegalArgumentException("instance " + instance + " does not follow " + position);
        }
        position = instance;
        applied++;
        appliedBytes += batch.length();
        List<Run> runs = sessions.apply(instance, batch);
        for (int i = 0; i < runs.size(); i++) {
            values += runs.get(i).count();
        }
        if (!ownSessions) {
            hash.add(instance, checksum, runs);
        }
        return runs;
    }

    /** How many instances were applied to the snapshot, or to nothing, that it was made of. */
    long applied() {
        return applied;
    }

    /** How many bytes those have. */
    long appliedBytes() {
        return appliedBytes;
    }

    /** How many values were delivered up to the position. */
    public long values() {
        return values;
    }

    /** Returns a snapshot of the state as it is now. */
    public LearnerSnapshot snapshot(LogId logId) {
        return new LearnerSnapshot(position, logId, SnapshotCodec.write(values, hash, sessions));
    }

    /** About how many bytes a snapshot would have. */
    long snapshotBytes() {
        return SnapshotCodec.length(hash, sessions);
    }

    SessionTable sessions() {
        return sessions;
    }

    /** The rolling hashes that are kept, by rising instance (rule S13). */
    List<PrefixHash> hashes() {
        return hash.kept();
    }
}
