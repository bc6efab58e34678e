package io.synod.udp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Reads how many datagrams Linux dropped at a full receive buffer: the last column of {@code /proc/net/udp}. */
final class KernelDrops {

    private KernelDrops() {}

    /** Returns the drops of the socket that is bound to an address; empty where the system does not tell. */
    static OptionalLong read(InetSocketAddress local) {
        String table = local.getAddress() instanceof Inet4Address ? "/proc/net/udp" : "/proc/net/udp6";
        try {
            return find(Files.readAllLines(Path.of(table)), local);
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Finds an address among the lines of the table; the address is there as words in the host's byte order. */
    static OptionalLong find(List<String> lines, InetSocketAddress local) {
        String port = String.format(Locale.ROOT, ":%04X", local.getPort());
        String address = hex(local.getAddress().getAddress());
        for (int i = 1; i < lines.size(); i++) {
            String[] columns = lines.get(i).trim().split("\\s+");
            if (columns.length > 2 && columns[1].equals(address + port)) {
                return OptionalLong.of(Long.parseLong(columns[columns.length - 1]));
            }
        }
        return OptionalLong.empty();
    }

    private static String hex(byte[] address) {
        boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < address.length; word += 4) {
            for (int i = 0; i < 4; i++) {
                text.append(String.format(Locale.ROOT, "%02X", address[word + (little ? 3 - i : i)]));
            }
        }
        return text.toString();
    }
}
