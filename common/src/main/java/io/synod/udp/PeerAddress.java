package io.synod.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer is said to be: a host, by name or by number, and a UDP port.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) {

    public PeerAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("'" + host + ":" + port + "' is not host:port");
        }
    }

    /**
     * Reads {@code host:port}, {@code 1.2.3.4:port} or {@code [::1]:port}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    public static PeerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw new IllegalArgumentException("'" + text + "' is not host:port; an IPv6 address stands in brackets");
        }
        try {
            return new PeerAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
    }

    /** Returns the address if the host is given by number, which needs no resolver; null if it is a name. */
    @Nullable
    InetSocketAddress literal() {
        boolean numeric = host.contains(":") || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (!numeric) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Asks the resolver, which may take long. */
    InetSocketAddress resolve(NameResolver resolver) throws UnknownHostException {
        return new InetSocketAddress(resolver.resolve(host), port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
