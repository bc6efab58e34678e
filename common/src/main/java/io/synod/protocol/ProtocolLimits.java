package io.synod.protocol;

/** Bounds that belong to the protocol itself: a decoder refuses what exceeds them. */
public final class ProtocolLimits {

    /** The largest payload of a UDP datagram over IPv4, in bytes. */
    public static final int DATAGRAM_BYTES_MAX = 65_507;

    /** The smallest datagram size that can be configured, in bytes: what every IPv4 host must take, less headers. */
    public static final int DATAGRAM_BYTES_MIN = 548;

    /** What an Ethernet frame carries, less the headers of IPv4 and UDP, in bytes. */
    public static final int ETHERNET_DATAGRAM_BYTES = 1_472;

    /** The largest value that is taken where nothing else is configured, in bytes. */
    public static final int VALUE_BYTES_USUAL = 1 << 20;

    /** The largest value that can be configured, in bytes. */
    public static final int VALUE_BYTES_MAX = 16 << 20;

    /** The largest message, in bytes: one value of the largest size, and what stands around it. */
    public static final int MESSAGE_BYTES_MAX = VALUE_BYTES_MAX + 4_096;

    /**
     * The most bytes of entries that a submit is taken with, and that a batch holds: whatever carries them from there on (a
     * forward, an accept, an accepted, a page that names all acceptors) is no larger than the largest message.
     */
    public static final int BATCH_BYTES_MAX = MESSAGE_BYTES_MAX - 2_048;

    /** How many entries one instance may hold: an entry's ordinal is part of a session's id. */
    public static final int ENTRIES_MAX = 65_536;

    /** How many values one instance may hold. */
    public static final int VALUES_MAX = 1 << 20;

    /** How long an idempotency key may be, in bytes; it has at least one. */
    public static final int KEY_BYTES_MAX = 64;

    /** Learners keep the rolling hash at multiples of this many instances. */
    public static final int HASH_INTERVAL_INSTANCES = 1_024;

    /** How many rolling hashes a report carries at most. */
    public static final int HASHES_MAX = 64;

    /** The highest instance that is taken from outside, so that sums with windows do not overflow. */
    public static final long INSTANCE_MAX = Long.MAX_VALUE >> 1;

    /** The highest round of a ballot that is taken from outside, so that there is always a higher one. */
    public static final long ROUND_MAX = Long.MAX_VALUE >> 1;

    private ProtocolLimits() {}
}
