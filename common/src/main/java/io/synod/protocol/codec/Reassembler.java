package io.synod.protocol.codec;

import io.synod.protocol.Bytes;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from fragments. Fragments are told apart by the hash and the length of their message and by the
 * length of a chunk, so fragments of a repeat, also by another node, complete each other. A client's complete its own messages alone: a
 * hash of 64 bits keeps nobody who is free to choose what he sends from finding two messages of one name. Not thread-safe.
 *
 * <p>Bounded in messages and in bytes. What is incomplete counts against the sender of its first fragment; clients have half
 * of the room together and a quarter each. Where there is no room, a message goes of which no fragment came for a while, of the
 * same sender first; if there is none, the new one is not taken. So nobody's claims can keep what others are sending from
 * being completed, and what a sender sends at once beyond its room cannot keep all of it from being completed.
 */
public final class Reassembler {

    /** What came of a fragment. */
    public enum Outcome {
        INCOMPLETE,
        /** There is no room for the message: what others are sending fills it. */
        NO_ROOM,
        /** {@link #joined} holds the message. */
        JOINED,
        /** All fragments are there, but they are not those of the message that they name: all were dropped. */
        HASH_MISMATCH
    }

    /** @param client whose fragments alone are meant; null for those of all nodes that are configured */
    private record Key(@Nullable NodeId client, long hash, int length, int chunkBytes) {}

    private static final class Partial {
        final NodeId sender;
        final byte[] bytes;
        final BitSet present;
        int missing;
        long touchedNanos;

        Partial(NodeId sender, int length, int chunkCount) {
            this.sender = sender;
            bytes = new byte[length];
            present = new BitSet(chunkCount);
            missing = chunkCount;
        }
    }

    /** After so long without a further fragment a message has to make room for one that is being sent. */
    private static final long LIVE_NANOS = 1_000_000_000L;

    /** The same for one of the same sender, which sends what it repeats under another hash. */
    private static final long OWN_LIVE_NANOS = 50_000_000L;

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

    /** Takes a fragment that {@link DatagramReader} has judged, and that {@code sender} said. */
    public Outcome add(DatagramReader datagram, int fragment, NodeId sender, long nowNanos) {
        return add(
                sender,
                datagram.fragmentHash(fragment),
                datagram.fragmentMessageBytes(fragment),
                datagram.fragmentChunkBytes(fragment),
                datagram.fragmentIndex(fragment),
                datagram.buffer(),
                datagram.fragmentBytesAt(fragment),
                nowNanos);
    }

    private Outcome add(
            NodeId sender, long hash, int length, int chunkBytes, int index, ByteBuffer source, int at, long nowNanos) {
        Key key = new Key(isClient(sender) ? sender : null, hash, length, chunkBytes);
        Partial partial = partials.get(key);
        if (partial == null) {
            if (!makeRoom(sender, length, nowNanos)) {
                return Outcome.NO_ROOM;
            }
            partial = new Partial(sender, length, DatagramLayout.chunkCount(length, chunkBytes));
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
            drop(partials.firstEntry().getKey());
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

    private boolean makeRoom(NodeId sender, int length, long nowNanos) {
        while (!hasRoom(sender, length)) {
            Key goes = oldest(partial -> partial.sender.equals(sender)
                    && nowNanos - partial.touchedNanos > OWN_LIVE_NANOS);
            if (goes == null) {
                goes = oldest(partial -> (isClient(partial.sender) || !isClient(sender))
                        && nowNanos - partial.touchedNanos > LIVE_NANOS);
            }
            if (goes == null) {
                return false;
            }
            drop(goes);
        }
        return true;
    }

    private boolean hasRoom(NodeId sender, int length) {
        if (partials.isEmpty()) {
            return true;
        }
        if (partials.size() >= messagesMax || bytes + length > bytesMax) {
            return false;
        }
        return !isClient(sender)
                || (fits(partial -> partial.sender.equals(sender), length, 4)
                        && fits(partial -> isClient(partial.sender), length, 2));
    }

    private static boolean isClient(NodeId sender) {
        return sender.type() == NodeType.CLIENT;
    }

    /** Whether one more message and those of some senders have their share of the room; a message alone always has. */
    private boolean fits(Predicate<Partial> ofThem, int length, int share) {
        int messages = 0;
        long messageBytes = 0;
        for (Partial partial : partials.values()) {
            if (ofThem.test(partial)) {
                messages++;
                messageBytes += partial.bytes.length;
            }
        }
        return messages == 0 || (messages < messagesMax / share && messageBytes + length <= bytesMax / share);
    }

    /** The one untouched for longest among some. */
    private @Nullable Key oldest(Predicate<Partial> amongThem) {
        for (Map.Entry<Key, Partial> entry : partials.entrySet()) {
            if (amongThem.test(entry.getValue())) {
                return entry.getKey();
            }
        }
        return null;
    }

    private void drop(Key key) {
        Partial partial = partials.remove(key);
        if (partial != null) {
            bytes -= partial.bytes.length;
            dropped++;
        }
    }
}
