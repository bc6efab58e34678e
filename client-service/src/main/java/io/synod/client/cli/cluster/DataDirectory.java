package io.synod.client.cli.cluster;

import io.synod.client.cli.Access;
import io.synod.client.cli.ClusterFile;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import io.synod.client.cli.KeyFile;
import io.synod.client.cli.SecretFile;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a local cluster keeps what belongs to it: {@code cluster.properties}, {@code run/*.pid}, {@code log/*.log},
 * {@code keys/*}, and {@code store/*}, the stores of its acceptors and learners.
 *
 * @param path absolute
 */
record DataDirectory(Path path) {

    /** Where the keys of clients are, below the directory. */
    static final String CLIENT_KEYS = "keys/client.keys";

    private static final String CLUSTER_KEYS = "keys/cluster.keys";
    private static final int FIRST_KEY = 1;
    private static final Pattern PID_FILE = Pattern.compile("([a-z]+)-(\\d{1,3})\\.pid");

    static DataDirectory of(Path path) {
        return new DataDirectory(path.toAbsolutePath().normalize());
    }

    Path planFile() {
        return path.resolve("cluster.properties");
    }

    Path pidFile(ServiceName service) {
        return runDirectory().resolve(service + ".pid");
    }

    Path logFile(ServiceName service) {
        return path.resolve("log").resolve(service + ".log");
    }

    /** Where an acceptor, or a replica's, keeps what it must remember. */
    Path storeDirectory(ServiceName service) {
        return stores().resolve(service.toString());
    }

    /** Where a learner, or a replica's, keeps what it delivers. */
    Path learnerDirectory(ServiceName service) {
        return stores().resolve(service.kind() == ServiceKind.REPLICA ? service + "-learner" : service.toString());
    }

    /** Where the stores of acceptors and learners are. */
    Path stores() {
        return path.resolve("store");
    }

    /** The file of keys for a process: those of the cluster, or a client's. */
    Path keyFile(ServiceKind kind) {
        return path.resolve(kind == ServiceKind.CLIENT ? CLIENT_KEYS : CLUSTER_KEYS);
    }

    /** Returns the plan of a cluster that does not run and whose acceptors have stores here; null if there is none. */
    @Nullable
    ClusterPlan stopped() {
        ClusterPlan plan = plan();
        return plan == null || plan.memory() || !Files.exists(stores()) ? null : plan;
    }

    private Path runDirectory() {
        return path.resolve("run");
    }

    /** Returns the plan of the cluster that was started here last; null if there was none. */
    @Nullable
    ClusterPlan plan() {
        if (!Files.exists(planFile())) {
            return null;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(planFile())) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.FAILED, planFile() + " cannot be read: " + e.getMessage(), e);
        }
        return ClusterPlan.of(properties);
    }

    /** Returns the plan of the cluster here. */
    ClusterPlan requirePlan() {
        ClusterPlan plan = plan();
        if (plan == null) {
            throw new CommandFailure(ExitStatus.UNREACHABLE,
                    "there is no cluster under " + path + " (./synod up starts one; --data names another directory)");
        }
        return plan;
    }

    /** Writes the plan, and makes the directories, and the keys if the plan wants them and there are none. */
    void write(ClusterPlan plan) {
        if (plan.sealed()) {
            makeKeys();
        }
        try {
            Files.createDirectories(runDirectory());
            Files.createDirectories(path.resolve("log"));
            List<String> lines = new ArrayList<>(plan.toLines());
            lines.addAll(added());
            replace(planFile(), lines);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot write under " + path + ": " + e, e);
        }
    }

    /** The lines about HTTP that somebody added to the plan's file by hand. */
    private List<String> added() throws IOException {
        if (!Files.exists(planFile())) {
            return List.of();
        }
        return Files.readAllLines(planFile()).stream()
                .filter(line -> line.startsWith(ClusterFile.TOKEN_FILE) || line.startsWith(ClusterFile.CA_FILE))
                .toList();
    }

    /** How the services of the cluster here are called over HTTP, as the environment says, or else the plan's file. */
    Access access() {
        return ClusterFile.read(planFile(), false).access();
    }

    /** Makes a key unless there is one, and the file for clients unless it fits. */
    private void makeKeys() {
        Path cluster = keyFile(ServiceKind.ACCEPTOR);
        Path client = keyFile(ServiceKind.CLIENT);
        if (!Files.exists(cluster)) {
            SecretFile.create(cluster, KeyFile.text(KeyRing.of(SealKey.draw(FIRST_KEY, new SecureRandom()))));
        }
        KeyRing ring = KeyFile.read(cluster).forClients();
        if (!Files.exists(client) || !KeyFile.read(client).equals(ring)) {
            SecretFile.replace(client, KeyFile.text(ring));
        }
    }

    /** Appends lines to the configuration that the services read beside the plan. */
    void configure(List<String> lines) {
        try {
            Files.write(planFile(), lines, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot write " + planFile() + ": " + e, e);
        }
    }

    /** Deletes everything, as far as it can be deleted. */
    void deleteAll() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException _) {
            // What is left is in the system's directory for temporary files.
        }
    }

    /** The cluster whose plan was written was never there. */
    void forgetPlan() {
        try {
            Files.deleteIfExists(planFile());
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot delete " + planFile() + ": " + e.getMessage(), e);
        }
    }

    /** Writes a file whole or not at all. */
    static void replace(Path file, List<String> lines) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.write(whole, lines, StandardCharsets.UTF_8);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the processes that were started here and not stopped since, alive or not. */
    List<ServiceName> started() {
        List<ServiceName> services = new ArrayList<>();
        if (Files.isDirectory(runDirectory())) {
            try (Stream<Path> files = Files.list(runDirectory())) {
                files.forEach(file -> {
                    ServiceName service = ofPidFile(file.getFileName().toString());
                    if (service != null) {
                        services.add(service);
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Collections.sort(services);
        return services;
    }

    private static @Nullable ServiceName ofPidFile(String name) {
        Matcher matcher = PID_FILE.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        for (ServiceKind kind : ServiceKind.values()) {
            if (kind.label().equals(matcher.group(1).toLowerCase(Locale.ROOT))) {
                return new ServiceName(kind, Integer.parseInt(matcher.group(2)));
            }
        }
        return null;
    }

    /** Returns the process of a service if it lives; null if it does not, or was never started here. */
    @Nullable
    ServiceProcess living(ServiceName service) {
        ServiceProcess process = ServiceProcess.read(pidFile(service));
        return process != null && process.isAlive() ? process : null;
    }

    /** Returns all that live. */
    List<ServiceName> living() {
        return started().stream().filter(service -> living(service) != null).toList();
    }
}
