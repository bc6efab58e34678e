package io.synod.client.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the processes of a local cluster take: memory, where the system tells it ({@code /proc}), and files. */
public final class Footprint {

    private static final String RESIDENT = "VmRSS:";

    private final DataDirectory data;
    private final List<ServiceName> services;

    /** @param directory the cluster's data directory */
    public Footprint(Path directory) {
        data = DataDirectory.of(directory);
        services = data.requirePlan().services();
    }

    /** Returns what {@link #values} are: for each process the resident memory in KiB and the bytes of its files. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        services.forEach(service -> names.add(service + "_rss_kib"));
        services.forEach(service -> names.add(service + "_file_bytes"));
        return names;
    }

    /** Looks, and returns the values by the order of {@link #names}; 0 of a process that does not run. */
    public List<Long> values() {
        List<Long> values = new ArrayList<>();
        for (ServiceName service : services) {
            ServiceProcess process = data.living(service);
            values.add(process == null ? 0 : residentKib(process.pid()));
        }
        services.forEach(service -> values.add(bytes(data.logFile(service)) + bytes(data.storeDirectory(service))));
        return values;
    }

    private static long residentKib(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.substring(RESIDENT.length()).replace("kB", "").strip()))
                    .findFirst().orElse(0);
        } catch (IOException | UncheckedIOException _) {
            return 0;
        }
    }

    /** The bytes of a file, or of all files below a directory; what vanishes meanwhile counts nothing. */
    private static long bytes(Path path) {
        long sum = 0;
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
        } catch (IOException | UncheckedIOException _) {
            return sum;
        }
        return sum;
    }
}
