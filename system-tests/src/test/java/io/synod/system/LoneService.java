package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service of a cluster that the test starts by itself, in the place of one that is down: with the cluster's configuration,
 * ports, store and log, and with what the test says beside them, such as keys of its own.
 */
final class LoneService implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final int END_SECONDS_MAX = 20;

    private final Process process;

    private LoneService(Process process) {
        this.process = process;
    }

    /**
     * Starts it, and waits until it lives.
     *
     * @param service an acceptor, such as {@code acceptor-2}
     * @param arguments Spring's, which win over the cluster's
     */
    static LoneService start(ProcessCluster cluster, String service, String... arguments) {
        return start(cluster, service, cluster.synod().data().resolve("cluster.properties"), arguments);
    }

    /** As above, with another file in the place of the cluster's {@code cluster.properties}. */
    static LoneService start(ProcessCluster cluster, String service, Path configuration, String... arguments) {
        int dash = service.indexOf('-');
        Path data = cluster.synod().data();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-jar",
                Synod.executableJar(service.substring(0, dash)).toString(),
                "--spring.config.additional-location=" + configuration.toUri(),
                "--paxos.id=" + service.substring(dash + 1), "--server.port=" + cluster.httpPort(service),
                "--paxos.acceptor.data-directory=" + data.resolve("store").resolve(service)));
        command.addAll(List.of(arguments));
        try {
            LoneService lone = new LoneService(new ProcessBuilder(command).directory(data.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(data.resolve("log").resolve(service + ".log").toFile()))
                    .start());
            Await.until(service + " lives", START_MAX, () -> lone.isUp(cluster, service),
                    () -> cluster.log(service));
            return lone;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isUp(ProcessCluster cluster, String service) {
        if (!process.isAlive()) {
            throw new AssertionError(service + " ended: " + cluster.log(service));
        }
        try {
            return cluster.get(service, "/actuator/health/liveness").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Asks it to end, and waits until it has. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
