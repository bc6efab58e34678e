package io.synod.proposer;

import io.synod.protocol.Bytes;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.SubmitRefused.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients submitted and the leader has not proposed yet, in order, bounded in entries and bytes. A submit is judged
 * by its envelope and taken whole or refused whole.
 *
 * <p>Within one leadership, values that were taken are not taken again for a while: this leader will see them decided, or they
 * are lost together with its leadership, and then the client sends them to the next. Numbers are remembered exactly, in ranges
 * by session, because a client may cut its blocks otherwise when it sends again.
 */
final class SubmitQueue {

    /** An entry that waits: encoded as it came, or a block of values that was cut. A value with a key is never cut. */
    private static final class Pending {
        final long client;
        final @Nullable Bytes encoded;
        final LogEntry.@Nullable Values block;
        final int count;
        final int bytes;

        /** An entry as it came; {@code block} is given if it holds values. */
        Pending(long client, Bytes encoded, LogEntry.@Nullable Values block) {
            this.client = client;
            this.encoded = encoded;
            this.block = block;
            this.count = block == null ? 1 : block.count();
            this.bytes = encoded.length();
        }

        /** A block that was cut from an entry. */
        Pending(long client, LogEntry.Values block) {
            this.client = client;
            this.encoded = null;
            this.block = block;
            this.count = block.count();
            this.bytes = EntryWriter.VALUES_OVERHEAD_BYTES + block.body().length();
        }

        void writeTo(EntryWriter writer) {
            if (encoded != null) {
                writer.encoded(encoded);
            } else if (block != null) {
                writer.values(block);
            }
        }
    }

    /**
     * What one instance is to hold.
     *
     * @param bytes the entries
     * @param values how many values they hold
     */
    record Batch(Bytes bytes, int values) {}

    /** Takes what is left in the queue when a leadership has ended. */
    interface Leftover {
        void accept(long client, Bytes entries);
    }

    private final ProposerSettings.Batching batching;
    private final ProposerSettings.Queue limits;
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private final TakenNumbers taken;
    private final List<Pending> judged = new ArrayList<>();
    private final EntryWriter writer = new EntryWriter(1 << 16);
    private long bytes;
    private long values;

    SubmitQueue(ProposerSettings.Batching batching, ProposerSettings.Queue limits) {
        this.batching = batching;
        this.limits = limits;
        this.taken = new TakenNumbers(limits.sessionsMax());
    }

    /**
     * Takes the entries of a submit, all or none of them.
     *
     * @param open whether there is room at all; if not, only what was taken a short while ago is not refused
     * @return why it is refused, or null if it was taken, now or before
     */
    @Nullable
    Reason offer(long client, Bytes entries, boolean open, long nowNanos) {
        judged.clear();
        taken.advance(nowNanos);
        Reason refusal = judge(client, entries);
        if (refusal == null && !judged.isEmpty()) {
            refusal = open ? admit() : Reason.OVERLOADED;
        }
        judged.clear();
        return refusal;
    }

    /** Reads the envelopes, and lists in {@code judged} what was not taken before. */
    private @Nullable Reason judge(long client, Bytes entries) {
        EntryReader reader = new EntryReader(entries);
        int start = 0;
        for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            int end = reader.position();
            switch (entry) {
                case LogEntry.Genesis _ -> {
                    return Reason.MALFORMED;
                }
                case LogEntry.Values block -> {
                    Reason refusal = judgeValues(client, entries.slice(start, end - start), block);
                    if (refusal != null) {
                        return refusal;
                    }
                }
                case LogEntry.KeyedValue keyed -> {
                    Reason refusal = judgeValues(client, entries.slice(start, end - start), keyed.value());
                    if (refusal != null) {
                        return refusal;
                    }
                }
                case LogEntry.OpenSession _, LogEntry.RenewSession _, LogEntry.CloseSession _ ->
                        judged.add(new Pending(client, entries.slice(start, end - start), null));
            }
            start = end;
        }
        return reader.isMalformed() || start == 0 ? Reason.MALFORMED : null;
    }

    /** Judges the values of an entry, and lists what of them was not taken before. */
    private @Nullable Reason judgeValues(long client, Bytes encoded, LogEntry.Values block) {
        int longest = ValueBlocks.longest(block);
        if (longest == ValueBlocks.MALFORMED) {
            return Reason.MALFORMED;
        }
        if (longest > batching.valueBytesMax()) {
            return Reason.TOO_LARGE;
        }
        addFree(client, encoded, block);
        return null;
    }

    /** Lists of a block what was not taken before: at its ends exactly, in its middle with what lies between. */
    private void addFree(long client, Bytes encoded, LogEntry.Values block) {
        long first = taken.firstFree(block.session(), block.firstNumber(), block.endNumber());
        long end = taken.freeEnd(block.session(), first, block.endNumber());
        if (first >= end) {
            return;
        }
        if (end - first == block.count()) {
            judged.add(new Pending(client, encoded, block));
        } else {
            int from = (int) (first - block.firstNumber());
            judged.add(new Pending(client, ValueBlocks.cut(block, from, (int) (end - block.firstNumber()))));
        }
    }

    private @Nullable Reason admit() {
        long moreBytes = 0;
        for (int i = 0; i < judged.size(); i++) {
            moreBytes += judged.get(i).bytes;
        }
        // Alone in an empty queue a submit of any legal size is taken: its value could be sent in no other way.
        boolean fits = queue.size() + judged.size() <= limits.entriesMax() && bytes + moreBytes <= limits.bytesMax();
        if (!fits && !queue.isEmpty()) {
            return Reason.OVERLOADED;
        }
        for (int i = 0; i < judged.size(); i++) {
            Pending pending = judged.get(i);
            queue.addLast(pending);
            values += pending.count;
            LogEntry.Values block = pending.block;
            if (block != null) {
                taken.add(block.session(), block.firstNumber(), block.endNumber());
            }
        }
        bytes += moreBytes;
        return null;
    }

    /** Takes what the next instance is to hold: as much as fits of what waits, at least one value. */
    Batch take() {
        int count = 0;
        int entries = 0;
        Pending first = fit(queue.removeFirst());
        count += first.count;
        entries++;
        long size = first.bytes;
        if (fitsMore(count, entries, size)) {
            first.writeTo(writer);
            do {
                Pending next = queue.removeFirst();
                next.writeTo(writer);
                count += next.count;
                entries++;
                size += next.bytes;
            } while (fitsMore(count, entries, size));
        } else if (first.encoded != null) {
            return taken(first.encoded, count, size);
        } else {
            first.writeTo(writer);
        }
        return taken(writer.take(), count, size);
    }

    private Batch taken(Bytes batch, int count, long size) {
        bytes -= size;
        values -= count;
        return new Batch(batch, count);
    }

    private boolean fitsMore(int count, int entries, long size) {
        Pending next = queue.peekFirst();
        return next != null
                && entries < ProtocolLimits.ENTRIES_MAX
                && count + next.count <= batching.valuesMax()
                && size + next.bytes <= batching.batchBytesMax();
    }

    /** Cuts a block that is too much for one instance, and puts the rest back. */
    private Pending fit(Pending head) {
        LogEntry.Values block = head.block;
        if (block == null || (head.count <= batching.valuesMax() && head.bytes <= batching.batchBytesMax())) {
            return head;
        }
        int count = Math.min(batching.valuesMax(), ValueBlocks.countWithin(block, batching.batchBytesMax()));
        if (count == head.count) {
            return head;
        }
        int split = ValueBlocks.offsetOf(block, count);
        Bytes body = block.body();
        Pending rest = new Pending(
                head.client,
                new LogEntry.Values(
                        block.session(),
                        block.firstNumber() + count,
                        block.count() - count,
                        body.slice(split, body.length() - split)));
        queue.addFirst(rest);
        Pending part = new Pending(
                head.client, new LogEntry.Values(block.session(), block.firstNumber(), count, body.slice(0, split)));
        bytes += rest.bytes + part.bytes - head.bytes;
        return part;
    }

    /** Forgets which numbers were taken: a new leadership begins. */
    void forgetTaken() {
        taken.clear();
    }

    /** Empties the queue, and hands out the first {@code bytesMax} bytes of what was in it. */
    void drain(long bytesMax, Leftover leftover) {
        long left = bytesMax;
        for (Pending pending = queue.pollFirst(); pending != null; pending = queue.pollFirst()) {
            left -= pending.bytes;
            if (left >= 0) {
                pending.writeTo(writer);
                leftover.accept(pending.client, writer.take());
            }
        }
        bytes = 0;
        values = 0;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int entries() {
        return queue.size();
    }

    long bytes() {
        return bytes;
    }

    long values() {
        return values;
    }
}
