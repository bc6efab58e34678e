package io.synod.client.service;

import io.synod.client.Admission;
import io.synod.client.Client;
import io.synod.client.ClientOutput;
import io.synod.client.ValueKey;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.role.Output;
import io.synod.runtime.EventLoop;
import io.synod.runtime.OutputSink;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Joins threads that have one value each to the client on the loop's thread. The way in is the loop's bounded mailbox; when it
 * is full, or the client's queue is, the value is not taken and its thread is told at once. A value whose idempotency key is
 * under way here already is not submitted again: its thread gets the outcome of the first.
 */
final class ValueSubmissions implements OutputSink {

    /** The one lane: values of all threads share a session, and so blocks and datagrams. */
    private static final int LANE = 0;

    private record Pending(long ticket, CompletableFuture<ValueOutcome> outcome) {}

    private final Client client;
    private final Supplier<EventLoop> loop;
    /** Those without a key that have no outcome, by ticket; the loop's thread alone. */
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final KeysUnderWay keyed = new KeysUnderWay();
    private volatile LongConsumer latencyNanos = nanos -> {};

    ValueSubmissions(Client client, Supplier<EventLoop> loop) {
        this.client = client;
        this.loop = loop;
    }

    /** Says who is told the latency of each value that was decided, in nanoseconds, on the loop's thread. */
    void setLatencyListener(LongConsumer listener) {
        latencyNanos = listener;
    }

    /**
     * Submits a value. The outcome is completed on the loop's thread, or at once when the value is not taken.
     *
     * @param key the value's idempotency key, null if it has none
     */
    CompletableFuture<ValueOutcome> submit(Bytes value, @Nullable Bytes key) {
        CompletableFuture<ValueOutcome> outcome = new CompletableFuture<>();
        ValueKey valueKey = key == null ? null : ValueKey.of(key, value);
        EventLoop target = loop.get();
        boolean handed = target.execute((nowNanos, _) -> {
            if (valueKey == null) {
                take(value, outcome, nowNanos);
            } else {
                take(valueKey, value, outcome, nowNanos);
            }
        });
        if (!handed) {
            outcome.complete(
                    target.state() == EventLoop.State.RUNNING
                            ? new ValueOutcome.Overloaded()
                            : new ValueOutcome.NotRunning("the node's loop is " + target.state()));
        }
        return outcome;
    }

    private void take(Bytes value, CompletableFuture<ValueOutcome> outcome, long nowNanos) {
        Admission admission = client.submit(LANE, List.of(value), nowNanos);
        switch (admission.status()) {
            case TAKEN -> pending.addLast(new Pending(admission.firstTicket(), outcome));
            case FULL -> outcome.complete(new ValueOutcome.Overloaded());
            case TOO_LARGE -> outcome.complete(new ValueOutcome.TooLarge());
        }
    }

    private void take(ValueKey key, Bytes value, CompletableFuture<ValueOutcome> outcome, long nowNanos) {
        if (keyed.join(key, outcome)) {
            return;
        }
        Admission admission = client.submit(LANE, key, value, nowNanos);
        switch (admission.status()) {
            case TAKEN -> keyed.begin(admission.firstTicket(), key, outcome);
            case FULL -> outcome.complete(new ValueOutcome.Overloaded());
            case TOO_LARGE -> outcome.complete(new ValueOutcome.TooLarge());
        }
    }

    @Override
    public void accept(Output output) {
        if (!(output instanceof ClientOutput own)) {
            return;
        }
        switch (own) {
            case ClientOutput.Decided decided -> decided(decided);
            case ClientOutput.Refused refused -> {
                ValueOutcome outcome = new ValueOutcome.Refused(refused.reason());
                for (int i = 0; i < refused.count(); i++) {
                    complete(refused.firstTicket() + i, outcome);
                }
            }
            case ClientOutput.Unknown unknown -> {
                SessionId session = unknown.session();
                for (int i = 0; i < unknown.count(); i++) {
                    complete(unknown.firstTicket() + i, new ValueOutcome.Unknown(session, unknown.firstNumber() + i));
                }
            }
            case ClientOutput.SessionOpened _, ClientOutput.SessionLost _ -> {}
        }
    }

    private void decided(ClientOutput.Decided decided) {
        int index = decided.firstIndex();
        for (int i = 0; i < decided.count(); i++) {
            latencyNanos.accept(decided.latencyNanos());
            complete(
                    decided.firstTicket() + i,
                    new ValueOutcome.Decided(decided.instance(), index < 0 ? index : index + i));
        }
    }

    /** Outcomes come in the order of the tickets, but for values with a key. */
    private void complete(long ticket, ValueOutcome outcome) {
        if (keyed.complete(ticket, outcome)) {
            return;
        }
        Pending next = pending.peekFirst();
        if (next != null && next.ticket() == ticket) {
            pending.removeFirst();
            next.outcome().complete(outcome);
        }
    }
}
