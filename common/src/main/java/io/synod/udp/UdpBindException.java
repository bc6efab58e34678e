package io.synod.udp;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A UDP address cannot be bound: it is taken, or not of this host. */
public final class UdpBindException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final InetSocketAddress bind;

    public UdpBindException(InetSocketAddress bind, IOException cause) {
        super("UDP " + bind.getAddress().getHostAddress() + ":" + bind.getPort() + " cannot be bound: "
                + cause.getMessage(), cause);
        this.bind = bind;
    }

    /** The address that was asked for. */
    public InetSocketAddress bind() {
        return bind;
    }
}
