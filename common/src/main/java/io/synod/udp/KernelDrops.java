package io.synod.udp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads how many datagrams Linux dropped at a full receive buffer: the last column of {@code /proc/net/udp}. */
final class KernelDrops {

    private KernelDrops() {}

    /**
     * Returns the drops of the sockets at an address; empty where the system does not tell.
     *
     * @param local where a socket is bound. What is bound to all addresses of the host has one of them once it is connected
     * @param remote whom the socket is connected to; null for all at the address, connected or not
     */
    static OptionalLong read(InetSocketAddress local, @Nullable InetSocketAddress remote) {
        String table = local.getAddress() instanceof Inet4Address ? "/proc/net/udp" : "/proc/net/udp6";
        try {
            return find(Files.readAllLines(Path.of(table)), local, remote);
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Sums up the lines of the table for an address; addresses stand there as words in the host's byte order. */
    static OptionalLong find(List<String> lines, InetSocketAddress local, @Nullable InetSocketAddress remote) {
        String bound = local.getAddress().isAnyLocalAddress() ? port(local) : hex(local);
        String connected = remote == null ? null : hex(remote);
        OptionalLong sum = OptionalLong.empty();
        for (int i = 1; i < lines.size(); i++) {
            String[] columns = lines.get(i).trim().split("\\s+");
            if (columns.length > 3 && columns[1].endsWith(bound)
                    && (connected == null || columns[2].equals(connected))) {
                sum = OptionalLong.of(sum.orElse(0) + Long.parseLong(columns[columns.length - 1]));
            }
        }
        return sum;
    }

    private static String hex(InetSocketAddress socket) {
        byte[] address = socket.getAddress().getAddress();
        boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < address.length; word += 4) {
            for (int i = 0; i < 4; i++) {
                text.append(String.format(Locale.ROOT, "%02X", address[word + (little ? 3 - i : i)]));
            }
        }
        return text.append(port(socket)).toString();
    }

    private static String port(InetSocketAddress socket) {
        return String.format(Locale.ROOT, ":%04X", socket.getPort());
    }
}
