package io.synod.client.cli;

import io.synod.client.Client;
import io.synod.client.ClientOutput;
import io.synod.protocol.RoleType;
import io.synod.protocol.SessionId;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Sender;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;

/**
 * A client under load: each of its lanes always has a number of values without an outcome. What a round brought to an end is
 * submitted anew in the same round, so the whole window is refilled at once and travels together.
 */
final class ClosedLoopLoad implements Role {

    private final Client client;
    private final LoadStatistics statistics;
    private final int outstanding;
    private final LoadValues values;
    private final BiConsumer<Integer, SessionId> sessions;
    /** Stamped values that came back and were not replaced yet, by lane. */
    private final AtomicIntegerArray returned;
    private final boolean[] opened;
    private final int[] due;
    private boolean running = true;
    private long unfinished;

    /**
     * Makes the load.
     *
     * @param outstanding how many values each lane has without an outcome, up to what its window and queue hold
     * @param values what is submitted; stamped values are done when they {@link #cameBack}, others when the client's own
     *     learner delivers them
     * @param sessions told of each session that a lane opens, on the loop's thread
     */
    ClosedLoopLoad(
            Client client,
            LoadStatistics statistics,
            int outstanding,
            LoadValues values,
            BiConsumer<Integer, SessionId> sessions) {
        this.client = client;
        this.statistics = statistics;
        this.outstanding = outstanding;
        this.values = values;
        this.sessions = sessions;
        this.returned = new AtomicIntegerArray(client.lanes());
        this.opened = new boolean[client.lanes()];
        this.due = new int[client.lanes()];
    }

    Client client() {
        return client;
    }

    /** A stamped value of a lane came back; it is replaced in the loop's next round. By any thread. */
    void cameBack(int lane) {
        returned.incrementAndGet(lane);
    }

    /** Submits nothing more. On the loop's thread. */
    void drain() {
        running = false;
    }

    /** How many values have no outcome. On the loop's thread. */
    long unfinished() {
        return unfinished;
    }

    /** How many lanes have, or had, a session. On the loop's thread. */
    int lanesOpened() {
        int count = 0;
        for (boolean lane : opened) {
            count += lane ? 1 : 0;
        }
        return count;
    }

    @Override
    public RoleType type() {
        return client.type();
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        client.onStart(nowNanos, effects);
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        client.onMessage(from, message, nowNanos, effects);
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        client.onRound(nowNanos, effects);
        for (int lane = 0; values.isStamped() && lane < due.length; lane++) {
            ended(lane, returned.getAndSet(lane, 0));
        }
        List<Output> outputs = effects.outputs();
        int seen = 0;
        boolean more = values.isStamped();
        while (more || seen < outputs.size()) {
            more = false;
            for (; seen < outputs.size(); seen++) {
                if (outputs.get(seen) instanceof ClientOutput outcome) {
                    onOutcome(outcome, nowNanos);
                }
            }
            if (refill(nowNanos)) {
                client.onRound(nowNanos, effects);
            }
        }
    }

    private boolean refill(long nowNanos) {
        boolean submitted = false;
        for (int lane = 0; running && lane < due.length; lane++) {
            if (due[lane] > 0 && client.submit(lane, values.next(lane, due[lane], nowNanos), nowNanos).isTaken()) {
                values.taken(lane, due[lane]);
                unfinished += due[lane];
                due[lane] = 0;
                submitted = true;
            }
        }
        return submitted;
    }

    private void onOutcome(ClientOutput outcome, long roundNanos) {
        switch (outcome) {
            case ClientOutput.Decided decided -> {
                if (!values.isStamped()) {
                    statistics.decided(decided, roundNanos, System.nanoTime());
                    ended(decided.lane(), decided.count());
                }
            }
            case ClientOutput.Refused refused -> {
                statistics.refused(refused);
                ended(refused.lane(), refused.count());
            }
            case ClientOutput.Unknown unknown -> {
                // A stamped value that never comes back stays unfinished, and is counted as lost in the end.
                if (!values.isStamped()) {
                    statistics.unknown(unknown);
                    ended(unknown.lane(), unknown.count());
                }
            }
            case ClientOutput.SessionOpened session -> {
                sessions.accept(session.lane(), session.session());
                if (!opened[session.lane()]) {
                    opened[session.lane()] = true;
                    due[session.lane()] = outstanding;
                }
            }
            case ClientOutput.SessionLost _ -> {}
        }
    }

    private void ended(int lane, int count) {
        due[lane] += count;
        unfinished -= count;
    }

    @Override
    public long nextDeadlineNanos() {
        return client.nextDeadlineNanos();
    }

    @Override
    public void onStop(long nowNanos, Effects effects) {
        client.onStop(nowNanos, effects);
    }
}
