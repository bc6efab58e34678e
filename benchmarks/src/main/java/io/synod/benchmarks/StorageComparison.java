package io.synod.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Storage engines under the load of acceptors: three processes on one disk, each with a directory of its own, commit
 * groups of instances and trim now and then. The engines take turns. Afterwards one process writes a million instances
 * and is killed, and another reads them back.
 *
 * <pre>
 *   java -cp 'target/synod-benchmarks-VERSION.jar:target/lib/*' io.synod.benchmarks.StorageComparison DIRECTORY [SECONDS] [TURNS]
 * </pre>
 */
public final class StorageComparison {

    private static final List<String> ENGINES = List.of("rocksdb", "rocksdb-growing", "lmdb");
    private static final int PROCESSES = 3;
    /** Instances to a commit, and bytes to an instance. */
    private static final int[][] LOADS = {{1, 100}, {1, 8_192}, {10, 1_024}, {100, 100}, {100, 1_024}};
    private static final long TRIM_EVERY_BYTES = 64 << 20;
    private static final int RECOVERED_INSTANCES = 1_000_000;
    private static final int RECOVERED_BYTES = 128;

    private StorageComparison() {}

    /** Runs the comparison and prints tables; or, started by itself, one process of it. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        if (args.length > 2 && args[1].equals("load")) {
            load(open(args[2], directory), Integer.parseInt(args[3]), Integer.parseInt(args[4]),
                    Integer.parseInt(args[5]));
        } else if (args.length > 2 && args[1].equals("fill")) {
            fill(open(args[2], directory));
        } else if (args.length > 2 && args[1].equals("recover")) {
            recover(args[2], directory);
        } else {
            compare(directory, args.length > 1 ? Integer.parseInt(args[1]) : 3,
                    args.length > 2 ? Integer.parseInt(args[2]) : 3);
        }
    }

    private static StorageLoad open(String engine, Path directory) throws Exception {
        Files.createDirectories(directory);
        return switch (engine) {
            case "rocksdb" -> new RocksDbLoad(directory, true);
            case "rocksdb-growing" -> new RocksDbLoad(directory, false);
            case "lmdb" -> new LmdbLoad(directory);
            default -> throw new IllegalArgumentException(engine);
        };
    }

    private static void compare(Path directory, int seconds, int turns) throws Exception {
        System.out.println("| instances to a commit | bytes | engine | commits/s of one process | p50, µs | p99, µs |");
        System.out.println("|---|---|---|---|---|---|");
        for (int[] load : LOADS) {
            Map<String, List<double[]>> results = new LinkedHashMap<>();
            for (int turn = 0; turn < turns; turn++) {
                for (String engine : ENGINES) {
                    results.computeIfAbsent(engine, _ -> new ArrayList<>())
                            .addAll(turn(directory, engine, load, seconds));
                }
            }
            results.forEach((engine, rows) -> System.out.printf("| %d | %,d | %s | %,.0f | %,.0f | %,.0f |%n", load[0],
                    load[1], engine, median(rows, 0), median(rows, 1), median(rows, 2)));
        }
        System.out.println();
        System.out.println("| engine | fill, s | on disk, MB | open, ms | read, ms | instances | after trim, MB |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String engine : ENGINES) {
            Path one = directory.resolve("recovered-" + engine);
            delete(one);
            double fillSeconds = numbers(start(one, "fill", engine))[0];
            double megabytes = megabytes(one);
            double[] recovered = numbers(start(one, "recover", engine));
            System.out.printf("| %s | %.1f | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f |%n", engine, fillSeconds, megabytes,
                    recovered[0], recovered[1], recovered[2], megabytes(one));
            delete(one);
        }
    }

    /** Runs all processes of a turn at once; returns what each reports. */
    private static List<double[]> turn(Path directory, String engine, int[] load, int seconds) throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            Path own = directory.resolve(engine + "-" + i);
            delete(own);
            processes.add(start(own, "load", engine, String.valueOf(load[0]), String.valueOf(load[1]),
                    String.valueOf(seconds)));
        }
        List<double[]> results = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            results.add(numbers(processes.get(i)));
            delete(directory.resolve(engine + "-" + i));
        }
        return results;
    }

    private static Process start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), StorageComparison.class.getName(),
                directory.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static double[] numbers(Process process) throws IOException, InterruptedException {
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static void load(StorageLoad engine, int instances, int bytes, int seconds) throws Exception {
        byte[] value = value(bytes);
        Histogram nanos = new Histogram(3);
        long trimEvery = TRIM_EVERY_BYTES / bytes;
        long next = 1;
        long trimmed = 0;
        long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        long end = warm + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = System.nanoTime(); now < end;) {
            engine.commit(next, instances, value);
            next += instances;
            if (next - trimmed > 2 * trimEvery) {
                trimmed += trimEvery;
                engine.trim(trimmed);
            }
            long after = System.nanoTime();
            if (now > warm) {
                nanos.recordValue(after - now);
            }
            now = after;
        }
        System.out.printf("%f %f %f%n", (double) nanos.getTotalCount() / seconds,
                nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3);
        engine.close();
    }

    private static void fill(StorageLoad engine) throws Exception {
        byte[] value = value(RECOVERED_BYTES);
        long start = System.nanoTime();
        for (int next = 1; next <= RECOVERED_INSTANCES; next += 100) {
            engine.commit(next, 100, value);
        }
        System.out.println((System.nanoTime() - start) / 1e9);
        System.out.flush();
        // As a kill would: nothing is closed.
        Runtime.getRuntime().halt(0);
    }

    private static void recover(String name, Path directory) throws Exception {
        long start = System.nanoTime();
        StorageLoad engine = open(name, directory);
        long opened = System.nanoTime();
        long count = engine.readAll();
        long read = System.nanoTime();
        engine.trim(RECOVERED_INSTANCES);
        engine.close();
        System.out.printf("%f %f %d%n", (opened - start) / 1e6, (read - opened) / 1e6, count);
    }

    private static byte[] value(int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return value;
    }

    private static double median(List<double[]> rows, int column) {
        double[] sorted = rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double megabytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(StorageComparison::allocatedBytes).sum() / 1e6;
        }
    }

    /** What a file takes on the disk, which for a mapped file is less than its length. */
    private static long allocatedBytes(Path file) {
        try {
            Process du = new ProcessBuilder("du", "-k", file.toString()).start();
            String line = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return 1_024 * Long.parseLong(line.split("\\s+")[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
