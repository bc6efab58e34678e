package io.synod.runtime;

import io.synod.protocol.NodeId;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Effects.Outgoing;
import io.synod.role.Output;
import io.synod.role.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the effects of a round in the only safe order (rule S2):
 *
 * <ol>
 *   <li>Writes join the group that forms. At most one commit is in flight and one forms.
 *   <li>Messages that wait for durability are queued behind the newest commit: the one that forms, if it holds anything,
 *       or else the one in flight. They are queued before a commit is handed over, since storage may report it at once.
 *       Where neither is there, everything written so far is durable and they go.
 *   <li>If no commit is in flight, the group is handed over: the disk begins before the network is served.
 *   <li>Messages that may go now are posted.
 *   <li>Outputs are handed on last, so that a slow or failing receiver of outputs holds up neither disk nor network.
 * </ol>
 *
 * When a commit fails, nothing is handed to storage any more and nothing that waits for durability leaves, ever: the page
 * cache may show what the disk lacks, so there is no retry.
 *
 * <p>What waits behind a slow commit is bounded in messages and bytes. At half of a bound there is a backlog, until a quarter is
 * left: roles are told, and refuse what would add to it. Beyond the bound, which repeats and reports may reach still, the oldest
 * go first. All of them are repaired like messages that a network lost: their receivers ask again, and the oldest are those
 * most likely to have been asked for again already, with the answer queued behind. Not thread-safe.
 */
final class EffectRunner {

    /** Where messages go that may leave. */
    @FunctionalInterface
    interface Post {
        void post(NodeId to, Message message);
    }

    private final Storage storage;
    private final OutputSink outputs;
    private final Post post;
    private final NodeSettings.Bounds bounds;
    private final NodeCounters counters;

    private List<Write> forming = new ArrayList<>();
    private List<Write> spare = new ArrayList<>();

    /** What waits for the commit in flight, and for the one that forms. */
    private ArrayDeque<Outgoing> behindInFlight = new ArrayDeque<>();

    private ArrayDeque<Outgoing> behindForming = new ArrayDeque<>();
    private long handedOver;
    private long durable;
    private long waitingBytes;
    private boolean backlogged;
    private @Nullable Throwable storageFailure;

    EffectRunner(
            Storage storage, OutputSink outputs, Post post, NodeSettings.Bounds bounds, NodeCounters counters) {
        this.storage = storage;
        this.outputs = outputs;
        this.post = post;
        this.bounds = bounds;
        this.counters = counters;
    }

    /** Carries out what was recorded and clears it. */
    void carryOut(Effects effects) {
        form(effects.writes());
        queue(effects.afterCommit());
        handOver();
        List<Outgoing> now = effects.now();
        for (int i = 0; i < now.size(); i++) {
            post.post(now.get(i).to(), now.get(i).message());
        }
        List<Output> handed = effects.outputs();
        for (int i = 0; i < handed.size(); i++) {
            outputs.accept(handed.get(i));
        }
        effects.clear();
    }

    /** Storage reports that the commit in flight is durable. */
    void committed(long number) {
        requireInFlight(number);
        durable = number;
        counters.countCommit();
        release();
        handOver();
    }

    /** Storage reports that the commit in flight failed. */
    void commitFailed(long number, Throwable cause) {
        requireInFlight(number);
        storageFailure = cause;
        counters.countWaitingDropped(waitingMessages());
        behindInFlight.clear();
        behindForming.clear();
        waitingBytes = 0;
        forming.clear();
    }

    /** Why storage failed, or null while it works. */
    @Nullable
    Throwable storageFailure() {
        return storageFailure;
    }

    boolean isCommitInFlight() {
        return handedOver > durable;
    }

    int waitingMessages() {
        return behindInFlight.size() + behindForming.size();
    }

    long waitingBytes() {
        return waitingBytes;
    }

    /** Returns whether so much waits for commits that no more should be brought about. */
    boolean isBacklogged() {
        int share = backlogged ? 4 : 2;
        backlogged = waitingMessages() > bounds.waitingMessagesMax() / share
                || waitingBytes > bounds.waitingBytesMax() / share;
        return backlogged;
    }

    /** How many writes wait for the commit in flight to end. */
    int formingWrites() {
        return forming.size();
    }

    private void form(List<Write> writes) {
        if (storageFailure == null) {
            forming.addAll(writes);
        }
    }

    private void queue(List<Outgoing> afterCommit) {
        if (storageFailure != null) {
            counters.countWaitingDropped(afterCommit.size());
            return;
        }
        if (forming.isEmpty() && !isCommitInFlight()) {
            for (int i = 0; i < afterCommit.size(); i++) {
                post.post(afterCommit.get(i).to(), afterCommit.get(i).message());
            }
            return;
        }
        ArrayDeque<Outgoing> waiting = forming.isEmpty() ? behindInFlight : behindForming;
        for (int i = 0; i < afterCommit.size(); i++) {
            waiting.addLast(afterCommit.get(i));
            waitingBytes += MessageSize.of(afterCommit.get(i).message());
        }
        dropBeyondBounds();
    }

    private void dropBeyondBounds() {
        int left = waitingMessages();
        int dropped = 0;
        while (left > bounds.waitingMessagesMax() || (waitingBytes > bounds.waitingBytesMax() && left > 1)) {
            ArrayDeque<Outgoing> oldest = behindInFlight.isEmpty() ? behindForming : behindInFlight;
            waitingBytes -= MessageSize.of(oldest.removeFirst().message());
            left--;
            dropped++;
        }
        if (dropped > 0) {
            counters.countWaitingDropped(dropped);
        }
    }

    private void handOver() {
        if (forming.isEmpty() || isCommitInFlight()) {
            return;
        }
        List<Write> group = forming;
        forming = spare;
        forming.clear();
        spare = group;
        // Nothing waits for the commit before: it is durable.
        ArrayDeque<Outgoing> released = behindInFlight;
        behindInFlight = behindForming;
        behindForming = released;
        handedOver++;
        storage.commit(handedOver, group);
    }

    private void release() {
        for (Outgoing next = behindInFlight.pollFirst(); next != null; next = behindInFlight.pollFirst()) {
            waitingBytes -= MessageSize.of(next.message());
            post.post(next.to(), next.message());
        }
    }

    private void requireInFlight(long number) {
        if (storageFailure != null || number != handedOver || !isCommitInFlight()) {
            throw new IllegalStateException("storage reported commit " + number + ", but "
                    + (storageFailure != null
                            ? "it failed before"
                            : isCommitInFlight() ? handedOver + " is in flight" : "none is in flight"));
        }
    }
}
