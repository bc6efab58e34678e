package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds which ports are taken, and by which process where the system shows it (Linux' {@code /proc}). */
final class PortOwners {

    private static final Path PROC = Path.of("/proc");
    private static final String TCP_LISTEN = "0A";
    private static final int COMMAND_CHARS_MAX = 80;

    private PortOwners() {}

    /**
     * Refuses to go on when a port that the services need is taken.
     *
     * @throws CommandFailure with a line for each
     */
    static void requireFree(ClusterPlan plan, List<ServiceName> services) {
        List<String> taken = taken(plan, services);
        if (!taken.isEmpty()) {
            throw new CommandFailure(ExitStatus.FAILED, String.join("\nsynod: ", taken)
                    + "\nsynod: stop what holds them, or start elsewhere with --port-offset N");
        }
    }

    /** Returns a line for each port of the services that is taken; an empty list if all are free. */
    static List<String> taken(ClusterPlan plan, List<ServiceName> services) {
        List<String> lines = new ArrayList<>();
        for (ServiceName service : services) {
            int udp = plan.udpPort(service);
            if (!isUdpFree(udp)) {
                lines.add("UDP port " + udp + " (" + service + ") is in use" + by("udp", udp));
            }
            int http = plan.httpPort(service);
            if (!isTcpFree(http)) {
                lines.add("TCP port " + http + " (" + service + ", HTTP) is in use" + by("tcp", http));
            }
        }
        return lines;
    }

    static boolean isUdpFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(ClusterPlan.HOST), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    static boolean isTcpFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(ClusterPlan.HOST), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String by(String protocol, int port) {
        Long pid = owner(protocol, port);
        if (pid == null) {
            return " (the system does not say by which process)";
        }
        String command = ProcessHandle.of(pid).flatMap(handle -> handle.info().commandLine()).orElse("");
        String shortened = command.length() > COMMAND_CHARS_MAX
                ? command.substring(0, COMMAND_CHARS_MAX) + "..."
                : command;
        return " by process " + pid + (shortened.isEmpty() ? "" : " (" + shortened + ")");
    }

    /** Returns the process that holds a local port; null if the system does not show it. */
    static @Nullable Long owner(String protocol, int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of(protocol, protocol + "6")) {
            sockets.addAll(sockets(PROC.resolve("net").resolve(table), port, protocol.equals("tcp")));
        }
        return sockets.isEmpty() ? null : holder(sockets);
    }

    /** Returns the links by which the sockets at a port show among the files of a process. */
    private static Set<String> sockets(Path table, int port, boolean listening) {
        Set<String> links = new HashSet<>();
        String suffix = ":%04X".formatted(port);
        try {
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+");
                boolean matches = fields.length > 9 && fields[1].endsWith(suffix)
                        && (!listening || fields[3].equals(TCP_LISTEN));
                if (matches) {
                    links.add("socket:[" + fields[9] + "]");
                }
            }
        } catch (IOException _) {
            return Set.of();
        }
        return links;
    }

    private static @Nullable Long holder(Set<String> sockets) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Long.valueOf(process.getFileName().toString());
                }
            }
        } catch (IOException _) {
            return null;
        }
        return null;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (isOneOf(file, sockets)) {
                    return true;
                }
            }
        } catch (IOException _) {
            return false; // another user's, or gone meanwhile
        }
        return false;
    }

    private static boolean isOneOf(Path file, Set<String> sockets) {
        try {
            return sockets.contains(Files.readSymbolicLink(file).toString());
        } catch (IOException _) {
            return false; // closed meanwhile
        }
    }
}
