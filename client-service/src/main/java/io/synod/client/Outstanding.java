package io.synod.client;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.role.Effects;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one lane that have no outcome yet: first those that wait, then those sealed in blocks under numbers of the
 * session. Tickets go on over all sessions of the lane, numbers begin at 1 in each. Outcomes are given in the order of the
 * tickets, so that the tickets without an outcome are always the last.
 */
final class Outstanding {

    private static final int BYTES_EXPECTED = 1 << 16;

    /**
     * Where a delivered run stands.
     *
     * @param session its session
     * @param instance the instance in which its turn came
     * @param firstIndex the index of its first value; below 0 if it is not known
     * @param question what is asked about it; null if it is known
     */
    record Place(SessionId session, long instance, int firstIndex, Locator.@Nullable Question question) {}

    private final int lane;
    private final LossDetector lossDetector;
    private final ClientCounters counters;
    private final EntryWriter writer = new EntryWriter(BYTES_EXPECTED);
    /** All submit calls with a value that has no outcome, oldest first. */
    private final ArrayDeque<Submission> submissions = new ArrayDeque<>();
    /** Those of them with a value that stands in no block, oldest first. */
    private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
    /** By number; also those whose values are unknown already, since later numbers cannot be delivered without them. */
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();

    private final Outcomes outcomes;

    private long nextTicket = 1;
    private long nextNumber = 1;
    private int waitingValues;
    private long waitingBytes;
    private int sealedValues;
    private long sealedBytes;

    Outstanding(int lane, LossDetector lossDetector, ClientCounters counters) {
        this.lane = lane;
        this.counters = counters;
        this.lossDetector = lossDetector;
        this.outcomes = new Outcomes(counters);
    }

    /** Takes the values of a submit call and returns the ticket of the first. */
    long take(List<Bytes> values, @Nullable ValueKey key, long bytes, long nowNanos) {
        Submission submission = new Submission(nextTicket, values, key, nowNanos);
        submissions.addLast(submission);
        waiting.addLast(submission);
        waitingValues += values.size();
        waitingBytes += bytes;
        nextTicket += values.size();
        return submission.firstTicket;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    boolean isEmpty() {
        return submissions.isEmpty() && blocks.isEmpty();
    }

    int waitingValues() {
        return waitingValues;
    }

    long waitingBytes() {
        return waitingBytes;
    }

    /** How many values stand in blocks and are not delivered. */
    int sealedValues() {
        return sealedValues;
    }

    long sealedBytes() {
        return sealedBytes;
    }

    ArrayDeque<Block> blocks() {
        return blocks;
    }

    /** Whether a block is there that to send again is of no use. */
    boolean isAnyRejected() {
        for (Block block : blocks) {
            if (block.isRejected()) {
                return true;
            }
        }
        return false;
    }

    /** When the oldest value without an outcome was submitted; {@link Long#MAX_VALUE} if there is none. */
    long oldestNanos() {
        Submission oldest = submissions.peekFirst();
        return oldest == null ? Long.MAX_VALUE : oldest.submittedNanos;
    }

    /**
     * Encodes waiting values, of which there must be one, into a block: at least one, at most {@code valuesMax}, and no more
     * than fit into {@code bytesMax}, unless it is one alone. A value with a key is one alone.
     */
    Block seal(SessionId session, int valuesMax, long bytesMax) {
        Submission submission = waiting.getFirst();
        if (submission.key != null) {
            return sealKeyed(session, submission, submission.key);
        }
        long firstTicket = submission.firstTicket + submission.sealed;
        int count = 0;
        long valueBytes = 0;
        writer.beginValues(session, nextNumber);
        while (submission != null && submission.key == null && count < valuesMax) {
            Bytes value = submission.next();
            if (count > 0 && writer.length() + EntryWriter.VALUE_OVERHEAD_BYTES + value.length() > bytesMax) {
                break;
            }
            writer.value(value);
            submission.sealNext();
            valueBytes += value.length();
            count++;
            if (submission.isSealed()) {
                waiting.removeFirst();
                submission = waiting.peekFirst();
            }
        }
        return sealed(new Block(lane, firstTicket, nextNumber, count, null, writer.endValues().take()), valueBytes);
    }

    private Block sealKeyed(SessionId session, Submission submission, ValueKey key) {
        Bytes value = submission.next();
        writer.keyedValue(session, nextNumber, key.key(), value);
        submission.sealNext();
        waiting.removeFirst();
        return sealed(new Block(lane, submission.firstTicket, nextNumber, 1, key, writer.take()), value.length());
    }

    private Block sealed(Block block, long valueBytes) {
        blocks.addLast(block);
        nextNumber += block.count;
        waitingValues -= block.count;
        waitingBytes -= valueBytes;
        sealedValues += block.count;
        sealedBytes += block.entries.length();
        return block;
    }

    /** The idempotency key of the value that is delivered next; null if it has none, or nothing is outstanding. */
    @Nullable
    ValueKey nextKey() {
        Block block = blocks.peekFirst();
        return block == null ? null : block.key;
    }

    /**
     * Values of the session were delivered. Returns false if they are not the next of the session, as far as this client
     * sealed any: then it knows less of its session than the log does.
     */
    boolean deliver(long firstNumber, int count, Place place, long nowNanos, Effects effects) {
        int done = 0;
        while (done < count) {
            Block block = blocks.peekFirst();
            long next = block == null ? nextNumber : block.firstNumber + block.delivered;
            if (block == null || firstNumber + done != next) {
                counters.repeated(Math.clamp(next - firstNumber - done, 0, count - done));
                return false;
            }
            int most = Math.min(count - done, block.count - block.delivered);
            int step = complete(block, most, place, done, nowNanos, effects);
            block.delivered += step;
            sealedValues -= step;
            done += step;
            if (block.delivered == block.count) {
                blocks.removeFirst();
                sealedBytes -= block.entries.length();
                if (!block.held) {
                    lossDetector.onDecided(block, nowNanos);
                }
                block.release();
            }
        }
        return true;
    }

    /** Gives delivered values their outcome, as many as share a submit call; returns how many. */
    private int complete(Block block, int most, Place place, int offset, long nowNanos, Effects effects) {
        Submission submission = submissions.peekFirst();
        long ticket = block.firstTicket + block.delivered;
        long oldest = oldestTicket();
        if (submission == null || ticket < oldest) {
            int late = (int) Math.min(most, oldest - ticket);
            counters.late(late);
            return late;
        }
        int count = Math.min(most, submission.count - submission.completed);
        long latencyNanos = nowNanos - submission.submittedNanos;
        int index = place.firstIndex < 0 ? place.firstIndex : place.firstIndex + offset;
        ClientOutput.Decided decided =
                new ClientOutput.Decided(lane, ticket, count, place.instance, index, latencyNanos);
        if (place.question == null) {
            outcomes.give(decided, effects);
        } else if (block.key != null) {
            ClientOutput.Unknown unknown = new ClientOutput.Unknown(lane, ticket, 1, place.session, block.firstNumber);
            outcomes.giveKeyed(decided, unknown, block.key, place.question, effects);
        } else {
            outcomes.giveLocated(decided, place.question, offset, effects);
        }
        advance(count);
        return count;
    }

    /** Gives an outcome to every value that was submitted at or before {@code beforeNanos}. */
    void expire(long beforeNanos, SessionId session, Effects effects) {
        if (oldestNanos() > beforeNanos) {
            return;
        }
        if (isAllCertainlyNotSubmitted()) {
            withdraw(session, effects);
        }
        long endTicket = 0;
        for (Submission submission : submissions) {
            if (submission.submittedNanos > beforeNanos) {
                break;
            }
            endTicket = submission.firstTicket + submission.count;
        }
        for (Block block : blocks) {
            settle(block, endTicket, block.isRejected() ? block.refusal : null, session, effects);
        }
        refuseWaiting(endTicket, effects);
    }

    private boolean isAllCertainlyNotSubmitted() {
        for (Block block : blocks) {
            if (!block.isCertainlyNotSubmitted()) {
                return false;
            }
        }
        return !blocks.isEmpty();
    }

    /**
     * Refuses all that stands in blocks, when it is certain that no send of any of it reached the log, and takes its numbers
     * back: the next values get them. Younger values than the deadline asks for are among them; it is certain for them too.
     */
    private void withdraw(SessionId session, Effects effects) {
        nextNumber = blocks.getFirst().firstNumber;
        for (Block block : blocks) {
            RefusalReason reason = block.refusal;
            settle(block, Long.MAX_VALUE, reason == null ? RefusalReason.NOT_SENT : reason, session, effects);
        }
        clearBlocks();
    }

    /** The session ended: nothing more of it is delivered if {@code certain}, otherwise what was sent is unknown. */
    void endSession(SessionId session, boolean certain, Effects effects) {
        for (Block block : blocks) {
            @Nullable RefusalReason reason = null;
            if (block.isRejected()) {
                reason = block.refusal;
            } else if (certain || block.isCertainlyNotSubmitted()) {
                reason = RefusalReason.SESSION_ENDED;
            }
            settle(block, Long.MAX_VALUE, reason, session, effects);
        }
        clearBlocks();
        nextNumber = 1;
    }

    private void clearBlocks() {
        blocks.forEach(Block::release);
        blocks.clear();
        sealedValues = 0;
        sealedBytes = 0;
    }

    /** Gives those values of a block that have no outcome, and a ticket below {@code endTicket}, theirs: refused or unknown. */
    private void settle(
            Block block, long endTicket, @Nullable RefusalReason reason, SessionId session, Effects effects) {
        long first = Math.max(block.firstTicket + block.delivered, oldestTicket());
        long end = Math.min(block.firstTicket + block.count, endTicket);
        if (first >= end) {
            return;
        }
        int count = (int) (end - first);
        long number = block.firstNumber + (first - block.firstTicket);
        if (reason == null) {
            outcomes.give(new ClientOutput.Unknown(lane, first, count, session, number), effects);
        } else {
            outcomes.give(new ClientOutput.Refused(lane, first, count, reason), effects);
        }
        advance(count);
    }

    /** Refuses the values that stand in no block and have a ticket below {@code endTicket}, which ends a submit call. */
    private void refuseWaiting(long endTicket, Effects effects) {
        Submission submission = waiting.peekFirst();
        while (submission != null && submission.firstTicket < endTicket) {
            int count = submission.count - submission.sealed;
            waitingValues -= count;
            waitingBytes -= submission.bytesUnsealed();
            long first = submission.firstTicket + submission.sealed;
            waiting.removeFirst();
            outcomes.give(new ClientOutput.Refused(lane, first, count, RefusalReason.NOT_SENT), effects);
            advance(count);
            submission = waiting.peekFirst();
        }
    }

    private long oldestTicket() {
        Submission oldest = submissions.peekFirst();
        return oldest == null ? nextTicket : oldest.firstTicket + oldest.completed;
    }

    /** The oldest {@code count} tickets have their outcome now. */
    private void advance(int count) {
        int left = count;
        while (left > 0) {
            Submission submission = submissions.getFirst();
            int step = Math.min(left, submission.count - submission.completed);
            submission.completed += step;
            left -= step;
            if (submission.completed == submission.count) {
                submissions.removeFirst();
            }
        }
    }
}
