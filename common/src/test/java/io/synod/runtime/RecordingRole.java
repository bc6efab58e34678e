package io.synod.runtime;

import io.synod.protocol.NodeId;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Sender;
import io.synod.role.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what it is told, and does what a test has asked for. */
class RecordingRole implements Role {

    record Heard(Sender from, Message message) {}

    record TestWrite(int number) implements Write {}

    record TestOutput(int number) implements Output {}

    final List<Heard> heard = new ArrayList<>();
    final List<Consumer<Effects>> onNextRound = new ArrayList<>();
    Consumer<Effects> onEveryMessage = effects -> {};
    int rounds;
    int starts;
    int stops;
    final List<Boolean> backlogs = new ArrayList<>();
    final List<String> storageFailures = new ArrayList<>();
    long deadlineNanos = Long.MAX_VALUE;

    private final RoleType type;

    RecordingRole(RoleType type) {
        this.type = type;
    }

    List<Message> messages() {
        return heard.stream().map(Heard::message).toList();
    }

    void sendNextRound(NodeId to, Message message) {
        onNextRound.add(effects -> effects.send(to, message));
    }

    @Override
    public RoleType type() {
        return type;
    }

    @Override
    public void onStart(long nowNanos, Effects effects) {
        starts++;
    }

    @Override
    public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
        heard.add(new Heard(from, message));
        onEveryMessage.accept(effects);
    }

    @Override
    public void onRound(long nowNanos, Effects effects) {
        rounds++;
        List<Consumer<Effects>> actions = List.copyOf(onNextRound);
        onNextRound.clear();
        actions.forEach(action -> action.accept(effects));
    }

    @Override
    public void onBacklog(boolean backlogged) {
        backlogs.add(backlogged);
    }

    @Override
    public void onStorageFailed(String reason, long nowNanos, Effects effects) {
        storageFailures.add(reason);
    }

    @Override
    public long nextDeadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void onStop(long nowNanos, Effects effects) {
        stops++;
    }
}
