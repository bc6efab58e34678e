package io.synod.role;

import io.synod.protocol.NodeId;
import io.synod.protocol.message.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What a round is to bring about, as data. Messages are sorted into those that may go now and those that must wait until
 * everything written so far is durable (rule S2); {@link Durability} says which is which, by type. Not thread-safe.
 */
public final class Effects {

    /** A message and the node it is for; the node may be the sender's own, for a co-located role. */
    public record Outgoing(NodeId to, Message message) {}

    private final List<Write> writes = new ArrayList<>();
    private final List<Outgoing> now = new ArrayList<>();
    private final List<Outgoing> afterCommit = new ArrayList<>();
    private final List<Output> outputs = new ArrayList<>();

    /** Sends a message when its type allows: at once, or after the newest commit handed over before it. */
    public void send(NodeId to, Message message) {
        (Durability.of(message) == Durability.NOW ? now : afterCommit).add(new Outgoing(to, message));
    }

    /** Sends a message to each of several nodes. */
    public void send(List<NodeId> to, Message message) {
        for (int i = 0; i < to.size(); i++) {
            send(to.get(i), message);
        }
    }

    /** Records a write; it becomes durable with the next group commit. */
    public void write(Write write) {
        writes.add(write);
    }

    /** Hands something to the service. */
    public void output(Output output) {
        outputs.add(output);
    }

    public List<Write> writes() {
        return writes;
    }

    /** Messages that may go now. */
    public List<Outgoing> now() {
        return now;
    }

    /** Messages that wait until the newest commit handed over before them is durable. */
    public List<Outgoing> afterCommit() {
        return afterCommit;
    }

    public List<Output> outputs() {
        return outputs;
    }

    public boolean isEmpty() {
        return writes.isEmpty() && now.isEmpty() && afterCommit.isEmpty() && outputs.isEmpty();
    }

    /** Forgets everything recorded. */
    public void clear() {
        writes.clear();
        now.clear();
        afterCommit.clear();
        outputs.clear();
    }
}
