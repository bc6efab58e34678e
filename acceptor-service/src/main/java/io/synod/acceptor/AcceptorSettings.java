package io.synod.acceptor;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;

/**
 * What an acceptor is configured with.
 *
 * @param id the acceptor's id, from 0
 * @param layout the cluster
 * @param quorums the sizes of the quorums, of as many acceptors as the layout has
 * @param trimQuorum how many configured learners must hold an instance before it may be trimmed; 0 only where there are
 *     no learners, and then nothing is ever trimmed
 * @param heartbeatIntervalNanos how often it beacons, and repeats what forming still lacks
 * @param leaseNanos for how long a learner's hi keeps it registered
 * @param clientsMax how many clients may be registered at a time; configured learners are not counted
 * @param datagramBytesMax the largest datagram, header included; a page of a promise is cut to fit one
 * @param promisePagesMax how many pages answer one prepare at most
 * @param repeatInstancesMax how many instances one repeat looks at, at most
 * @param replyBytesMax after how many bytes the answer to one prepare or repeat ends; a message that passes the mark is
 *     still sent whole
 * @param storedInstancesMax how far above the trim point it accepts, in instances
 * @param storedBytesMax how many bytes it stores before it refuses new instances
 */
public record AcceptorSettings(
        int id,
        ClusterLayout layout,
        Quorums quorums,
        int trimQuorum,
        long heartbeatIntervalNanos,
        long leaseNanos,
        int clientsMax,
        int datagramBytesMax,
        int promisePagesMax,
        int repeatInstancesMax,
        int replyBytesMax,
        int storedInstancesMax,
        long storedBytesMax) {

    public AcceptorSettings {
        if (quorums.acceptors() != layout.acceptors()) {
            throw new IllegalArgumentException("quorums are of " + quorums.acceptors() + " acceptors, the cluster has "
                    + layout.acceptors());
        }
        requireRange("the acceptor's id", id, 0, layout.acceptors() - 1L);
        requireRange("the trim quorum", trimQuorum, Math.min(1, layout.learners()), layout.learners());
        requireRange("the heartbeat interval in nanoseconds", heartbeatIntervalNanos, 1, Long.MAX_VALUE);
        requireRange("the lease in nanoseconds", leaseNanos, heartbeatIntervalNanos, Long.MAX_VALUE / 2);
        requireRange("the number of clients", clientsMax, 0, Integer.MAX_VALUE);
        requireRange("the datagram size in bytes", datagramBytesMax, ProtocolLimits.DATAGRAM_BYTES_MIN,
                ProtocolLimits.DATAGRAM_BYTES_MAX);
        requireRange("the pages a prepare is answered with", promisePagesMax, 1, 64);
        requireRange("the instances a repeat looks at", repeatInstancesMax, 1, 1 << 20);
        requireRange("the bytes of an answer", replyBytesMax, 1, 1 << 30);
        requireRange("the stored instances", storedInstancesMax, 1, 1 << 30);
        requireRange("the stored bytes", storedBytesMax, 1, Long.MAX_VALUE / 2);
    }

    /** Returns the defaults for an acceptor. */
    public static AcceptorSettings of(int id, ClusterLayout layout, Quorums quorums) {
        return new AcceptorSettings(id, layout, quorums, layout.learners(), 50_000_000L, 3_000_000_000L, 1_024,
                ProtocolLimits.DATAGRAM_BYTES_MAX, 8, 4_096, 128 << 10, 1 << 20, 256L << 20);
    }

    private static void requireRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " is " + value + "; allowed are " + min + " to " + max);
        }
    }

    public AcceptorSettings withTrimQuorum(int learners) {
        return new AcceptorSettings(id, layout, quorums, learners, heartbeatIntervalNanos, leaseNanos, clientsMax,
                datagramBytesMax, promisePagesMax, repeatInstancesMax, replyBytesMax, storedInstancesMax,
                storedBytesMax);
    }

    public AcceptorSettings withTiming(long intervalNanos, long learnerLeaseNanos) {
        return new AcceptorSettings(id, layout, quorums, trimQuorum, intervalNanos, learnerLeaseNanos, clientsMax,
                datagramBytesMax, promisePagesMax, repeatInstancesMax, replyBytesMax, storedInstancesMax,
                storedBytesMax);
    }

    public AcceptorSettings withClientsMax(int clients) {
        return new AcceptorSettings(id, layout, quorums, trimQuorum, heartbeatIntervalNanos, leaseNanos, clients,
                datagramBytesMax, promisePagesMax, repeatInstancesMax, replyBytesMax, storedInstancesMax,
                storedBytesMax);
    }

    public AcceptorSettings withDatagramBytesMax(int bytes) {
        return new AcceptorSettings(id, layout, quorums, trimQuorum, heartbeatIntervalNanos, leaseNanos, clientsMax,
                bytes,
                promisePagesMax, repeatInstancesMax, replyBytesMax, storedInstancesMax, storedBytesMax);
    }

    /** Bounds the answers to one prepare and to one repeat. */
    public AcceptorSettings withReplies(int pages, int instances, int bytes) {
        return new AcceptorSettings(id, layout, quorums, trimQuorum, heartbeatIntervalNanos, leaseNanos, clientsMax,
                datagramBytesMax, pages, instances, bytes, storedInstancesMax, storedBytesMax);
    }

    public AcceptorSettings withStored(int instances, long bytes) {
        return new AcceptorSettings(id, layout, quorums, trimQuorum, heartbeatIntervalNanos, leaseNanos, clientsMax,
                datagramBytesMax, promisePagesMax, repeatInstancesMax, replyBytesMax, instances, bytes);
    }
}
