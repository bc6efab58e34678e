package io.synod.client.cli.torture;

import io.synod.client.Client;
import io.synod.client.ClientOutput;
import io.synod.client.cli.Pulse;
import io.synod.client.history.History;
import io.synod.protocol.Bytes;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Sender;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that submits a few values at a time in each of its lanes, at a steady pace as long as not too many have no outcome, and
 * writes down everything that it does and is told. All of it happens on its loop's thread.
 */
final class Load implements Role {

    private static final int OPEN_MAX = 256;

    private final Client client;
    private final String name;
    private final History history;
    private final Pulse pulse;
    private final long intervalNanos;
    private final int burst;
    private final long[] lastTicket;
    private final int[] open;
    private long nextNanos;
    private boolean running = true;

    /**
     * @param name names the client in the ids of its values
     * @param pulse is told of each acknowledged value
     * @param intervalNanos between two bursts
     * @param burst how many values at a time in each lane
     */
    Load(Client client, String name, History history, Pulse pulse, long intervalNanos, int burst) {
        this.client = client;
        this.name = name;
        this.history = history;
        this.pulse = pulse;
        this.intervalNanos = intervalNanos;
        this.burst = burst;
        this.lastTicket = new long[client.lanes()];
        this.open = new int[client.lanes()];
    }

    /** Submits nothing more by itself. On the loop's thread. */
    void end() {
        running = false;
    }

    /** Submits a last value in each lane, and returns their ids. On the loop's thread. */
    List<String> submitLast(long nowNanos) {
        List<String> ids = new ArrayList<>();
        for (int lane = 0; lane < open.length; lane++) {
            submit(lane, 1, nowNanos);
            ids.add(id(lane, lastTicket[lane]));
        }
        return ids;
    }

    private String stream(int lane) {
        return name + "/" + lane;
    }

    private String id(int lane, long ticket) {
        return stream(lane) + "#" + ticket;
    }

    private void submit(int lane, int count, long nowNanos) {
        List<Bytes> values = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            String id = id(lane, lastTicket[lane] + i);
            history.submitted(stream(lane), lastTicket[lane] + i, id);
            values.add(Bytes.ofUtf8(Payload.of(id)));
        }
        if (!client.submit(lane, values, nowNanos).isTaken()) {
            throw new IllegalStateException("the client has no room, though few values are open");
        }
        lastTicket[lane] += count;
        open[lane] += count;
    }

    @Override
    public RoleType type() {
        return client.type();
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        nextNanos = nowNanos;
        client.onStart(nowNanos, effects);
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        client.onMessage(from, message, nowNanos, effects);
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        if (running && nowNanos >= nextNanos) {
            nextNanos = nowNanos + intervalNanos;
            for (int lane = 0; lane < open.length; lane++) {
                if (open[lane] + burst <= OPEN_MAX) {
                    submit(lane, burst, nowNanos);
                }
            }
        }
        client.onRound(nowNanos, effects);
        for (Output output : effects.outputs()) {
            if (output instanceof ClientOutput outcome) {
                onOutcome(outcome, nowNanos);
            }
        }
    }

    private void onOutcome(ClientOutput outcome, long nowNanos) {
        switch (outcome) {
            case ClientOutput.Decided decided -> {
                for (int i = 0; i < decided.count(); i++) {
                    int index = decided.firstIndex() < 0 ? -1 : decided.firstIndex() + i;
                    history.acknowledged(id(decided.lane(), decided.firstTicket() + i), decided.instance(), index);
                }
                open[decided.lane()] -= decided.count();
                pulse.delivered(decided.count(), decided.latencyNanos(), nowNanos);
            }
            case ClientOutput.Refused refused -> {
                for (int i = 0; i < refused.count(); i++) {
                    history.refused(id(refused.lane(), refused.firstTicket() + i));
                }
                open[refused.lane()] -= refused.count();
            }
            case ClientOutput.Unknown unknown -> {
                for (int i = 0; i < unknown.count(); i++) {
                    history.unknown(id(unknown.lane(), unknown.firstTicket() + i));
                }
                open[unknown.lane()] -= unknown.count();
            }
            case ClientOutput.SessionOpened _, ClientOutput.SessionLost _ -> {}
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return running ? Math.min(nextNanos, client.nextDeadlineNanos()) : client.nextDeadlineNanos();
    }

    @Override
    public void onStop(long nowNanos, Effects effects) {
        client.onStop(nowNanos, effects);
    }
}
