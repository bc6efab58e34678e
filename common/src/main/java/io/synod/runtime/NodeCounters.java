package io.synod.runtime;

import io.synod.protocol.codec.RejectReason;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a node counts. Written by the loop's thread, readable from any; all counters rise for the life of the node, but
 * those called {@code waiting} are levels, published at the end of each round.
 */
public final class NodeCounters {

    private static final int DATAGRAMS_RECEIVED = 0;
    private static final int BYTES_RECEIVED = 1;
    private static final int DATAGRAMS_SENT = 2;
    private static final int BYTES_SENT = 3;
    private static final int MESSAGES_RECEIVED = 4;
    private static final int MESSAGES_SENT = 5;
    private static final int LOCAL_DROPPED = 6;
    private static final int WAITING_DROPPED = 7;
    private static final int REASSEMBLIES_DROPPED = 8;
    private static final int UNKNOWN_DESTINATION = 9;
    private static final int WAITING_MESSAGES = 10;
    private static final int WAITING_BYTES = 11;
    private static final int WAITING_WRITES = 12;
    private static final int COMMITS = 13;
    private static final int OTHER_KEY = 14;
    private static final int FIXED = 15;

    private final AtomicLongArray counters = new AtomicLongArray(FIXED + RejectReason.values().length);

    NodeCounters() {}

    public long datagramsReceived() {
        return get(DATAGRAMS_RECEIVED);
    }

    public long bytesReceived() {
        return get(BYTES_RECEIVED);
    }

    public long datagramsSent() {
        return get(DATAGRAMS_SENT);
    }

    public long bytesSent() {
        return get(BYTES_SENT);
    }

    /** Messages given to a role, those between roles of the node not counted. */
    public long messagesReceived() {
        return get(MESSAGES_RECEIVED);
    }

    /** Messages put into datagrams. */
    public long messagesSent() {
        return get(MESSAGES_SENT);
    }

    /** Messages between roles of the node that were dropped because too many waited. */
    public long localDropped() {
        return get(LOCAL_DROPPED);
    }

    /** Messages that were dropped because too many waited for a commit, or because a commit failed. */
    public long waitingDropped() {
        return get(WAITING_DROPPED);
    }

    /** Messages of which some fragments came, and which were given up for want of room or time. */
    public long reassembliesDropped() {
        return get(REASSEMBLIES_DROPPED);
    }

    /** Messages for clients that are not known, or known no more. */
    public long unknownDestination() {
        return get(UNKNOWN_DESTINATION);
    }

    /** How many messages wait for a commit. */
    public long waitingMessages() {
        return get(WAITING_MESSAGES);
    }

    /** How many bytes of messages wait for a commit. */
    public long waitingBytes() {
        return get(WAITING_BYTES);
    }

    /** How many writes wait for the commit in flight to end, to be the next. */
    public long waitingWrites() {
        return get(WAITING_WRITES);
    }

    /** How many commits were reported durable. */
    public long commits() {
        return get(COMMITS);
    }

    /** Datagrams that were acted on and sealed with another key than this node seals with. */
    public long underOtherKey() {
        return get(OTHER_KEY);
    }

    /** Datagrams, or messages in them, rejected for a reason. */
    public long rejected(RejectReason reason) {
        return get(index(reason));
    }

    /** Datagrams, or messages in them, rejected for any reason. */
    public long rejectedTotal() {
        long total = 0;
        for (int i = FIXED; i < counters.length(); i++) {
            total += get(i);
        }
        return total;
    }

    void countReceived(int bytes) {
        add(DATAGRAMS_RECEIVED, 1);
        add(BYTES_RECEIVED, bytes);
    }

    void countSent(int bytes) {
        add(DATAGRAMS_SENT, 1);
        add(BYTES_SENT, bytes);
    }

    void countMessageReceived() {
        add(MESSAGES_RECEIVED, 1);
    }

    void countMessageSent() {
        add(MESSAGES_SENT, 1);
    }

    void countLocalDropped() {
        add(LOCAL_DROPPED, 1);
    }

    void countWaitingDropped(int messages) {
        add(WAITING_DROPPED, messages);
    }

    void countReassembliesDropped(int messages) {
        add(REASSEMBLIES_DROPPED, messages);
    }

    void countUnknownDestination() {
        add(UNKNOWN_DESTINATION, 1);
    }

    void countUnderOtherKey() {
        add(OTHER_KEY, 1);
    }

    void countCommit() {
        add(COMMITS, 1);
    }

    void countRejected(RejectReason reason) {
        add(index(reason), 1);
    }

    void publishWaiting(int messages, long bytes, int writes) {
        counters.setOpaque(WAITING_MESSAGES, messages);
        counters.setOpaque(WAITING_BYTES, bytes);
        counters.setOpaque(WAITING_WRITES, writes);
    }

    @SuppressWarnings("EnumOrdinal") // an index within this process alone
    private static int index(RejectReason reason) {
        return FIXED + reason.ordinal();
    }

    private long get(int index) {
        return counters.getOpaque(index);
    }

    /** Only the loop's thread writes, so no atomic addition is needed. */
    private void add(int index, long amount) {
        counters.setOpaque(index, counters.getPlain(index) + amount);
    }
}
