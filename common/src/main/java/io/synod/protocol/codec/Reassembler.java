package io.synod.protocol.codec;

import io.synod.protocol.Bytes;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * Puts messages together from fragments. Fragments are told apart by the hash and the length of their message and by the
 * length of a chunk, so fragments of a repeat, also by another sender, complete each other. Bounded in messages and in
 * bytes; beyond, the message untouched for longest goes. Not thread-safe.
 */
public final class Reassembler {

    /** What came of a fragment. */
    public enum Outcome {
        INCOMPLETE,
        /** {@link #joined} holds the message. */
        JOINED,
        /** All fragments are there, but they are not those of the message that they name: all were dropped. */
        HASH_MISMATCH
    }

    private record Key(long hash, int length, int chunkBytes) {}

    private static final class Partial {
        final byte[] bytes;
        final BitSet present;
        int missing;
        long touchedNanos;

        Partial(int length, int chunkCount) {
            bytes = new byte[length];
            present = new BitSet(chunkCount);
            missing = chunkCount;
        }
    }

    private final int messagesMax;
    private final long bytesMax;
    private final long untouchedNanosMax;
    private final ContentHash contentHash = new ContentHash();
    private final LinkedHashMap<Key, Partial> partials = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long dropped;
    private Bytes joined = Bytes.EMPTY;

    /**
     * Makes an empty one.
     *
     * @param bytesMax at least the largest message
     * @param untouchedNanosMax after how long without a further fragment a message is given up
     */
    public Reassembler(int messagesMax, long bytesMax, long untouchedNanosMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
        this.untouchedNanosMax = untouchedNanosMax;
    }

    /** Takes a fragment that {@link DatagramReader} has judged. */
    public Outcome add(DatagramReader datagram, int fragment, long nowNanos) {
        return add(
                datagram.fragmentHash(fragment),
                datagram.fragmentMessageBytes(fragment),
                datagram.fragmentChunkBytes(fragment),
                datagram.fragmentIndex(fragment),
                datagram.buffer(),
                datagram.fragmentBytesAt(fragment),
                nowNanos);
    }

    private Outcome add(
            long hash, int length, int chunkBytes, int index, ByteBuffer source, int at, long nowNanos) {
        Key key = new Key(hash, length, chunkBytes);
        Partial partial = partials.get(key);
        if (partial == null) {
            makeRoom(length);
            partial = new Partial(length, DatagramLayout.chunkCount(length, chunkBytes));
            partials.put(key, partial);
            bytes += length;
        }
        partial.touchedNanos = nowNanos;
        if (partial.present.get(index)) {
            return Outcome.INCOMPLETE;
        }
        int from = index * chunkBytes;
        source.get(at, partial.bytes, from, Math.min(chunkBytes, length - from));
        partial.present.set(index);
        if (--partial.missing > 0) {
            return Outcome.INCOMPLETE;
        }
        partials.remove(key);
        bytes -= length;
        if (contentHash.of(partial.bytes, length) != hash) {
            return Outcome.HASH_MISMATCH;
        }
        joined = Bytes.wrap(partial.bytes);
        return Outcome.JOINED;
    }

    /** The message last joined: its type, then its body. */
    public Bytes joined() {
        return joined;
    }

    /** Gives up messages that were untouched for too long. */
    public void expire(long nowNanos) {
        while (!partials.isEmpty()) {
            Partial oldest = partials.firstEntry().getValue();
            if (nowNanos - oldest.touchedNanos <= untouchedNanosMax) {
                return;
            }
            dropOldest();
        }
    }

    /** How many messages are incomplete. */
    public int messages() {
        return partials.size();
    }

    /** How many bytes are set aside for incomplete messages. */
    public long bytes() {
        return bytes;
    }

    /** How many incomplete messages were given up so far. */
    public long dropped() {
        return dropped;
    }

    private void makeRoom(int length) {
        while (!partials.isEmpty() && (partials.size() >= messagesMax || bytes + length > bytesMax)) {
            dropOldest();
        }
    }

    private void dropOldest() {
        Iterator<Partial> oldest = partials.values().iterator();
        bytes -= oldest.next().bytes.length;
        oldest.remove();
        dropped++;
    }
}
