package io.synod.simulation.world;

import java.net.SocketAddress;

/** Where a datagram came from: a host, and how often that host has changed its address. */
public final class SimAddress extends SocketAddress {

    private static final long serialVersionUID = 1L;

    private final int host;
    private final int move;

    public SimAddress(int host, int move) {
        this.host = host;
        this.move = move;
    }

    public int host() {
        return host;
    }

    /** How often the host had changed its address before it got this one. */
    public int move() {
        return move;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SimAddress that && host == that.host && move == that.move;
    }

    @Override
    public int hashCode() {
        return host * 31 + move;
    }

    @Override
    public String toString() {
        return "host-" + host + ":" + move;
    }
}
