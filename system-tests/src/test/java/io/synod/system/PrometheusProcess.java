package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Prometheus that scrapes a cluster of processes, configured as deploy/prometheus says, but for who belongs to the cluster, and that
 * it scrapes each second.
 */
final class PrometheusProcess implements AutoCloseable {

    /** What {@code $__rate_interval} is with a scrape each second: four intervals, and one more to be sure. */
    static final String RATE_INTERVAL = "5s";

    private static final Duration START_MAX = Duration.ofSeconds(30);

    private final Process process;
    private final PrometheusApi api;

    private PrometheusProcess(Process process, PrometheusApi api) {
        this.process = process;
        this.api = api;
    }

    /** Returns whether it is installed. */
    static boolean isPossible() {
        return Commands.exists("prometheus") && Commands.exists("promtool");
    }

    /** @param directory an empty directory */
    static PrometheusProcess start(Path directory, ProcessCluster cluster) {
        Path source = Synod.root().resolve("deploy/prometheus");
        try {
            Path configuration = directory.resolve("prometheus.yml");
            Files.createDirectories(directory.resolve("rules"));
            Files.createDirectories(directory.resolve("targets"));
            Files.writeString(configuration, Files.readString(source.resolve("prometheus.yml"))
                    .replace("scrape_interval: 5s", "scrape_interval: 1s")
                    .replace("evaluation_interval: 5s", "evaluation_interval: 1s"));
            Files.copy(source.resolve("rules/synod.yml"), directory.resolve("rules/synod.yml"));
            Files.writeString(directory.resolve("targets/cluster.yml"), cluster.services().stream()
                    .map(service -> "- {targets: [\"127.0.0.1:" + cluster.httpPort(service) + "\"], labels: {instance: "
                            + service + "}}")
                    .collect(Collectors.joining("\n")));
            int port = freePort();
            Process process = new ProcessBuilder(List.of("prometheus", "--config.file=" + configuration,
                    "--storage.tsdb.path=" + directory.resolve("data"), "--web.listen-address=127.0.0.1:" + port))
                    .redirectErrorStream(true).redirectOutput(directory.resolve("prometheus.log").toFile()).start();
            PrometheusProcess started = new PrometheusProcess(process, new PrometheusApi("127.0.0.1", port));
            Await.until("Prometheus is ready", START_MAX, started.api::isReady);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    PrometheusApi api() {
        return api;
    }

    @Override
    public void close() {
        process.destroy();
        Await.until("Prometheus has ended", START_MAX, () -> !process.isAlive());
    }
}
