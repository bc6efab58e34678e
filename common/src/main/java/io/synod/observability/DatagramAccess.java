package io.synod.observability;

import java.net.InetSocketAddress;

/**
 * How the datagrams of a node are guarded, as the log, health and {@code /actuator/info} say it.
 *
 * @param sealed whether nothing but what is sealed with a key of the cluster is heard
 * @param loopback whether this host alone reaches the socket
 */
public record DatagramAccess(boolean sealed, boolean loopback) {

    /** What is amiss where strangers are heard. */
    public static final String WARNING =
            "Datagrams are neither encrypted nor authenticated: whoever reaches this address"
                    + " can speak as a member of the cluster (paxos.security.allow-plaintext=true)";

    public static DatagramAccess of(KeyProbe keys, InetSocketAddress bound) {
        return new DatagramAccess(keys.ring() != null, bound.getAddress().isLoopbackAddress());
    }

    /** Whether strangers are heard. */
    public boolean isOpen() {
        return !sealed && !loopback;
    }
}
